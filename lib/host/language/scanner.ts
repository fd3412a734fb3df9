// The character level: white space, comments, line continuation, names, and the limits that keep hostile text from
// exhausting the stack. What a word means depends on where it stands, so the grammar asks the scanner for the kind of
// word it can use next instead of reading a fixed sequence of tokens.
import { HostError, type SourceSpan } from '../host-error.ts';
import type { SourceText } from './ast.ts';
import { positionOf } from './source-position.ts';

/** How deep expressions and blocks may nest. */
const maximumDepth = 200;

/** A script that cannot be read. `incomplete`: more text could complete it, so a shell asks for another line. */
export class ParseError extends HostError {
  readonly incomplete: boolean;
  readonly line: number;
  readonly column: number;
  /** The place with line and caret. */
  readonly positionMessage: string;

  constructor(source: SourceText, span: SourceSpan, message: string, incomplete: boolean) {
    const position = positionOf(source, span);
    super('ParseException', message, { span, Target: source.file || undefined });
    this.incomplete = incomplete;
    this.line = position.line;
    this.column = position.column;
    this.positionMessage = position.message;
  }
}

/** Whether a character is white space inside a line. */
export function isBlank(c: string | undefined): boolean {
  return (
    c === ' ' ||
    c === '\t' ||
    c === '\f' ||
    c === '\v' ||
    c === '\u00a0' ||
    c === '\u0085' ||
    (c !== undefined && c > '\u1fff' && /\s/.test(c))
  );
}

/** Normalises what word processors make of quotes and dashes. */
const singleQuotes = "'\u2018\u2019\u201a\u201b";
const doubleQuotes = '"\u201c\u201d\u201e';
export const isSingleQuote = (c: string | undefined): boolean =>
  c !== undefined && c !== '' && singleQuotes.includes(c);
export const isDoubleQuote = (c: string | undefined): boolean =>
  c !== undefined && c !== '' && doubleQuotes.includes(c);
export const isDash = (c: string | undefined): boolean =>
  c === '-' || c === '\u2013' || c === '\u2014' || c === '\u2015';
export const isIdentifierStart = (c: string | undefined): boolean => c !== undefined && /[\p{L}_]/u.test(c);
export const isIdentifierPart = (c: string | undefined): boolean => c !== undefined && /[\p{L}\p{Nd}_]/u.test(c);

/** A place in a text that moves forward. */
export class Scanner {
  readonly source: SourceText;
  readonly text: string;
  readonly end: number;
  pos: number;
  /** Inside ( ) line ends do not end anything. */
  #depth = 0;

  constructor(source: SourceText, start = 0, end = source.text.length) {
    this.source = source;
    this.text = source.text;
    this.pos = start;
    this.end = end;
  }

  get atEnd(): boolean {
    return this.pos >= this.end;
  }

  /** The character at an offset from here; undefined at the end. */
  peek(offset = 0): string | undefined {
    const at = this.pos + offset;
    return at < this.end ? this.text[at] : undefined;
  }

  startsWith(word: string): boolean {
    return this.pos + word.length <= this.end && this.text.startsWith(word, this.pos);
  }

  /** Moves past `word` if it is here. */
  accept(word: string): boolean {
    if (!this.startsWith(word)) return false;
    this.pos += word.length;
    return true;
  }

  /** Moves past `word` or fails. */
  expect(word: string, what: string): void {
    if (!this.accept(word))
      this.fail(`'${word}' is missing ${what}.`, { start: this.pos, end: this.pos + 1 }, this.atEnd);
  }

  span(start: number): SourceSpan {
    return { start, end: this.pos };
  }

  fail(message: string, span: SourceSpan = { start: this.pos, end: this.pos + 1 }, incomplete = false): never {
    throw new ParseError(this.source, span, message, incomplete);
  }

  /** Runs a nested piece of grammar, within the depth that a stack can bear. */
  nested<T>(body: () => T): T {
    if (++this.#depth > maximumDepth) this.fail(`The script nests deeper than ${maximumDepth} levels.`);
    try {
      return body();
    } finally {
      this.#depth--;
    }
  }

  /** White space and comments within a line, and continued line ends. */
  skipBlanks(): void {
    while (!this.atEnd) {
      const c = this.peek()!;
      if (isBlank(c) || (c === '\r' && this.peek(1) !== '\n')) this.pos++;
      else if (c === '`' && (this.peek(1) === '\n' || (this.peek(1) === '\r' && this.peek(2) === '\n'))) {
        this.pos += this.peek(1) === '\n' ? 2 : 3;
      } else if (c === '#') this.#skipLineComment();
      else if (c === '<' && this.peek(1) === '#') this.#skipBlockComment();
      else return;
    }
  }

  /** White space, comments and line ends. */
  skipLines(): void {
    while (true) {
      this.skipBlanks();
      if (this.peek() === '\n') this.pos++;
      else if (this.peek() === '\r' && this.peek(1) === '\n') this.pos += 2;
      else return;
    }
  }

  /** Line ends and semicolons between statements. */
  skipSeparators(): void {
    do this.skipLines();
    while (this.accept(';'));
  }

  atLineEnd(): boolean {
    const c = this.peek();
    return c === undefined || c === '\n' || (c === '\r' && this.peek(1) === '\n');
  }

  #skipLineComment(): void {
    const end = this.text.indexOf('\n', this.pos);
    const stop = end < 0 || end > this.end ? this.end : end;
    this.pos = stop > this.pos && end >= 0 && this.text[stop - 1] === '\r' ? stop - 1 : stop;
  }

  #skipBlockComment(): void {
    const end = this.text.indexOf('#>', this.pos + 2);
    if (end < 0 || end + 2 > this.end)
      this.fail('The comment is not closed by #>.', { start: this.pos, end: this.pos + 2 }, true);
    this.pos = end + 2;
  }

  /** A plain word of letters, digits and underscores; empty when there is none. */
  identifier(): string {
    const start = this.pos;
    if (!isIdentifierStart(this.peek())) return '';
    while (isIdentifierPart(this.peek())) this.pos++;
    return this.text.slice(start, this.pos);
  }

  /** The word here, in lower case, without moving. */
  peekWord(): string {
    const start = this.pos;
    const word = this.identifier();
    this.pos = start;
    return word.toLowerCase();
  }

  /** Moves past a keyword if it stands here as a whole word. */
  acceptKeyword(word: string): boolean {
    if (this.peekWord() !== word || this.peek(word.length) === '-') return false;
    this.pos += word.length;
    return true;
  }
}
