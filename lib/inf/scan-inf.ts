// Characters of an INF to section headers and lines of fields: quotes, comments, continuation. Strings are not replaced yet.
// One pass, in time linear to the text.
import { DismError } from '../base/error.ts';

/** What ends up as one logical line: `key = value, value` or `value, value`. */
export interface InfLine {
  /** undefined when the line has no equals sign. */
  readonly key: string | undefined;
  readonly values: readonly string[];
  /** 1-based number of the first physical line. */
  readonly line: number;
}

export type InfItem =
  | { readonly kind: 'section'; readonly name: string; readonly line: number }
  | ({ readonly kind: 'line' } & InfLine);

/** Fields of a whole file; real files have at most some hundred thousand. */
const MAX_FIELDS = 2_000_000;
const plain = /[^",;=\\\r\n]+/y;
const blanks = /[ \t\v\f\u00a0\ufeff]*/y;
const toLineEnd = /[^\r\n]*/y;
const sectionName = /[^\]"\r\n]+/y;
const quoted = /[^"\r\n]+/y;

/** Cuts the text of an INF into its items. `report` hears of lines that are not well formed. Throws LimitExceeded. */
export function* scanInf(text: string, report: (message: string, line: number) => void): Generator<InfItem> {
  const scanner = new Scanner(text, report);
  for (let item = scanner.next(); item; item = scanner.next()) yield item;
}

class Scanner {
  private readonly text: string;
  private readonly report: (message: string, line: number) => void;
  private at = 0;
  private line = 1;
  private fields = 0;

  constructor(text: string, report: (message: string, line: number) => void) {
    // Ctrl+Z ended text files in DOS, and still ends an INF.
    const end = text.indexOf('\x1a');
    this.text = end < 0 ? text : text.slice(0, end);
    this.report = report;
  }

  next(): InfItem | undefined {
    for (;;) {
      this.take(blanks);
      const unit = this.text[this.at];
      if (unit === undefined) return undefined;
      if (unit === '\r' || unit === '\n') this.endLine();
      else if (unit === ';') this.take(toLineEnd);
      else return unit === '[' ? this.section() : this.entry();
    }
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (!match) return '';
    this.at += match[0].length;
    return match[0];
  }

  private isLineEnd(): boolean {
    const unit = this.text[this.at];
    return unit === undefined || unit === '\r' || unit === '\n';
  }

  /** CR LF, LF, CR, and the CR CR LF that careless tools leave behind are one line end. */
  private endLine(): void {
    while (this.text[this.at] === '\r') this.at++;
    if (this.text[this.at] === '\n') this.at++;
    this.line++;
  }

  private section(): InfItem {
    const { line } = this;
    this.at++;
    let name = '';
    while (!this.isLineEnd() && this.text[this.at] !== ']') {
      name += this.text[this.at] === '"' ? this.quotedRun() : this.take(sectionName);
    }
    if (this.text[this.at] !== ']') this.report('The name of the section is not closed with "]".', line);
    this.take(toLineEnd);
    return { kind: 'section', name: name.trim(), line };
  }

  /** From a quote to its end; two quotes inside are one. An open end is the end of the line. */
  private quotedRun(): string {
    this.at++;
    let value = '';
    for (;;) {
      value += this.take(quoted);
      if (this.text[this.at] !== '"') {
        this.report('A quoted string is not closed.', this.line);
        return value;
      }
      this.at++;
      if (this.text[this.at] !== '"') return value;
      value += '"';
      this.at++;
    }
  }

  /** Whether the backslash here continues the line; if so, the reading goes on in the next one. */
  private continuation(): boolean {
    const start = this.at;
    this.at++;
    this.take(blanks);
    if (this.text[this.at] === ';') this.take(toLineEnd);
    if (!this.isLineEnd() || this.text[this.at] === undefined) {
      this.at = start;
      return false;
    }
    this.endLine();
    this.take(blanks);
    return true;
  }

  private entry(): InfItem {
    const { line } = this;
    const values: string[] = [];
    let key: string | undefined;
    let field = new Field();
    const endField = (): void => {
      if (++this.fields > MAX_FIELDS) {
        throw new DismError('LimitExceeded', `The INF has more than ${MAX_FIELDS} fields.`);
      }
      values.push(field.end());
      field = new Field();
    };
    while (!this.isLineEnd()) {
      const unit = this.text[this.at];
      if (unit === ';') {
        this.take(toLineEnd);
      } else if (unit === '"') {
        field.quote(this.quotedRun());
      } else if (unit === ',') {
        this.at++;
        endField();
      } else if (unit === '=' && key === undefined && values.length === 0) {
        this.at++;
        key = field.end();
        field = new Field();
      } else if (unit === '\\' && this.continuation()) {
        field.trim();
      } else if (unit === '=' || unit === '\\') {
        this.at++;
        field.add(unit);
      } else {
        field.add(this.take(plain));
      }
    }
    if (values.length > 0 || !field.isEmpty) endField();
    return { kind: 'line', key, values, line };
  }
}

/** One field: blanks around it do not count unless they are quoted. */
class Field {
  private text = '';
  /** Blanks that count only if something follows. */
  private pending = '';
  private isQuoted = false;

  get isEmpty(): boolean {
    return !this.isQuoted && this.text === '';
  }

  add(run: string): void {
    const kept = run.trimEnd();
    if (kept === '') {
      this.pending += run;
      return;
    }
    if (this.isEmpty) this.text = kept.trimStart();
    else this.text += this.pending + kept;
    this.pending = run.slice(kept.length);
  }

  quote(run: string): void {
    this.text += this.isEmpty ? run : this.pending + run;
    this.pending = '';
    this.isQuoted = true;
  }

  /** Forgets blanks at the end of what is there. */
  trim(): void {
    this.pending = '';
  }

  end(): string {
    return this.text;
  }
}
