// Lets signals and timers in. Records that never wait would otherwise keep the process deaf to Ctrl+C.
import { throwIfStopped } from '../host-error.ts';
import type { Emit } from '../invocable.ts';

const recordsBetweenLooks = 512;
const millisecondsBetweenBreaths = 50;

/** Gives the event loop a turn. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Wraps `emit` so that a long run of records gives the event loop a turn now and then, and heeds the signal. */
export function breathing(emit: Emit, signal: AbortSignal): Emit {
  let records = 0;
  let last = Date.now();
  return (value) => {
    if (++records % recordsBetweenLooks !== 0) return emit(value);
    const now = Date.now();
    if (now - last < millisecondsBetweenBreaths) return emit(value);
    last = now;
    return breathe().then(() => {
      throwIfStopped(signal);
      return emit(value);
    });
  };
}
