// Values that may still be on their way. The host runs synchronously for as long as nothing waits: a record passes a
// whole pipeline without one microtask, which is what makes a million records a matter of a second.

/** A value now, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/** Applies `next` at once to a value that is there, later to a promised one. */
export function chain<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Runs `body`, then `after` whatever happened, without leaving the synchronous path needlessly. */
export function ensure<T>(body: () => MaybePromise<T>, after: () => void): MaybePromise<T> {
  let result: MaybePromise<T>;
  try {
    result = body();
  } catch (error) {
    after();
    throw error;
  }
  if (result instanceof Promise) return result.finally(after);
  after();
  return result;
}

/** Calls `each` for every item in order, waiting only where `each` returns a promise. */
export function forEach<T>(items: Iterable<T>, each: (item: T) => MaybePromise<unknown>): MaybePromise<void> {
  const iterator = items[Symbol.iterator]();
  const close = (error: unknown): never => {
    iterator.return?.();
    throw error;
  };
  const proceed = async (first: Promise<unknown>): Promise<void> => {
    try {
      await first;
      for (let step = iterator.next(); !step.done; step = iterator.next()) {
        const result = each(step.value);
        if (result instanceof Promise) await result;
      }
    } catch (error) {
      close(error);
    }
  };
  try {
    for (let step = iterator.next(); !step.done; step = iterator.next()) {
      const result = each(step.value);
      if (result instanceof Promise) return proceed(result);
    }
  } catch (error) {
    close(error);
  }
}
