// [ref]: a variable that somebody else may assign.

/** A way to a variable: `$r.Value` reads and assigns it. */
export class Reference {
  readonly #read: () => unknown;
  readonly #write: (value: unknown) => void;

  constructor(read: () => unknown, write: (value: unknown) => void) {
    this.#read = read;
    this.#write = write;
    // Own and enumerable, so that scripts see it like any property.
    Object.defineProperty(this, 'Value', { get: read, set: write, enumerable: true });
  }

  get(): unknown {
    return this.#read();
  }

  set(value: unknown): void {
    this.#write(value);
  }
}
