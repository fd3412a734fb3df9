// Runs statements. A failing statement reports and the script goes on, unless a try above, `throw` or
// `-ErrorAction Stop` says otherwise.
import { ErrorRecord, ThrownValue } from '../error-record.ts';
import { HostError, PipelineStopped, type SourceSpan, StopUpstream, throwIfStopped } from '../host-error.ts';
import type { Emit } from '../invocable.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { breathe } from '../pipeline/breathing.ts';
import { isEqual } from '../value/compare.ts';
import { enumerate, isTruthy, toNumber, unroll } from '../value/convert.ts';
import { findProperty } from '../value/property.ts';
import { textOf } from '../value/text.ts';
import { wildcard } from '../value/wildcard.ts';
import { assignTo } from './assign.ts';
import type { Block, Statement } from './ast.ts';
import { ExitSignal, isSignal, LoopSignal, ReturnSignal } from './control-flow.ts';
import { evaluatePipeline } from './evaluate-pipeline.ts';
import type { Frame } from './frame.ts';
import { matchAndRemember } from './match.ts';
import { applyBinary, rangeBounds } from './operators.ts';
import { positionOf } from './source-position.ts';
import { canonicalType, isOfType } from './types.ts';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

/** Adds the place in the script to an error that has none. */
function located(thrown: unknown, span: SourceSpan, frame: Frame): ErrorRecord {
  const record = ErrorRecord.from(
    thrown instanceof RangeError && /call stack/.test(thrown.message)
      ? new HostError('CallDepthOverflow', 'The script nests or recurses too deeply.')
      : thrown,
  );
  if (!record.InvocationInfo) {
    const own = thrown instanceof HostError ? (thrown.span ?? span) : span;
    const position = positionOf(frame.source, own);
    record.InvocationInfo = Object.freeze({
      MyCommand: frame.commandName,
      ScriptName: frame.source.file,
      ScriptLineNumber: position.line,
      OffsetInLine: position.column,
      Line: position.lineText,
      PositionMessage: position.message,
    });
  }
  return record;
}

/** Reports what a statement threw and lets the script go on, or throws it further. */
export function failed(thrown: unknown, span: SourceSpan, frame: Frame): void {
  if (isSignal(thrown) || thrown instanceof StopUpstream || thrown instanceof PipelineStopped) throw thrown;
  const { session } = frame.interpreter;
  const record = located(thrown, span, frame);
  if (thrown instanceof ThrownValue) throw thrown;
  if (frame.insideTry) throw new ThrownValue(record);
  const action = textOf(frame.scope.get('ErrorActionPreference') ?? 'Continue').toLowerCase();
  session.rememberError(record);
  frame.streams.collect?.error(record);
  if (action === 'stop') throw new ThrownValue(record);
  if (action !== 'silentlycontinue' && action !== 'ignore') frame.streams.error(record);
}

/** Runs the statements of a block. */
export function evaluateBlock(node: Block, frame: Frame, emit: Emit): MaybePromise<void> {
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
    const result = run(node, frame, emit);
    return result instanceof Promise ? result.catch(caught) : result;
  } catch (thrown) {
    caught(thrown);
  }
}

