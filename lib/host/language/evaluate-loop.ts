// Loops. They stay synchronous until something in them waits, and let Ctrl+C in now and then all the same.
import { throwIfStopped } from '../host-error.ts';
import type { Emit } from '../invocable.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { breathe } from '../pipeline/breathing.ts';
import { enumerate, isTruthy } from '../value/convert.ts';
import type { Block, Statement } from './ast.ts';
import { LoopSignal } from './control-flow.ts';
import type { Frame } from './frame.ts';
import { applyBinary, isCharacterRange, rangeBounds } from './operators.ts';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

/** Runs a loop's body; gives false when the loop is over. */
function pass(body: Block, label: string, frame: Frame, emit: Emit): MaybePromise<boolean> {
  const caught = (thrown: unknown): boolean => {
    if (!(thrown instanceof LoopSignal) || !thrown.isFor(label)) throw thrown;
    return thrown.kind === 'continue';
  };
  try {
    const result = frame.interpreter.block(body, frame, emit);
    return result instanceof Promise ? result.then(() => true, caught) : true;
  } catch (thrown) {
    return caught(thrown);
  }
}

/** while, do and for. */
export function loop(node: Of<'while'> | Of<'do'> | Of<'for'>, frame: Frame, emit: Emit): MaybePromise<void> {
  const test = (): MaybePromise<boolean> => {
    if (frame.signal.aborted) throwIfStopped(frame.signal);
    if (!node.test) return true;
    return chain(
      frame.interpreter.valueOf(node.test, frame),
      (value) => isTruthy(value) !== (node.kind === 'do' && node.until),
    );
  };
  const step = (): MaybePromise<unknown> =>
    node.kind === 'for' && node.step ? frame.interpreter.run(node.step, frame, () => {}) : undefined;
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
    node.kind === 'for' && node.initial ? frame.interpreter.run(node.initial, frame, () => {}) : undefined,
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
        isCharacterRange(left, right)
          ? enumerate(applyBinary('..', left, right, false))
          : countTo(...rangeBounds(left, right)),
      ),
    );
  }
  return chain(frame.interpreter.valueOf(node.source, frame), (value) => (value === null ? [] : enumerate(value)));
}

function* countTo(from: number, to: number): Generator<number> {
  const step = to < from ? -1 : 1;
  for (let i = from; i !== to + step; i += step) yield i;
}

/** foreach ($item in $items). */
export function foreachStatement(node: Of<'foreach'>, frame: Frame, emit: Emit): MaybePromise<void> {
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
