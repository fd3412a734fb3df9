// Char: one UTF-16 unit, the value of `'abc'[0]` and `[char]65`. Each unit has one object, so equal characters are the
// same key of a table.

const made = new Map<number, Char>();

/** A character. As text it is itself, as a number its code. */
export class Char {
  readonly #code: number;

  private constructor(code: number) {
    this.#code = code;
  }

  /** The character of a code from 0 to 65535. */
  static of(code: number): Char {
    let char = made.get(code);
    if (!char) {
      char = new Char(code);
      made.set(code, char);
    }
    return char;
  }

  /** The characters of a text. */
  static all(text: string): Char[] {
    return Array.from({ length: text.length }, (_, i) => Char.of(text.charCodeAt(i)));
  }

  get code(): number {
    return this.#code;
  }

  valueOf(): number {
    return this.#code;
  }

  toString(): string {
    return String.fromCharCode(this.#code);
  }

  toJSON(): string {
    return this.toString();
  }
}
