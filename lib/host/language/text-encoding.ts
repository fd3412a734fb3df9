// [Text.Encoding]: text as bytes and back.

/** One way to write characters as bytes. */
export class TextEncoding {
  readonly #name: BufferEncoding;

  constructor(name: BufferEncoding) {
    this.#name = name;
  }

  encode(text: string): Uint8Array {
    return new Uint8Array(Buffer.from(text, this.#name));
  }

  decode(bytes: Uint8Array): string {
    return Buffer.from(bytes).toString(this.#name);
  }

  toString(): string {
    return this.#name;
  }
}
