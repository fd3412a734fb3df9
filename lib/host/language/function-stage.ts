// A script block as a stage: `param( )` bound like a cmdlet's parameters, then begin, process and end.
import { type Argument, bindArguments } from '../binder/bind-arguments.ts';
import { makeRecordBinder } from '../binder/bind-record.ts';
import type { CommonValues } from '../binder/common-parameters.ts';
import { HostError } from '../host-error.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { makeCollectors, makeCommandStreams, makeShouldProcess } from '../pipeline/command-streams.ts';
import { endThenFlush, outputTap } from '../pipeline/output-tap.ts';
import type { Stage, StageFactory } from '../pipeline/stage.ts';
import { Hashtable } from '../value/hashtable.ts';
import type { Block, ScriptBlockNode } from './ast.ts';
import type { Frame } from './frame.ts';
import { convertParameter, functionSignature } from './function-signature.ts';
import { type Invocation, RunningCommand } from './running-command.ts';
import { Scope } from './scope.ts';
import { returning } from './script-block.ts';

/** How deep functions may call each other. */
const maximumCallDepth = 400;

export interface CallOptions {
  /** Dot-sourced: assigns the caller's variables. */
  readonly sameScope?: boolean;
  /** `filter`: the body runs once per record. */
  readonly filter?: boolean;
  /** A script file: has a script scope. */
  readonly script?: boolean;
}

/** Preference variables that a function's common parameters set inside it. */
function applyCommon(common: CommonValues, scope: Scope): void {
  if (common.ErrorAction !== undefined) scope.set('ErrorActionPreference', common.ErrorAction);
  if (common.WarningAction !== undefined) scope.set('WarningPreference', common.WarningAction);
  if (common.InformationAction !== undefined) scope.set('InformationPreference', common.InformationAction);
  if (common.ProgressAction !== undefined) scope.set('ProgressPreference', common.ProgressAction);
  if (common.Verbose !== undefined) scope.set('VerbosePreference', common.Verbose ? 'Continue' : 'SilentlyContinue');
  if (common.Debug !== undefined) scope.set('DebugPreference', common.Debug ? 'Continue' : 'SilentlyContinue');
  if (common.WhatIf !== undefined) scope.set('WhatIfPreference', common.WhatIf);
  if (common.Confirm !== undefined) scope.set('ConfirmPreference', common.Confirm ? 'Low' : 'None');
}

/** Makes a stage of a function, a script or a `{ }`. */
export function callStage(
  node: ScriptBlockNode,
  name: string,
  args: readonly Argument[],
  caller: Frame,
  options: CallOptions,
): StageFactory {
  if (caller.depth >= maximumCallDepth)
    throw new HostError('CallDepthOverflow', `Functions call each other deeper than ${maximumCallDepth} levels.`);
  const { interpreter } = caller;
  const environment = interpreter.session.environmentFor(caller);
  const { signature, simple, impact } = functionSignature(node, name);
  const given = bindArguments(signature, args, environment, simple);
  const common = given.common as CommonValues;

  return (downstream, expectsInput) => {
    const scope = options.sameScope ? caller.scope : new Scope(caller.scope, options.script);
    applyCommon(common, scope);
    const collect = makeCollectors(common, environment);
    const streams = collect === caller.streams.collect ? caller.streams : { ...caller.streams, collect };
    const { ErrorVariable, WarningVariable, InformationVariable, ...actions } = common;
    const own = makeCommandStreams(name, actions, { ...environment, streams });
    const frame: Frame = {
      ...caller,
      scope,
      source: node.source,
      depth: caller.depth + 1,
      commandName: name || caller.commandName,
      streams,
    };
    const tap = outputTap(downstream, common, environment);
    const { emit } = tap;
    const takesPipeline = Object.values(signature.parameters).some(({ pipeline }) => pipeline !== undefined);
    const binder = makeRecordBinder(signature, given, environment, expectsInput && takesPipeline);
    const setParameters = (
      values: Readonly<Record<string, unknown>>,
      bound: ReadonlySet<string>,
    ): MaybePromise<void> => {
      scope.set('PSBoundParameters', new Hashtable([...bound].map((key) => [key, values[key]])));
      const from = (index: number): MaybePromise<void> => {
        const parameter = node.parameters?.[index];
        if (!parameter) return;
        const isBound = bound.has(parameter.name);
        const fallback = isBound
          ? values[parameter.name]
          : parameter.defaultValue
            ? interpreter.expression(parameter.defaultValue, frame)
            : undefined;
        return chain(fallback, (value) => {
          const absent = !isBound && value === undefined;
          scope.set(parameter.name, absent && parameter.type === undefined ? null : absentOr(parameter, value, absent));
          return from(index + 1);
        });
      };
      return from(0);
    };
    const body = (block: Block | undefined): MaybePromise<void> =>
      block ? returning(() => interpreter.block(block, frame, emit)) : undefined;
    const invocation: Invocation = {
      MyCommand: { Name: name },
      InvocationName: name,
      BoundParameters: new Hashtable([...given.values]),
      UnboundArguments: given.rest.map(({ value }) => value),
      ExpectingInput: expectsInput,
      ScriptName: caller.source.file,
      PSCommandPath: node.source.file,
    };
    const running = simple
      ? undefined
      : new RunningCommand(invocation, {
          emit,
          streams: own,
          shouldProcess: makeShouldProcess(impact, common, environment),
          confirm: async (message, caption) => /^yes/.test(await environment.confirm(message, caption)),
        });
    if (!options.sameScope) {
      scope.set('MyInvocation', invocation);
      if (running) scope.set('PSCmdlet', running);
    }
    const collected: unknown[] = [];
    const process = options.filter ? node.end : node.process;
    let begun = false;
    const stage: Stage = {
      begin() {
        if (begun) return;
        begun = true;
        if (!options.sameScope || given.rest.length > 0)
          scope.set(
            'args',
            given.rest.map(({ value }) => value),
          );
        const { parameters, bound, set } = binder.initial;
        if (running) running.ParameterSetName = set;
        return chain(setParameters(parameters, bound), () => body(node.begin));
      },
      write(item) {
        if (!begun) return chain(stage.begin(), () => stage.write(item));
        if (!expectsInput) return body(process);
        if (takesPipeline) {
          let record: ReturnType<typeof binder.bind>;
          try {
            record = binder.bind(item);
          } catch (error) {
            if (!(error instanceof HostError)) throw error;
            own.error(error, item);
            return;
          }
          scope.set('_', item);
          if (running) running.ParameterSetName = record.set;
          return chain(setParameters(record.parameters, record.bound), () => body(process));
        }
        scope.set('_', item);
        if (process) return body(process);
        collected.push(item);
      },
      end() {
        if (options.filter) return tap.flush();
        if (!takesPipeline && expectsInput) {
          scope.set('input', collected);
          if (!process) scope.remove('_');
        }
        return endThenFlush(body(node.end), tap);
      },
      clean: () => body(node.clean),
    };
    return stage;
  };
}

/** A parameter's value in its type; an absent one is the type's empty value. */
function absentOr(
  parameter: NonNullable<ScriptBlockNode['parameters']>[number],
  value: unknown,
  absent: boolean,
): unknown {
  if (!absent) return convertParameter(parameter, value);
  const type = parameter.type!.toLowerCase();
  if (type === 'string') return '';
  if (/^(int|int32|int64|long|uint32|uint64|double|byte)$/.test(type)) return 0;
  return /^(bool|boolean|switch)$/.test(type) ? false : null;
}
