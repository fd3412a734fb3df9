// Runs pipelines: finds the commands, evaluates their arguments, chains the stages.
import { type Argument, bindArguments } from '../binder/bind-arguments.ts';
import { signatureOf } from '../binder/signature.ts';
import { HostError } from '../host-error.ts';
import type { Emit } from '../invocable.ts';
import { chain, forEach, type MaybePromise } from '../maybe-promise.ts';
import { breathing } from '../pipeline/breathing.ts';
import { makeCmdletStage } from '../pipeline/cmdlet-stage.ts';
import { type PipelineInput, runPipeline } from '../pipeline/run.ts';
import type { StageFactory } from '../pipeline/stage.ts';
import { enumerate } from '../value/convert.ts';
import { Hashtable } from '../value/hashtable.ts';
import { findProperty } from '../value/property.ts';
import { isPlainObject, textOf } from '../value/text.ts';
import type { CommandElement, CommandNode, Expression, PipelineStageNode, Statement } from './ast.ts';
import { programStage } from './call-program.ts';
import type { Frame } from './frame.ts';
import { callStage } from './function-stage.ts';
import { isCharacterRange, rangeBounds } from './operators.ts';
import { redirect } from './redirect.ts';
import { ScriptBlock } from './script-block.ts';

type PipelineNode = Extract<Statement, { kind: 'pipeline' }>;

function emitAll(value: unknown, emit: Emit): MaybePromise<void> {
  return forEach(enumerate(value), emit);
}

/** Feeds the value of an expression; a range without making its array. */
function inputOf(expression: Expression, frame: Frame): PipelineInput {
  return (downstream) => {
    const { interpreter } = frame;
    const emit = breathing(downstream, frame.signal);
    if (expression.kind === 'binary' && expression.operator === '..') {
      return chain(interpreter.expression(expression.left, frame), (left) =>
        chain(interpreter.expression(expression.right, frame), (right) => {
          if (isCharacterRange(left, right))
            return chain(interpreter.expression(expression, frame), (value) => emitAll(value, emit));
          const [from, to] = rangeBounds(left, right);
          return forEach(
            (function* () {
              for (let i = from; from <= to ? i <= to : i >= to; i += from <= to ? 1 : -1) yield i;
            })(),
            emit,
          );
        }),
      );
    }
    return chain(interpreter.expression(expression, frame), (value) => emitAll(value, emit));
  };
}

function splat(value: unknown): Argument[] {
  if (value instanceof Hashtable)
    return [...value].map(([key, item]) => ({ parameter: textOf(key), value: item, attached: true }));
  if (isPlainObject(value))
    return Object.entries(value).map(([parameter, item]) => ({ parameter, value: item, attached: true }));
  if (Array.isArray(value)) {
    return value.map((item) =>
      typeof item === 'string' && /^-[\p{L}?]/u.test(item)
        ? { parameter: item.slice(1).replace(/:$/, '') }
        : { value: item },
    );
  }
  return value === null || value === undefined ? [] : [{ value }];
}

/** The arguments of a command, evaluated. */
function evaluateArguments(elements: readonly CommandElement[], frame: Frame): MaybePromise<Argument[]> {
  const { interpreter } = frame;
  const given: Argument[] = [];
  return chain(
    forEach(elements, (element) => {
      const { span } = element;
      if (element.kind === 'parameter') {
        if (!element.value) {
          given.push({ parameter: element.name, span });
          return;
        }
        return chain(interpreter.expression(element.value, frame), (value) => {
          given.push({ parameter: element.name, value, attached: true, span });
        });
      }
      const node = element.value;
      if (node.kind === 'splat') {
        const value = frame.scope.get(node.name);
        for (const argument of splat(value)) given.push({ ...argument, span });
        return;
      }
      return chain(interpreter.expression(node, frame), (value) => {
        given.push({ value, span });
      });
    }),
    () => given,
  );
}

/** What stands in a command's place: a name, a block, or what Get-Command gave, which counts as its name. */
function commandName(node: CommandNode, frame: Frame): MaybePromise<unknown> {
  return chain(frame.interpreter.expression(node.name, frame), (value) =>
    isPlainObject(value) && findProperty(value, 'CommandType') ? value.Name : value,
  );
}

