// Guid: the value of `[guid]'...'` and `New-Guid`.

const forms = /^(?:\{([0-9a-f-]{36})\}|\(([0-9a-f-]{36})\)|([0-9a-f-]{36})|([0-9a-f]{32}))$/i;
const dashed = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A GUID; as text 32 hexadecimal digits in five groups, in lower case. */
export class Guid {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** Reads the forms D, N, B and P; undefined for other text. */
  static parse(text: string): Guid | undefined {
    const match = forms.exec(text.trim());
    if (!match) return undefined;
    const bare = match[4]?.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    const found = (match[1] ?? match[2] ?? match[3] ?? bare)!.toLowerCase();
    return dashed.test(found) ? new Guid(found) : undefined;
  }

  static random(): Guid {
    return new Guid(crypto.randomUUID());
  }

  /** By a .NET format: D, N (no dashes), B (braces) or P (parentheses). */
  format(format: string): string {
    switch (format.toUpperCase()) {
      case 'N':
        return this.#text.replaceAll('-', '');
      case 'B':
        return `{${this.#text}}`;
      case 'P':
        return `(${this.#text})`;
      default:
        return this.#text;
    }
  }

  toString(): string {
    return this.#text;
  }

  toJSON(): string {
    return this.#text;
  }
}
