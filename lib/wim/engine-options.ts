// What every operation on a WIM accepts beside its own input: cancellation, listeners and the limits of the engine.
import type { JobLimits } from '../native/addon.ts';
import type { JobOptions } from '../native/job.ts';

/** Cancellation, progress and event listeners, threads and memory of one operation. */
export interface EngineOptions extends JobOptions, JobLimits {}

/** The part that crosses to the engine. */
export function limitsOf(options: EngineOptions): JobLimits {
  return {
    ...(options.threadCount === undefined ? {} : { threadCount: options.threadCount }),
    ...(options.memoryBudget === undefined ? {} : { memoryBudget: options.memoryBudget }),
  };
}