/** What makes the stage of a command. */
function commandStage(node: CommandNode, outer: Frame): MaybePromise<StageFactory> {
  return chain(redirect(node.redirections, outer), (redirected) => {
    const frame = redirected ? { ...outer, streams: redirected.streams } : outer;
    const { session } = frame.interpreter;
    const make = (): MaybePromise<StageFactory> =>
      chain(commandName(node, frame), (name) => {
        if (name instanceof ScriptBlock && node.invocation !== 'name') {
          const options = { sameScope: node.invocation === '.' };
          return chain(evaluateArguments(node.elements, frame), (given) =>
            callStage(name.node, '', given, frame, options),
          );
        }
        if (Array.isArray(name) || typeof name !== 'string' || name === '') {
          throw new HostError('BadExpression', "After '&' comes a command's name or a { } block.", {
            span: node.name.span,
          });
        }
        return chain(session.findCommand(name, frame.scope, node.name.span), (command) => {
          if (command.kind === 'program')
            return programStage(command.path, node.elements, frame, frame.streams.error !== outer.streams.error);
          return chain(evaluateArguments(node.elements, frame), (given): StageFactory => {
            if (command.kind === 'block') {
              const options = {
                filter: command.filter ?? false,
                script: command.script ?? false,
                sameScope: node.invocation === '.',
              };
              return callStage(command.block, command.name, given, frame, options);
            }
            const { definition } = command;
            const environment = session.environmentFor(frame);
            const bound = bindArguments(signatureOf(definition), given, environment);
            return (emit, expectsInput) => makeCmdletStage(definition, bound, environment, emit, expectsInput);
          });
        });
      });
    return redirected ? chain(make(), (factory) => redirected.wrap(factory)) : make();
  });
}

/** An expression as the only stage, with redirections. */
function expressionStage(
  node: Extract<PipelineStageNode, { kind: 'expression' }>,
  outer: Frame,
): MaybePromise<StageFactory> {
  return chain(redirect(node.redirections, outer), (redirected) => {
    const frame = redirected ? { ...outer, streams: redirected.streams } : outer;
    const factory: StageFactory = (emit) => ({
      begin: () => {},
      write: () => inputOf(node.expression, frame)(emit),
      end: () => {},
      clean: () => {},
    });
    return redirected ? redirected.wrap(factory) : factory;
  });
}

/** Where a pipeline is cut by -AsJob: what runs in the background, and the stages that receive its job. */
function cutAtJob(node: PipelineNode): readonly [PipelineNode, readonly PipelineStageNode[]] | undefined {
  if (node.background) return [{ ...node, background: false }, []];
  for (let i = node.stages.length - 1; i >= 0; i--) {
    const stage = node.stages[i]!;
    if (stage.kind !== 'command') continue;
    const elements = stage.elements.filter(
      (element) => element.kind !== 'parameter' || element.value || !/^asj(ob?)?$/i.test(element.name),
    );
    if (elements.length < stage.elements.length) {
      return [{ ...node, stages: [...node.stages.slice(0, i), { ...stage, elements }] }, node.stages.slice(i + 1)];
    }
  }
  return undefined;
}

function stagesOf(stages: readonly PipelineStageNode[], frame: Frame): MaybePromise<StageFactory[]> {
  const factories: StageFactory[] = [];
  return chain(
    forEach(stages, (stage) =>
      chain(
        stage.kind === 'command' ? commandStage(stage, frame) : expressionStage(stage, frame),
        (factory) => void factories.push(factory),
      ),
    ),
    () => factories,
  );
}

/** Runs a pipeline; its output goes to `emit` item by item. */
export function evaluatePipeline(node: PipelineNode, frame: Frame, emit: Emit): MaybePromise<void> {
  const { session } = frame.interpreter;
  const first = node.stages[0]!;
  const cut = cutAtJob(node);
  if (cut) {
    const [inBackground, rest] = cut;
    session.lastSucceeded = true;
    const job = session.startJob(inBackground, frame);
    if (rest.length === 0) return emit(job);
    return chain(stagesOf(rest, frame), (factories) =>
      runPipeline(factories, (write) => write(job), emit, frame.signal),
    );
  }
  if (first.kind === 'expression' && node.stages.length === 1 && first.redirections.length === 0) {
    const { expression } = first;
    return chain(frame.interpreter.expression(expression, frame), (value) => {
      // Statements such as `$i++` give nothing.
      if (expression.kind !== 'paren') session.lastSucceeded = true;
      return expression.kind === 'increment' || value === undefined ? undefined : emitAll(value, emit);
    });
  }
  const errorsBefore = session.reportedErrors;
  const feeds = first.kind === 'expression' && first.redirections.length === 0;
  return chain(stagesOf(feeds ? node.stages.slice(1) : node.stages, frame), (factories) =>
    chain(runPipeline(factories, feeds ? inputOf(first.expression, frame) : undefined, emit, frame.signal), () => {
      session.lastSucceeded = session.reportedErrors === errorsBefore;
    }),
  );
}
