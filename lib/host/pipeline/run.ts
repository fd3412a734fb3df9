// Runs a chain of stages: begin in order, records through, end in order, clean always.
import { isDismError } from '../../base/error.ts';
import { PipelineStopped, StopUpstream } from '../host-error.ts';
import type { Emit } from '../invocable.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import type { Stage, StageFactory } from './stage.ts';

/** Feeds a pipeline: calls `emit` for every record of its input. */
export type PipelineInput = (emit: Emit) => MaybePromise<void>;

/** How long a stopped pipeline may take to unwind before its caller goes on without it. */
const graceMilliseconds = 900;

async function cleanAll(stages: readonly Stage[]): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  for (const stage of stages) {
    try {
      await stage.clean();
    } catch (error) {
      failure ??= { error };
    }
  }
  if (failure) throw failure.error;
}

function endFrom(stages: readonly Stage[], index: number): MaybePromise<void> {
  for (let i = index; i < stages.length; i++) {
    const result = guarded(stages, i + 1, () => stages[i]!.end());
    if (result instanceof Promise) return result.then((next) => endFrom(stages, next ?? i + 1));
    if (result !== undefined) i = result - 1;
  }
}

/** Runs a step; when a later stage wants no more input, gives the index from which to go on ending. */
function guarded(
  stages: readonly Stage[],
  self: number,
  step: () => MaybePromise<void>,
): MaybePromise<number | undefined> {
  const stopped = (error: unknown): number => {
    const index = error instanceof StopUpstream ? stages.indexOf(error.stage as Stage) : -1;
    if (index < 0) throw error;
    return Math.max(index, self);
  };
  try {
    const result = step();
    return result instanceof Promise ? result.then(() => undefined, stopped) : undefined;
  } catch (error) {
    return stopped(error);
  }
}

/** Builds the stages, last first, each emitting into the next and the last into `emit`. */
function build(factories: readonly StageFactory[], hasInput: boolean, emit: Emit): Stage[] {
  const stages: Stage[] = [];
  let next = emit;
  for (let i = factories.length - 1; i >= 0; i--) {
    const stage = factories[i]!(next, i > 0 || hasInput);
    stages.unshift(stage);
    next = (item) => stage.write(item);
  }
  return stages;
}

/** Runs a pipeline to its end. */
export function runPipeline(
  factories: readonly StageFactory[],
  input: PipelineInput | undefined,
  emit: Emit,
  signal: AbortSignal,
): MaybePromise<void> {
  if (signal.aborted) throw new PipelineStopped();
  const stages = build(factories, input !== undefined, emit);
  const first = stages[0];
  if (!first) return input?.(emit);
  const feed = (): MaybePromise<void> => (input ? input((item) => first.write(item)) : first.write(undefined));
  const beginFrom = (index: number): MaybePromise<void> => {
    for (let i = index; i < stages.length; i++) {
      const result = stages[i]!.begin();
      if (result instanceof Promise) return result.then(() => beginFrom(i + 1));
    }
  };
  const body = (): MaybePromise<void> =>
    chain(
      guarded(stages, 0, () => chain(beginFrom(0), feed)),
      (stoppedAt) => endFrom(stages, stoppedAt ?? 0),
    );
  let result: MaybePromise<void>;
  try {
    result = body();
  } catch (error) {
    return cleanAll(stages).then(() => {
      throw error;
    });
  }
  if (!(result instanceof Promise)) return cleanSync(stages);
  return withGrace(
    result.finally(() => cleanAll(stages)),
    signal,
  );
}

function cleanSync(stages: readonly Stage[]): MaybePromise<void> {
  for (let i = 0; i < stages.length; i++) {
    const result = stages[i]!.clean();
    if (result instanceof Promise) return result.then(() => cleanAll(stages.slice(i + 1)));
  }
}

/** After an abort, waits only so long for a stage that does not heed the signal. */
function withGrace(running: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      timer = setTimeout(() => reject(new PipelineStopped()), graceMilliseconds);
    };
    signal.addEventListener('abort', stop, { once: true });
    // What a cancelled job throws is the stop itself, not a failure.
    const fail = (error: unknown): void =>
      reject(signal.aborted && isDismError(error) && error.Symbol === 'Cancelled' ? new PipelineStopped() : error);
    running.then(resolve, fail).finally(() => {
      signal.removeEventListener('abort', stop);
      clearTimeout(timer);
    });
  });
}
