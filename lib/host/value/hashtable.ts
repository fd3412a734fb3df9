// Hashtable: the value of `@{ }`. Keys that are text are found in any letter case and keep the case they came with;
// order is the order of insertion.
import { TypedNumber } from './typed-number.ts';

/** A case-insensitive, ordered table. */
export class Hashtable extends Map<unknown, unknown> {
  /** `[ordered]`: a whole number is also a place. */
  readonly #ordered: boolean;
  /** What keys are compared by, to the key as stored: text in lower case, typed numbers by type and value. */
  readonly #stored = new Map<string, unknown>();

  constructor(entries: Iterable<readonly [unknown, unknown]> = [], ordered = false) {
    // Map's own constructor would call `set` before the fields above exist.
    super();
    this.#ordered = ordered;
    for (const [key, value] of entries) this.set(key, value);
  }

  get ordered(): boolean {
    return this.#ordered;
  }

  #find(key: unknown): unknown {
    const comparable = comparableKey(key);
    return comparable === undefined ? key : (this.#stored.get(comparable) ?? key);
  }

  override get(key: unknown): unknown {
    return super.get(this.#find(key));
  }

  override has(key: unknown): boolean {
    return super.has(this.#find(key));
  }

  override set(key: unknown, value: unknown): this {
    const comparable = comparableKey(key);
    if (comparable !== undefined) {
      const stored = this.#stored.get(comparable);
      if (stored !== undefined) return super.set(stored, value);
      this.#stored.set(comparable, key);
    }
    return super.set(key, value);
  }

  override delete(key: unknown): boolean {
    const found = this.#find(key);
    const comparable = comparableKey(key);
    if (comparable !== undefined) this.#stored.delete(comparable);
    return super.delete(found);
  }

  override clear(): void {
    this.#stored.clear();
    super.clear();
  }

  /** The table as a plain object: what `[pscustomobject]` makes of it. */
  toObject(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (const [key, value] of this) setOwn(object, String(key), value);
    return object;
  }
}

/** Assigns as own data even where the name is special to JavaScript (`__proto__`). */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else object[key] = value;
}

function comparableKey(key: unknown): string | undefined {
  if (typeof key === 'string') return key.toLowerCase();
  // No text in lower case has a capital letter.
  return key instanceof TypedNumber ? `${key.type} ${key}` : undefined;
}
