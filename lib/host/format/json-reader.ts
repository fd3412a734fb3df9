// JSON as ConvertFrom-Json reads it: numbers keep their type and digits, dates become dates; comments, trailing commas
// and single quotes are taken as well.
import { FileTime } from '../../base/file-time.ts';
import { HostError } from '../host-error.ts';
import { Hashtable, setOwn } from '../value/hashtable.ts';
import { makeDouble } from '../value/typed-number.ts';
import { UtcDate } from '../value/utc-date.ts';

const maximumDepth = 1000;
const numberToken = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const dateForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)?$/;
const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Text with a form of date becomes one; seven digits of a second are kept. */
function dateOrText(text: string): unknown {
  const match = text.length >= 19 && text[10] === 'T' ? dateForm.exec(text) : null;
  if (!match) return text;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return text;
  if ((match[1]?.length ?? 0) > 3 && match[2] === 'Z') return FileTime.parse(text);
  return match[2] === 'Z' ? new UtcDate(milliseconds) : new Date(milliseconds);
}

class JsonReader {
  readonly #text: string;
  readonly #asTables: boolean;
  #pos = 0;
  #depth = 0;

  constructor(text: string, asTables: boolean) {
    this.#text = text;
    this.#asTables = asTables;
  }

  document(): unknown {
    const value = this.#value();
    this.#blanks();
    if (this.#pos < this.#text.length) this.#fail();
    return value;
  }

  #fail(): never {
    const before = this.#text.slice(0, this.#pos).split('\n');
    const what =
      this.#pos >= this.#text.length ? 'the text ends here' : `'${this.#text[this.#pos]}' is not expected here`;
    throw new HostError(
      'JsonConversionFailed',
      `This is not JSON: ${what} (line ${before.length}, column ${before.at(-1)!.length + 1}).`,
      { symbol: 'Corrupt' },
    );
  }

  #blanks(): void {
    while (this.#pos < this.#text.length) {
      const c = this.#text[this.#pos]!;
      if (c === ' ' || c === '\t' || c === '\n' || c === '\r' || c === '\ufeff') this.#pos++;
      else if (c === '/' && '/*'.includes(this.#text[this.#pos + 1] ?? ' ')) {
        const line = this.#text[this.#pos + 1] === '/';
        const end = this.#text.indexOf(line ? '\n' : '*/', this.#pos + 2);
        if (end < 0 && !line) this.#fail();
        this.#pos = end < 0 ? this.#text.length : end + (line ? 1 : 2);
      } else return;
    }
  }

  #accept(mark: string): boolean {
    this.#blanks();
    if (!this.#text.startsWith(mark, this.#pos)) return false;
    this.#pos += mark.length;
    return true;
  }

  #value(): unknown {
    this.#blanks();
    const c = this.#text[this.#pos];
    if (c === '{' || c === '[') {
      if (++this.#depth > maximumDepth)
        throw new HostError('JsonDepth', `JSON nests deeper than ${maximumDepth} levels.`);
      const value = c === '{' ? this.#object() : this.#array();
      this.#depth--;
      return value;
    }
    if (c === '"' || c === "'") return dateOrText(this.#string());
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const)
      if (this.#accept(word)) return value;
    return this.#number();
  }

  #number(): unknown {
    numberToken.lastIndex = this.#pos;
    const match = numberToken.exec(this.#text);
    if (!match) return this.#fail();
    this.#pos += match[0].length;
    const number = Number(match[0]);
    if (match[1] !== undefined || match[2] !== undefined) return makeDouble(number);
    return Number.isSafeInteger(number) ? number : BigInt(match[0]);
  }

  #string(): string {
    const quote = this.#text[this.#pos++]!;
    let text = '';
    let from = this.#pos;
    for (; ; this.#pos++) {
      const c = this.#text[this.#pos];
      if (c === undefined) this.#fail();
      if (c === quote) break;
      if (c !== '\\') continue;
      text += this.#text.slice(from, this.#pos);
      const escaped = this.#text[++this.#pos] ?? this.#fail();
      if (escaped === 'u') {
        const digits = this.#text.slice(this.#pos + 1, this.#pos + 5);
        if (!/^[0-9a-f]{4}$/i.test(digits)) this.#fail();
        text += String.fromCharCode(Number.parseInt(digits, 16));
        this.#pos += 4;
      } else text += escapes[escaped] ?? escaped;
      from = this.#pos + 1;
    }
    text += this.#text.slice(from, this.#pos++);
    return text;
  }

  #object(): unknown {
    this.#pos++;
    const table = this.#asTables ? new Hashtable([], true) : undefined;
    const object: Record<string, unknown> = {};
    while (!this.#accept('}')) {
      this.#blanks();
      const c = this.#text[this.#pos];
      if (c !== '"' && c !== "'") this.#fail();
      const key = this.#string();
      if (!this.#accept(':')) this.#fail();
      const value = this.#value();
      if (table) table.set(key, value);
      else setOwn(object, key, value);
      if (!this.#accept(',')) {
        if (!this.#accept('}')) this.#fail();
        break;
      }
    }
    return table ?? object;
  }

  #array(): unknown[] {
    this.#pos++;
    const items: unknown[] = [];
    while (!this.#accept(']')) {
      items.push(this.#value());
      if (!this.#accept(',')) {
        if (!this.#accept(']')) this.#fail();
        break;
      }
    }
    return items;
  }
}

/** The value of a JSON text. Throws with line and column where it is none. */
export function readJson(text: string, asTables = false): unknown {
  return new JsonReader(text, asTables).document();
}
