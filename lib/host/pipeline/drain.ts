// Moves what a cmdlet's step yields downstream, one by one, synchronously as long as nothing waits.
import type { CmdletOutput } from '../cmdlet.ts';
import { throwIfStopped } from '../host-error.ts';
import type { Emit } from '../invocable.ts';
import { forEach, type MaybePromise } from '../maybe-promise.ts';
import { breathing } from './breathing.ts';

async function drainAsync(output: AsyncIterable<unknown>, emit: Emit, signal: AbortSignal): Promise<void> {
  const passOn = breathing(emit, signal);
  // `for await` returns the generator when emit throws, so a cmdlet's `finally` runs on an early stop.
  for await (const item of output) {
    throwIfStopped(signal);
    const result = passOn(item);
    if (result instanceof Promise) await result;
  }
  throwIfStopped(signal);
}

/** Emits everything `output` holds, in order. */
export function drain(output: CmdletOutput<unknown> | undefined, emit: Emit, signal: AbortSignal): MaybePromise<void> {
  if (output === undefined) return;
  if (output instanceof Promise) return output.then((items) => drain(items, emit, signal));
  if (Symbol.asyncIterator in output) return drainAsync(output, emit, signal);
  const passOn = Array.isArray(output) && output.length < 64 ? emit : breathing(emit, signal);
  return forEach(output, (item) => {
    if (signal.aborted) throwIfStopped(signal);
    return passOn(item);
  });
}
