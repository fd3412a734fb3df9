// Job<T>: a native job as TypeScript sees it: events as an async iterable, progress by a timer, a result, cancellation.
import { DismError } from '../base/error.ts';
import type { NativeError, NativeEvent, NativeJob, NativeProgress } from './addon.ts';

/** How long between two samples of progress: at most 20 a second. */
const PROGRESS_INTERVAL_MS = 50;
const EVENTS_AT_ONCE = 64;

export interface JobOptions {
  /** Cancels the job when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Called at most 20 times a second while the job runs, and once at its end. */
  readonly onProgress?: ((progress: NativeProgress) => void) | undefined;
  /** Called for each warning and finding that nobody iterates over. */
  readonly onEvent?: ((event: NativeEvent) => void) | undefined;
}

/** A DismError from what the engine reported. */
export function toDismError(error: NativeError): DismError {
  const where = error.offset === undefined ? '' : ` at offset ${error.offset}`;
  const target = error.target === '' ? '' : `${error.target}${where}: `;
  const message = `${target}${error.detail === '' ? error.symbol : error.detail}`;
  return new DismError(error.symbol, message, {
    Target: error.target === '' ? undefined : error.target,
    File: error.offset === undefined ? undefined : error.target,
    Offset: error.offset,
    Errno: error.errno,
  });
}

/** Runs a job to its end and yields its events as they come; returns its result. */
export async function* runJob<T>(
  start: (wake: () => void) => NativeJob,
  options: JobOptions = {},
): AsyncGenerator<NativeEvent, T, undefined> {
  const { signal, onProgress } = options;
  if (signal?.aborted) throw new DismError('Cancelled', 'The operation was cancelled before it began.');
  let wake: (() => void) | undefined;
  let woken = false;
  const job = start(() => {
    woken = true;
    wake?.();
  });
  const cancel = (): void => job.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  const timer =
    onProgress === undefined ? undefined : setInterval(() => onProgress(job.progress()), PROGRESS_INTERVAL_MS);
  let finished = false;
  try {
    for (;;) {
      woken = false;
      const events = job.take(EVENTS_AT_ONCE);
      yield* events;
      if (events.length > 0) continue;
      const outcome = job.outcome();
      if (outcome !== undefined) {
        // The job may have ended between the two calls: what it said last is still in the queue.
        const rest = job.take(EVENTS_AT_ONCE);
        if (rest.length > 0) {
          yield* rest;
          continue;
        }
        finished = true;
        onProgress?.(job.progress());
        if ('error' in outcome) throw toDismError(outcome.error);
        return outcome.result as T;
      }
      if (!woken) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
    }
  } finally {
    if (timer !== undefined) clearInterval(timer);
    signal?.removeEventListener('abort', cancel);
    if (!finished) {
      // The consumer stopped early: the job must not go on alone.
      job.cancel();
      while (job.outcome() === undefined) {
        job.take(EVENTS_AT_ONCE);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  }
}

/** Runs a job whose events go to `onEvent`, and resolves with its result. */
export async function completeJob<T>(start: (wake: () => void) => NativeJob, options: JobOptions = {}): Promise<T> {
  const job = runJob<T>(start, options);
  try {
    for (;;) {
      const step = await job.next();
      if (step.done === true) return step.value;
      options.onEvent?.(step.value);
    }
  } finally {
    // A listener that throws ends the job, which is over when the caller hears of it.
    await job.return(undefined as never);
  }
}
