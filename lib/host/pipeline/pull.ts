// The bridge from the host's pushing pipelines to the async iterables that TypeScript callers read.
import { StopUpstream } from '../host-error.ts';
import type { Emit } from '../invocable.ts';
import type { MaybePromise } from '../maybe-promise.ts';

/** Turns a pushing producer into an async iterable. The producer waits until each value is asked for; leaving the loop stops it. */
export async function* pull(
  run: (emit: Emit) => MaybePromise<void>,
  stop: () => void,
): AsyncGenerator<unknown, void, void> {
  let offered: { readonly value: unknown } | undefined;
  let taken: (() => void) | undefined;
  let abandon: ((error: Error) => void) | undefined;
  let wake: (() => void) | undefined;
  let closed = false;
  let finished = false;
  let failure: { readonly error: unknown } | undefined;
  const consumer = {};
  const emit: Emit = (value) => {
    if (closed) throw new StopUpstream(consumer);
    offered = { value };
    wake?.();
    return new Promise((resolve, reject) => {
      taken = resolve;
      abandon = reject;
    });
  };
  const running = (async () => run(emit))()
    .catch((error: unknown) => {
      if (!(error instanceof StopUpstream && error.stage === consumer)) failure = { error };
    })
    .finally(() => {
      finished = true;
      wake?.();
    });
  try {
    while (true) {
      if (!offered && !finished) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
        continue;
      }
      if (offered) {
        const { value } = offered;
        offered = undefined;
        yield value;
        taken?.();
      } else if (finished) break;
    }
  } finally {
    closed = true;
    if (!finished) {
      stop();
      abandon?.(new StopUpstream(consumer));
      await running;
    }
  }
  if (failure) throw failure.error;
}