function run(node: Statement, frame: Frame, emit: Emit): MaybePromise<void> {
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
      return chain(node.value ? evaluateInto(node.value, frame, emit) : undefined, () => {
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
  if (value instanceof Error) return value;
  return new ErrorRecord(new HostError('RuntimeException', textOf(value), { symbol: 'Internal' }), undefined, value);
}

/** Runs a nested statement so that its failure fails the statement around it. */
function evaluateInto(node: Statement, frame: Frame, emit: Emit): MaybePromise<void> {
  return run(node, frame, emit);
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
    evaluateInto(node, frame, (value) => void values.push(value)),
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

/** Runs a loop's body; gives false when the loop is over. */
function pass(body: Block, label: string, frame: Frame, emit: Emit): MaybePromise<boolean> {
  const caught = (thrown: unknown): boolean => {
    if (!(thrown instanceof LoopSignal) || !thrown.isFor(label)) throw thrown;
    return thrown.kind === 'continue';
  };
  try {
    const result = evaluateBlock(body, frame, emit);
    return result instanceof Promise ? result.then(() => true, caught) : true;
  } catch (thrown) {
    return caught(thrown);
  }
}

function loop(node: Of<'while'> | Of<'do'> | Of<'for'>, frame: Frame, emit: Emit): MaybePromise<void> {
  const test = (): MaybePromise<boolean> => {
    if (frame.signal.aborted) throwIfStopped(frame.signal);
    if (!node.test) return true;
    return chain(statementValue(node.test, frame), (value) => isTruthy(value) !== (node.kind === 'do' && node.until));
  };
  const step = (): MaybePromise<unknown> =>
    node.kind === 'for' && node.step ? evaluateInto(node.step, frame, () => {}) : undefined;
  let passes = 0;
  const rounds = async (pending: MaybePromise<boolean>, inTest: boolean): Promise<void> => {
    let testing = inTest;
    let goes = await pending;
    while (goes) {
      // A loop that never really waits must still let Ctrl+C in.
      if (++passes % 50_000 === 0) await breathe();
      if (!testing) await step();
      goes = testing ? await pass(node.body, node.label, frame, emit) : await test();
      testing = !testing;
    }
  };
  const synchronous = (): MaybePromise<void> => {
    let testing = node.kind !== 'do';
    while (true) {
      if (!testing && passes > 0) {
        const moved = step();
        if (moved instanceof Promise) return moved.then(() => rounds(test(), true));
        testing = true;
      }
      if (testing) {
        const goes = test();
        if (goes instanceof Promise) return rounds(goes, true);
        if (!goes) return;
      }
      if (++passes % 50_000 === 0) return breathe().then(() => rounds(pass(node.body, node.label, frame, emit), false));
      const goes = pass(node.body, node.label, frame, emit);
      if (goes instanceof Promise) return rounds(goes, false);
      if (!goes) return;
      testing = false;
    }
  };
  return chain(
    node.kind === 'for' && node.initial ? evaluateInto(node.initial, frame, () => {}) : undefined,
    synchronous,
  );
}

/** The items of a foreach without making the array of a range. */
function sourceItems(node: Of<'foreach'>, frame: Frame): MaybePromise<Iterable<unknown>> {
  const stage = node.source.kind === 'pipeline' && node.source.stages.length === 1 ? node.source.stages[0]! : undefined;
  const expression = stage?.kind === 'expression' ? stage.expression : undefined;
  if (expression?.kind === 'binary' && expression.operator === '..') {
    return chain(frame.interpreter.expression(expression.left, frame), (left) =>
      chain(frame.interpreter.expression(expression.right, frame), (right) =>
        typeof left === 'string'
          ? enumerate(applyBinary('..', left, right, false))
          : countTo(...rangeBounds(left, right)),
      ),
    );
  }
  return chain(statementValue(node.source, frame), (value) => (value === null ? [] : enumerate(value)));
}

function* countTo(from: number, to: number): Generator<number> {
  const step = to < from ? -1 : 1;
  for (let i = from; i !== to + step; i += step) yield i;
}

function foreachStatement(node: Of<'foreach'>, frame: Frame, emit: Emit): MaybePromise<void> {
  return chain(sourceItems(node, frame), (items) => {
    const iterator = items[Symbol.iterator]();
    let passes = 0;
    const one = (value: unknown): MaybePromise<boolean> => {
      if (frame.signal.aborted) throwIfStopped(frame.signal);
      frame.scope.set(node.variable.name, value);
      return pass(node.body, node.label, frame, emit);
    };
    const proceed = async (pending: Promise<boolean>): Promise<void> => {
      if (!(await pending)) return;
      for (let step = iterator.next(); !step.done; step = iterator.next()) {
        if (++passes % 50_000 === 0) await breathe();
        const goes = one(step.value);
        if (!(goes instanceof Promise ? await goes : goes)) return;
      }
    };
    for (let step = iterator.next(); !step.done; step = iterator.next()) {
      if (++passes % 50_000 === 0) return proceed(breathe().then(() => one(step.value)));
      const goes = one(step.value);
      if (goes instanceof Promise) return proceed(goes);
      if (!goes) return;
    }
  });
}

async function switchStatement(node: Of<'switch'>, frame: Frame, emit: Emit): Promise<void> {
  const value = await statementValue(node.source, frame);
  const { scope } = frame;
  for (const item of enumerate(value)) {
    scope.set('_', item);
    let matched = false;
    try {
      for (const clause of node.clauses) {
        if (!clause.test || !(await switchMatches(node, clause.test, item, frame))) continue;
        matched = true;
        await evaluateBlock(clause.body, frame, emit);
      }
      const otherwise = node.clauses.find(({ test }) => !test);
      if (!matched && otherwise) await evaluateBlock(otherwise.body, frame, emit);
    } catch (thrown) {
      if (!(thrown instanceof LoopSignal) || !thrown.isFor(node.label)) throw thrown;
      if (thrown.kind === 'break') return;
    }
  }
}

async function switchMatches(
  node: Of<'switch'>,
  test: Parameters<Frame['interpreter']['expression']>[0],
  item: unknown,
  frame: Frame,
): Promise<boolean> {
  const { interpreter } = frame;
  if (test.kind === 'scriptblock') {
    const block = (await interpreter.expression(test, frame)) as { evaluate(item: unknown): MaybePromise<unknown> };
    return isTruthy(await block.evaluate(item));
  }
  const pattern = await interpreter.expression(test, frame);
  if (node.mode === 'wildcard') return wildcard(textOf(pattern), node.caseSensitive)(textOf(item));
  if (node.mode === 'regex') return matchAndRemember(item, pattern, node.caseSensitive, frame.scope);
  return isEqual(item, pattern, node.caseSensitive);
}

async function tryStatement(node: Of<'try'>, frame: Frame, emit: Emit): Promise<void> {
  try {
    try {
      await evaluateBlock(node.body, node.catches.length > 0 ? { ...frame, insideTry: true } : frame, emit);
    } catch (thrown) {
      if (isSignal(thrown) || thrown instanceof StopUpstream || thrown instanceof PipelineStopped) throw thrown;
      const record = located(thrown, node.span, frame);
      const clause = node.catches.find(
        ({ types }) => types.length === 0 || types.some((type) => catches(type, record)),
      );
      if (!clause) throw thrown;
      if (frame.interpreter.session.errors[0] !== record) frame.interpreter.session.rememberError(record);
      const { scope } = frame;
      const before = scope.hasOwn('_') ? scope.get('_') : undefined;
      scope.set('_', record);
      try {
        await evaluateBlock(clause.body, frame, emit);
      } finally {
        if (before === undefined) scope.remove('_');
        else scope.set('_', before);
      }
    }
  } finally {
    if (node.finalizer) await evaluateBlock(node.finalizer, frame, emit);
  }
}

/** Whether `catch [type]` takes an error: by the general names, or by the error's own. */
function catches(type: string, record: ErrorRecord): boolean {
  const name = canonicalType(type);
  if (/(^|\.)(exception|systemexception|runtimeexception|errorrecord)$/.test(name) || isOfType(record.thrown, type))
    return true;
  const short = name
    .split('.')
    .at(-1)!
    .replace(/exception$/, '');
  const symbol = findProperty(record.thrown as object, 'Symbol')
    ? textOf((record.thrown as { Symbol: unknown }).Symbol).toLowerCase()
    : '';
  const id = record.FullyQualifiedErrorId.split(',')[0]!
    .toLowerCase()
    .replace(/exception$/, '');
  const known: Readonly<Record<string, readonly string[]>> = {
    itemnotfound: ['notfound', 'pathnotfound'],
    filenotfound: ['notfound'],
    directorynotfound: ['pathnotfound'],
    unauthorizedaccess: ['accessdenied'],
    dividebyzero: ['dividebyzero'],
    commandnotfound: ['commandnotfound'],
    parameterbinding: [
      'namedparameternotfound',
      'missingmandatoryparameter',
      'cannotconvertargument',
      'parameterargumentvalidationerror',
    ],
    operationcanceled: ['cancelled'],
  };
  return short === symbol || short === id || (known[short]?.some((one) => one === symbol || one === id) ?? false);
}
