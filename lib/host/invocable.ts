// Code as a value: what a `scriptBlock()` parameter holds. The language's `{ }` and TypeScript functions both become
// one, so a cmdlet never asks which it got.
import type { MaybePromise } from './maybe-promise.ts';

/** Receives one output value; a promise asks the producer to wait. */
export type Emit = (value: unknown) => MaybePromise<void>;

/** Runnable code with `$_` as its input. */
export interface Invocable {
  /** Runs with `$_` set to `item`; every output value goes to `emit`. */
  invoke(item: unknown, emit: Emit, args?: readonly unknown[]): MaybePromise<void>;
  /** Runs and gives the result as PowerShell would assign it: null, the one value, or an array. */
  evaluate(item: unknown, args?: readonly unknown[]): MaybePromise<unknown>;
  /** The source text. */
  toString(): string;
}

/** Whether a value can be run. */
export function isInvocable(value: unknown): value is Invocable {
  return typeof value === 'object' && value !== null && 'invoke' in value && 'evaluate' in value;
}

/** A TypeScript function as code: its return value is its one output, undefined is none. */
export function invocableOf(body: (item: unknown, ...args: unknown[]) => unknown): Invocable {
  const evaluate = (item: unknown, args: readonly unknown[] = []): MaybePromise<unknown> => body(item, ...args);
  return {
    evaluate,
    invoke(item, emit, args) {
      const result = evaluate(item, args);
      if (result instanceof Promise) return result.then((value) => (value === undefined ? undefined : emit(value)));
      return result === undefined ? undefined : emit(result);
    },
    toString: () => body.toString(),
  };
}
