// A tokenizer of PowerShell, written from its documentation of lexical structure and apart from the language of this
// project: enough of it to judge generated text. It knows nothing of commands and parameters.

export type PowerShellTokenKind =
  | 'newline'
  | 'comment'
  | 'string'
  | 'variable'
  | 'splat'
  | 'parameter'
  | 'number'
  | 'word'
  | 'punctuation';

export interface PowerShellToken {
  readonly kind: PowerShellTokenKind;
  readonly text: string;
  readonly line: number;
}

const closing: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']' };
/** PowerShell takes typographic quotes for plain ones. */
const single = "'\u2018\u2019\u201a\u201b";
const double = '"\u201c\u201d\u201e';

class Tokenizer {
  readonly tokens: PowerShellToken[] = [];
  readonly #text: string;
  #at = 0;
  readonly #open: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  run(): readonly PowerShellToken[] {
    this.#until(undefined);
    return this.tokens;
  }

  #fail(what: string): never {
    throw new SyntaxError(`line ${this.#text.slice(0, this.#at).split('\n').length}: ${what}`);
  }

  #add(kind: PowerShellTokenKind, start: number): void {
    const line = this.#text.slice(0, start).split('\n').length;
    this.tokens.push({ kind, text: this.#text.slice(start, this.#at), line });
  }

  /** Up to the bracket that closes; the end of the text without one. */
  #until(close: string | undefined): void {
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at]!;
      if (')}]'.includes(char)) {
        if (char !== close) this.#fail(`${char} closes nothing`);
        const start = this.#at++;
        this.#add('punctuation', start);
        return;
      }
      this.#token(char);
    }
    if (close !== undefined) this.#fail(`${close} is missing for the ${this.#open.join('')} that are open`);
  }

  #token(char: string): void {
    const start = this.#at;
    const rest = this.#text.slice(start);
    if (char === '\n') {
      this.#at++;
      this.#add('newline', start);
    } else if (/[ \t\r\uFEFF]/.test(char)) this.#at++;
    else if (char === '`') {
      // A line goes on only when nothing follows the backtick.
      if (!/^`\r?\n/.test(rest)) this.#fail('a backtick is followed by blanks or text');
      this.#at = this.#text.indexOf('\n', start) + 1;
    } else if (rest.startsWith('<#')) {
      const end = this.#text.indexOf('#>', start);
      if (end < 0) this.#fail('a comment does not end');
      this.#at = end + 2;
      this.#add('comment', start);
    } else if (char === '#') {
      const end = this.#text.indexOf('\n', start);
      this.#at = end < 0 ? this.#text.length : end;
      this.#add('comment', start);
    } else if (/^@['"\u2018-\u201e]/.test(rest)) this.#hereString(rest);
    else if (single.includes(char)) this.#singleQuoted();
    else if (double.includes(char)) this.#doubleQuoted();
    else if (char === '$' || char === '@') this.#sigil(rest);
    else if (char in closing) this.#bracket(char);
    else {
      const [text] = /^(-[A-Za-z][\w-]*:?|\d[\w.]*|[A-Za-z_][\w.:\\/*-]*|[-+*/%=!<>|&;,.?:]+|[^\s])/.exec(rest)!;
      this.#at += text.length;
      const kind = /^-[A-Za-z]/.test(text)
        ? 'parameter'
        : /^\d/.test(text)
          ? 'number'
          : /^[A-Za-z_]/.test(text)
            ? 'word'
            : 'punctuation';
      this.#add(kind, start);
    }
  }

  #bracket(char: string): void {
    const start = this.#at++;
    this.#add('punctuation', start);
    this.#open.push(char);
    this.#until(closing[char]);
    this.#open.pop();
  }

  /** A variable, a splatted one, `$( )`, `@( )`, `@{ }`. */
  #sigil(rest: string): void {
    const start = this.#at;
    const name = /^(?:\$\{[^}]+\}|\$(?:\w+:)?[\w?^$]+|@\w+)/.exec(rest);
    if (name) {
      this.#at += name[0].length;
      this.#add(rest.startsWith('@') ? 'splat' : 'variable', start);
    } else if (/^[$@]\(|^@\{/.test(rest)) {
      this.#at++;
      this.#bracket(rest[1]!);
    } else this.#fail(`${rest[0]} begins nothing`);
  }

  #singleQuoted(): void {
    const start = this.#at++;
    for (;;) {
      if (this.#at >= this.#text.length) this.#fail('a string does not end');
      if (!single.includes(this.#text[this.#at++]!)) continue;
      if (!single.includes(this.#text[this.#at] ?? ' ')) break;
      this.#at++;
    }
    this.#add('string', start);
  }

  #doubleQuoted(): void {
    const start = this.#at++;
    for (;;) {
      if (this.#at >= this.#text.length) this.#fail('a string does not end');
      const char = this.#text[this.#at++]!;
      if (char === '`') this.#at++;
      else if (char === '$' && this.#text[this.#at] === '(') this.#bracket('(');
      else if (double.includes(char)) {
        if (!double.includes(this.#text[this.#at] ?? ' ')) break;
        this.#at++;
      }
    }
    this.#add('string', start);
  }

  #hereString(rest: string): void {
    const start = this.#at;
    if (!/^@.[ \t]*\r?\n/.test(rest)) this.#fail('text follows the beginning of a here-string');
    const quotes = single.includes(rest[1]!) ? single : double;
    const end = new RegExp(`\\r?\\n[${quotes}]@`).exec(rest);
    if (!end) this.#fail('a here-string does not end');
    this.#at += end.index + end[0].length;
    this.#add('string', start);
  }
}

/** The tokens of a script. Throws SyntaxError with the line where it is none. */
export function powerShellTokens(text: string): readonly PowerShellToken[] {
  return new Tokenizer(text).run();
}
