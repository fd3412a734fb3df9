// What the common parameters ask of a command's output: copies for -OutVariable, the current record for
// -PipelineVariable, and batches for -OutBuffer.
import type { CommonValues } from '../binder/common-parameters.ts';
import type { Emit } from '../invocable.ts';
import { chain, forEach, type MaybePromise } from '../maybe-promise.ts';
import { variableCollector } from './command-streams.ts';
import type { Environment } from './environment.ts';

/** Where a command's output goes. */
export interface OutputTap {
  readonly emit: Emit;
  /** Passes on what is still held, after the command's last record. */
  flush(): MaybePromise<void>;
}

const nothing = (): void => {};

/** Holds records until there are `count + 1` of them, then passes them all on. */
function batches(downstream: Emit, count: number): OutputTap {
  let held: unknown[] = [];
  const flush = (): MaybePromise<void> => {
    if (held.length === 0) return;
    const batch = held;
    held = [];
    return forEach(batch, downstream);
  };
  return {
    emit(value) {
      held.push(value);
      return held.length > count ? flush() : undefined;
    },
    flush,
  };
}

/** Wraps the way to the next stage. */
export function outputTap(downstream: Emit, common: CommonValues, environment: Environment): OutputTap {
  const copy = variableCollector(environment, common.OutVariable);
  const current = common.PipelineVariable;
  const count = common.OutBuffer ?? 0;
  // The variable holds the record that the next stage works on, so it is set where a batch is passed on.
  const marked: Emit =
    current === undefined
      ? downstream
      : (value) => {
          environment.setVariable(current, value);
          return downstream(value);
        };
  const tap: OutputTap = count > 0 ? batches(marked, count) : { emit: marked, flush: nothing };
  if (!copy) return tap;
  return {
    emit(value) {
      copy(value);
      return tap.emit(value);
    },
    flush: tap.flush,
  };
}

/** Ends a stage: its last records, then what is held. */
export function endThenFlush(end: MaybePromise<void>, tap: OutputTap): MaybePromise<void> {
  return tap.flush === nothing ? end : chain(end, tap.flush);
}
