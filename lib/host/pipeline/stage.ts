// A pipeline is a chain of stages; records are pushed from one into the next, one at a time. Pushing (rather than
// pulling through generators) keeps PowerShell's order of effects and lets a record pass without a microtask.
import type { Emit } from '../invocable.ts';
import type { MaybePromise } from '../maybe-promise.ts';

/** One stage of a running pipeline. */
export interface Stage {
  /** Before anything; may emit. */
  begin(): MaybePromise<void>;
  /** One record. A first stage without input gets one call, with undefined. */
  write(item: unknown): MaybePromise<void>;
  /** After the last record. */
  end(): MaybePromise<void>;
  /** Always, after success and failure alike. */
  clean(): MaybePromise<void>;
}

/** Makes a stage that emits into the next. `expectsInput` is false for a first stage that nothing feeds. */
export type StageFactory = (emit: Emit, expectsInput: boolean) => Stage;
