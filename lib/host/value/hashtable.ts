// Hashtable: the value of `@{ }`. Keys that are text are found in any letter case and keep the case they came with;
// order is the order of insertion.

/** A case-insensitive, ordered table. */
export class Hashtable extends Map<unknown, unknown> {
  /** Lower-case key to the key as stored. */
  readonly #stored = new Map<string, string>();

  constructor(entries: Iterable<readonly [unknown, unknown]> = []) {
    // Map's own constructor would call `set` before the field above exists.
    super();
    for (const [key, value] of entries) this.set(key, value);
  }

  #find(key: unknown): unknown {
    if (typeof key !== 'string') return key;
    return this.#stored.get(key.toLowerCase()) ?? key;
  }

  override get(key: unknown): unknown {
    return super.get(this.#find(key));
  }

  override has(key: unknown): boolean {
    return super.has(this.#find(key));
  }

  override set(key: unknown, value: unknown): this {
    if (typeof key === 'string') {
      const lower = key.toLowerCase();
      const stored = this.#stored.get(lower);
      if (stored !== undefined) return super.set(stored, value);
      this.#stored.set(lower, key);
    }
    return super.set(key, value);
  }

  override delete(key: unknown): boolean {
    const found = this.#find(key);
    if (typeof key === 'string') this.#stored.delete(key.toLowerCase());
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
