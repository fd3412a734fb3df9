// One value of DER (X.690): a tag, a length, a content. Reading goes down one level at a time, by the schema and never by
// recursion over the data, so depth is bounded by the code; every content lies inside its parent; nothing is copied.
import { catalogError } from './catalog-error.ts';

/** Tags as they are on disk: class, the bit for "constructed", number. */
export const Tag = {
  Boolean: 0x01,
  Integer: 0x02,
  BitString: 0x03,
  OctetString: 0x04,
  Null: 0x05,
  ObjectIdentifier: 0x06,
  Utf8String: 0x0c,
  NumericString: 0x12,
  PrintableString: 0x13,
  TeletexString: 0x14,
  Ia5String: 0x16,
  UtcTime: 0x17,
  GeneralizedTime: 0x18,
  UniversalString: 0x1c,
  BmpString: 0x1e,
  Sequence: 0x30,
  Set: 0x31,
} as const;

/** The tag `[number]` of a context: constructed unless said otherwise. */
export function contextTag(number: number, form: 'constructed' | 'primitive' = 'constructed'): number {
  return (form === 'constructed' ? 0xa0 : 0x80) | number;
}

const utf8 = new TextDecoder('utf-8');

export class DerNode {
  readonly tag: number;
  /** Where the tag is, from the start of the file. */
  readonly offset: number;
  readonly #bytes: Uint8Array;
  readonly #contentOffset: number;
  readonly #end: number;
  readonly #file: string | undefined;

  private constructor(bytes: Uint8Array, offset: number, limit: number, file: string | undefined) {
    this.#bytes = bytes;
    this.#file = file;
    this.offset = offset;
    if (limit - offset < 2) throw catalogError('Truncated', file, offset, 'it ends inside a value');
    this.tag = bytes[offset]!;
    if ((this.tag & 0x1f) === 0x1f) throw this.error('the tag of a value has more than one byte');
    let length = bytes[offset + 1]!;
    let header = 2;
    if (length >= 0x80) {
      const count = length & 0x7f;
      // 0x80 is the indefinite length of BER, which DER forbids.
      if (count === 0 || count > 4) throw this.error('the length of a value is not DER');
      header += count;
      if (limit - offset < header) throw catalogError('Truncated', file, offset, 'it ends inside a value');
      length = 0;
      for (let i = 2; i < header; i++) length = length * 256 + bytes[offset + i]!;
    }
    this.#contentOffset = offset + header;
    this.#end = this.#contentOffset + length;
    if (this.#end > limit) throw catalogError('Truncated', file, offset, `a value of ${length} bytes does not fit`);
  }

  /** The value that the bytes start with; what follows it is left alone. */
  static parse(bytes: Uint8Array, file?: string): DerNode {
    return new DerNode(bytes, 0, bytes.length, file);
  }

  /** The value without tag and length. */
  get content(): Uint8Array {
    return this.#bytes.subarray(this.#contentOffset, this.#end);
  }

  /** All of it. */
  get encoded(): Uint8Array {
    return this.#bytes.subarray(this.offset, this.#end);
  }

  error(message: string): Error {
    return catalogError('Corrupt', this.#file, this.offset, message);
  }

  /** The same value; throws Corrupt when it has another tag. */
  expect(tag: number, what: string): DerNode {
    if (this.tag === tag) return this;
    throw this.error(`${what} has the tag 0x${this.tag.toString(16)}, expected 0x${tag.toString(16)}`);
  }

  /** The values inside, one after the other. Throws where they do not fill the content exactly, or are more than `limit`. */
  *each(limit: number): Generator<DerNode> {
    let count = 0;
    for (let at = this.#contentOffset; at < this.#end; ) {
      if (count++ === limit) {
        throw catalogError('LimitExceeded', this.#file, this.offset, `a value has more than ${limit} parts`);
      }
      const child = new DerNode(this.#bytes, at, this.#end, this.#file);
      yield child;
      at = child.#end;
    }
  }

  /** The values inside as a list. */
  children(limit: number): DerNode[] {
    return [...this.each(limit)];
  }

  /** The child at `index`; throws Corrupt where it is missing. */
  child(index: number, what: string): DerNode {
    let at = 0;
    for (const child of this.each(index + 1)) if (at++ === index) return child;
    throw this.error(`${what} is missing`);
  }

  /** The value inside an OCTET STRING that wraps one. */
  inner(): DerNode {
    return new DerNode(this.#bytes, this.#contentOffset, this.#end, this.#file);
  }

  /** An object identifier in dotted form. */
  objectIdentifier(what: string): string {
    this.expect(Tag.ObjectIdentifier, what);
    const { content } = this;
    if (content.length === 0 || content.length > 64 || content[content.length - 1]! >= 0x80) {
      throw this.error(`${what} is not an object identifier`);
    }
    const arcs: number[] = [];
    let arc = 0;
    for (const byte of content) {
      arc = arc * 128 + (byte & 0x7f);
      if (arc > Number.MAX_SAFE_INTEGER / 128) throw this.error(`${what} has an arc that is too large`);
      if (byte >= 0x80) continue;
      arcs.push(arc);
      arc = 0;
    }
    const first = Math.min(2, Math.floor(arcs[0]! / 40));
    return [first, arcs[0]! - first * 40, ...arcs.slice(1)].join('.');
  }

  /** An unsigned 31-bit integer. */
  smallInteger(what: string): number {
    this.expect(Tag.Integer, what);
    if (this.content.length === 0 || this.content.length > 5 || this.content[0]! >= 0x80) {
      throw this.error(`${what} is not a small number`);
    }
    let value = 0;
    for (const byte of this.content) value = value * 256 + byte;
    return value;
  }

  /** UTCTime or GeneralizedTime, as DER restricts them: seconds, `Z`, fractions of a second are dropped. */
  time(what: string): Date {
    const text = String.fromCharCode(...this.content.subarray(0, 32));
    const match =
      this.tag === Tag.UtcTime
        ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
        : this.tag === Tag.GeneralizedTime
          ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(text)
          : null;
    if (!match) throw this.error(`${what} is not a time`);
    const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const full = this.tag === Tag.UtcTime ? (year < 50 ? 2000 : 1900) + year : year;
    const date = new Date(Date.UTC(full, month - 1, day, hour, minute, second));
    date.setUTCFullYear(full);
    if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) throw this.error(`${what} is not a time`);
    return date;
  }

  /** Any of the string types as text; undefined when it is none. */
  text(): string | undefined {
    switch (this.tag) {
      case Tag.Utf8String:
        return utf8.decode(this.content);
      case Tag.BmpString:
        return utf16BigEndian(this.content);
      case Tag.NumericString:
      case Tag.PrintableString:
      case Tag.TeletexString:
      case Tag.Ia5String:
        return Buffer.from(this.content).toString('latin1');
      default:
        return undefined;
    }
  }
}

function utf16BigEndian(bytes: Uint8Array): string {
  const swapped = Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();
  return swapped.toString('utf16le');
}
