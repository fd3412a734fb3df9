// A cmdlet as a stage of a pipeline: binds record after record, runs its steps, passes on what they yield.

import type { Logger } from '../../log/logger.ts';
import type { BoundArguments } from '../binder/bind-arguments.ts';
import { type BoundRecord, makeRecordBinder } from '../binder/bind-record.ts';
import type { CommonValues } from '../binder/common-parameters.ts';
import { signatureOf } from '../binder/signature.ts';
import type { CmdletDefinition } from '../cmdlet.ts';
import type { CmdletContext } from '../context.ts';
import { HostError, StopUpstream } from '../host-error.ts';
import type { Emit } from '../invocable.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { isWhatIf, makeCommandStreams, makeShouldProcess } from './command-streams.ts';
import { drain } from './drain.ts';
import type { Environment } from './environment.ts';
import { endThenFlush, outputTap } from './output-tap.ts';
import type { Stage } from './stage.ts';

/** Makes the stage of one cmdlet invocation. Throws a usage error when mandatory parameters are missing. */
export function makeCmdletStage(
  definition: CmdletDefinition,
  given: BoundArguments,
  environment: Environment,
  downstream: Emit,
  expectsInput: boolean,
): Stage {
  const common = given.common as CommonValues;
  const streams = makeCommandStreams(definition.name, common, environment);
  const tap = outputTap(downstream, common, environment);
  const { emit } = tap;
  const binder = makeRecordBinder(signatureOf(definition), given, environment, expectsInput);
  const shouldProcess = makeShouldProcess(definition.impact, common, environment);
  const { signal } = environment;
  const state = definition.state?.();
  let current: BoundRecord = binder.initial;
  let log: Logger | undefined;
  let begun = false;

  const noSession = (): never => {
    throw new HostError(
      'NoSession',
      `${definition.name} works on a session of the shell and cannot be called from TypeScript.`,
      { symbol: 'NotSupported' },
    );
  };

  const stage: Stage = {
    begin() {
      if (begun) return;
      begun = true;
      return drain(definition.begin?.(binder.initial.parameters, context), emit, signal);
    },
    write(item) {
      if (!begun) return chain(stage.begin(), () => stage.write(item));
      if (!expectsInput) return drain(definition.process?.(current.parameters, context), emit, signal);
      try {
        current = binder.bind(item);
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        streams.error(error, item);
        return;
      }
      return drain(definition.process?.(current.parameters, context), emit, signal);
    },
    end: () => endThenFlush(drain(definition.end?.(current.parameters, context), emit, signal), tap),
    clean(): MaybePromise<void> {
      return chain(definition.clean?.(context), () => log?.flush());
    },
  };
  const context: CmdletContext & { readonly state: unknown } = {
    commandName: definition.name,
    get parameterSet() {
      return current.set;
    },
    isBound: (parameter) => current.bound.has(parameter),
    expectsInput,
    signal,
    cwd: environment.cwd,
    resolvePath: (path) => environment.resolvePath(path),
    get log() {
      log ??= environment.openLog(current.parameters, (text) => streams.warning(text));
      return log;
    },
    binaryOutput: environment.binaryOutput,
    error: streams.error,
    leftOut: streams.leftOut,
    warning: streams.warning,
    verbose: streams.verbose,
    debug: streams.debug,
    information: streams.information,
    progress: streams.progress,
    isWhatIf: isWhatIf(common, environment),
    shouldProcess,
    get host() {
      return environment.host ?? noSession();
    },
    get variables() {
      return environment.variables ?? noSession();
    },
    runText: (text, out) => (environment.runText ?? noSession)(text, out),
    get statics() {
      const { cwd, environmentVariables = process.env } = environment;
      return { cwd, environmentVariables, resolvePath: (path: string) => environment.resolvePath(path) };
    },
    getVariable: (name) => environment.getVariable(name),
    setVariable: (name, value) => environment.setVariable(name, value),
    stopUpstream: () => new StopUpstream(stage),
    state,
    passOn: emit,
  };
  return stage;
}
