// Runs statements. A failing statement reports and the script goes on, unless a try above, `throw` or
// `-ErrorAction Stop` says otherwise.
import { ErrorRecord, ThrownValue } from '../error-record.ts';
import { HostError, throwIfStopped } from '../host-error.ts';
import type { Emit } from '../invocable.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { isTruthy, toNumber, unroll } from '../value/convert.ts';
import { textOf, typeNameOf } from '../value/text.ts';
import { assignTo } from './assign.ts';
import type { Block, Statement } from './ast.ts';
import { ExitSignal, LoopSignal, ReturnSignal } from './control-flow.ts';
import { foreachStatement, loop } from './evaluate-loop.ts';
import { evaluatePipeline } from './evaluate-pipeline.ts';
import { switchStatement } from './evaluate-switch.ts';
import { trappedBlock } from './evaluate-trap.ts';
import { tryStatement } from './evaluate-try.ts';
import type { Frame } from './frame.ts';
import { applyBinary } from './operators.ts';
import { failed, located } from './report-failure.ts';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

/** Runs the statements of a block. */
export function evaluateBlock(node: Block, frame: Frame, emit: Emit): MaybePromise<void> {
  if (node.traps) return trappedBlock(node, node.traps, frame, emit);
  const { statements } = node;
  const from = (index: number): MaybePromise<void> => {
    for (let i = index; i < statements.length; i++) {
      const result = evaluateStatement(statements[i]!, frame, emit);
      if (result instanceof Promise) return result.then(() => from(i + 1));
    }
  };
  return from(0);
}

/** Runs one statement. */
export function evaluateStatement(node: Statement, frame: Frame, emit: Emit): MaybePromise<void> {
  if (frame.signal.aborted) throwIfStopped(frame.signal);
  const caught = (thrown: unknown): void => {
    frame.interpreter.session.lastSucceeded = false;
    failed(thrown, node.span, frame);
  };
  try {
    const result = runStatement(node, frame, emit);
    return result instanceof Promise ? result.catch(caught) : result;
  } catch (thrown) {
    caught(thrown);
  }
}

/** Runs a statement so that its failure is the caller's. */
export function runStatement(node: Statement, frame: Frame, emit: Emit): MaybePromise<void> {
  switch (node.kind) {
    case 'pipeline':
      return evaluatePipeline(node, frame, emit);
    case 'assignment':
      return chain(assignment(node, frame), () => {});
    case 'chain':
      return chain(evaluateStatement(node.left, frame, emit), () => {
        const go = frame.interpreter.session.lastSucceeded === (node.operator === '&&');
        return go ? evaluateStatement(node.right, frame, emit) : undefined;
      });
    case 'if':
      return ifStatement(node, frame, emit, 0);
    case 'while':
    case 'do':
    case 'for':
      return loop(node, frame, emit);
    case 'foreach':
      return foreachStatement(node, frame, emit);
    case 'switch':
      return switchStatement(node, frame, emit);
    case 'try':
      return tryStatement(node, frame, emit);
    case 'trap':
      return;
    case 'function':
      frame.scope.functions.set(node.name.toLowerCase(), { name: node.name, block: node.block, filter: node.filter });
      return;
    case 'throw':
      return chain(
        node.value ? statementValue(node.value, frame) : (frame.scope.get('_') ?? 'ScriptHalted'),
        (value) => {
          throw new ThrownValue(located(value instanceof ErrorRecord ? value : thrownValue(value), node.span, frame));
        },
      );
    case 'return':
      return chain(node.value ? runStatement(node.value, frame, emit) : undefined, () => {
        throw new ReturnSignal();
      });
    case 'exit':
      return chain(node.value ? statementValue(node.value, frame) : 0, (value) => {
        throw new ExitSignal((toNumber(value) ?? 1) & 255);
      });
    case 'break':
    case 'continue':
      return chain(node.label ? frame.interpreter.expression(node.label, frame) : '', (label) => {
        throw new LoopSignal(node.kind, textOf(label));
      });
  }
}

function thrownValue(value: unknown): unknown {
  if (value instanceof Error)
    return new ErrorRecord(value, undefined, undefined, { id: value.message, category: 'OperationStopped' });
  // An Exception that was caught before is the error it came from.
  if (typeof value === 'object' && value !== null && /Exception$/.test(typeNameOf(value)) && 'Message' in value)
    return new ErrorRecord(
      new HostError(typeNameOf(value), textOf(value.Message), { symbol: 'Internal' }),
      undefined,
      undefined,
      { id: textOf(value.Message), category: 'OperationStopped' },
    );
  const text = textOf(value);
  return new ErrorRecord(new HostError('RuntimeException', text, { symbol: 'Internal' }), undefined, value, {
    id: text,
  });
}

/** The value of a statement's output: null, the one, or an array. */
export function statementValue(node: Statement, frame: Frame): MaybePromise<unknown> {
  // A single expression keeps its value: `$a = @(1)` stays an array.
  if (node.kind === 'pipeline' && node.stages.length === 1 && !node.background) {
    const stage = node.stages[0]!;
    if (stage.kind === 'expression' && stage.redirections.length === 0) {
      return chain(frame.interpreter.expression(stage.expression, frame), (value) => value ?? null);
    }
  }
  if (node.kind === 'assignment') return assignment(node, frame);
  const values: unknown[] = [];
  return chain(
    runStatement(node, frame, (value) => void values.push(value)),
    () => unroll(values),
  );
}

function assignment(node: Of<'assignment'>, frame: Frame): MaybePromise<unknown> {
  const { operator, target } = node;
  if (operator === '=')
    return chain(statementValue(node.value, frame), (value) => chain(assignTo(target, value, frame), () => value));
  return chain(frame.interpreter.expression(target.kind === 'cast' ? target.operand : target, frame), (before) => {
    if (operator === '??=' && before !== null && before !== undefined) return before;
    return chain(statementValue(node.value, frame), (value) => {
      const after = operator === '??=' ? value : applyBinary(operator.slice(0, -1), before, value, false);
      return chain(assignTo(target, after, frame), () => after);
    });
  });
}

function ifStatement(node: Of<'if'>, frame: Frame, emit: Emit, index: number): MaybePromise<void> {
  const clause = node.clauses[index];
  if (!clause) return node.otherwise ? evaluateBlock(node.otherwise, frame, emit) : undefined;
  return chain(statementValue(clause.test, frame), (test) =>
    isTruthy(test) ? evaluateBlock(clause.body, frame, emit) : ifStatement(node, frame, emit, index + 1),
  );
}
