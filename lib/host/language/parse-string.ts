// Quoted text, here-strings, and what expands in them. `$( )` inside a text is parsed where it stands, so nesting and
// error positions come out right.
import type { Expression } from './ast.ts';
import type { Grammar } from './grammar.ts';
import { isDoubleQuote, isIdentifierPart, isSingleQuote, type Scanner } from './scanner.ts';

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const scopes = new Set(['global', 'local', 'script', 'private', 'using', 'env', 'variable', 'function']);

/** The character after a backtick; the scanner stands on the backtick. */
function readEscape(scanner: Scanner): string {
  scanner.pos++;
  const c = scanner.peek();
  if (c === undefined) return '`';
  if (c === 'u' && scanner.peek(1) === '{') {
    const close = scanner.text.indexOf('}', scanner.pos);
    const code = close < 0 ? Number.NaN : Number.parseInt(scanner.text.slice(scanner.pos + 2, close), 16);
    if (!/^[0-9a-f]{1,6}$/i.test(scanner.text.slice(scanner.pos + 2, Math.max(close, 0))) || code > 0x10ffff) {
      scanner.fail('A character code is written `u{1F600}.', { start: scanner.pos - 1, end: scanner.pos + 2 });
    }
    scanner.pos = close + 1;
    return String.fromCodePoint(code);
  }
  const point = scanner.text.codePointAt(scanner.pos)!;
  const character = String.fromCodePoint(point);
  scanner.pos += character.length;
  return escapes[character] ?? character;
}

/** Parses `$name`, `${any name}` and `$( )`; undefined (nothing read) when the `$` is only a character. */
export function parseVariable(grammar: Grammar, inString: boolean): Expression | undefined {
  const { scanner } = grammar;
  const start = scanner.pos;
  const next = scanner.peek(1);
  if (next === '(') {
    scanner.pos += 2;
    const body = scanner.nested(() => grammar.block(')'));
    scanner.expect(')', 'after $(');
    return { kind: 'subexpression', body, span: scanner.span(start) };
  }
  if (next === '{') {
    const close = scanner.text.indexOf('}', scanner.pos);
    if (close < 0 || close >= scanner.end)
      scanner.fail("The name is not closed by '}'.", { start, end: start + 2 }, true);
    const whole = scanner.text.slice(start + 2, close);
    scanner.pos = close + 1;
    const colon = whole.indexOf(':');
    const scope =
      colon > 0 && scopes.has(whole.slice(0, colon).toLowerCase()) ? whole.slice(0, colon).toLowerCase() : '';
    return { kind: 'variable', scope, name: scope ? whole.slice(colon + 1) : whole, span: scanner.span(start) };
  }
  if (next === '?' || next === '$' || next === '^') {
    if (inString && next !== '?') return undefined;
    scanner.pos += 2;
    return { kind: 'variable', scope: '', name: next, span: scanner.span(start) };
  }
  if (!isIdentifierPart(next)) return undefined;
  scanner.pos++;
  const nameStart = scanner.pos;
  while (isIdentifierPart(scanner.peek())) scanner.pos++;
  let name = scanner.text.slice(nameStart, scanner.pos);
  let scope = '';
  if (scanner.peek() === ':' && isIdentifierPart(scanner.peek(1)) && scopes.has(name.toLowerCase())) {
    scope = name.toLowerCase();
    scanner.pos++;
    const from = scanner.pos;
    while (isIdentifierPart(scanner.peek())) scanner.pos++;
    name = scanner.text.slice(from, scanner.pos);
  }
  return { kind: 'variable', scope, name, span: scanner.span(start) };
}

/** Text with variables, up to where `atEnd` says (not consumed). */
export function parseExpandable(
  grammar: Grammar,
  atEnd: () => boolean,
  mode: 'string' | 'heredoc' | 'word',
): Expression {
  const { scanner } = grammar;
  const start = scanner.pos;
  const parts: (string | Expression)[] = [];
  let text = '';
  const push = (part: Expression): void => {
    if (text !== '') parts.push(text);
    text = '';
    parts.push(part);
  };
  while (!atEnd()) {
    const c = scanner.peek();
    if (c === undefined) scanner.fail('The string is not closed.', { start, end: start + 1 }, true);
    if (c === '`') text += readEscape(scanner);
    else if (c === '$') {
      const part = parseVariable(grammar, true);
      if (part) push(part);
      else {
        text += c;
        scanner.pos++;
      }
    } else if (mode === 'word' && (isSingleQuote(c) || isDoubleQuote(c))) {
      const part = parseStringLiteral(grammar);
      if (part.kind === 'literal') text += String(part.value);
      else push(part);
    } else if (mode === 'string' && isDoubleQuote(c)) {
      text += '"';
      scanner.pos += 2;
    } else {
      text += c;
      scanner.pos++;
    }
  }
  const span = scanner.span(start);
  if (parts.length === 0) return { kind: 'literal', value: text, span };
  if (text !== '') parts.push(text);
  return { kind: 'interpolated', parts, span };
}

function parseHereString(grammar: Grammar, start: number): Expression {
  const { scanner } = grammar;
  const { text } = scanner;
  const isSingle = isSingleQuote(scanner.peek(1));
  scanner.pos += 2;
  scanner.skipBlanks();
  if (!scanner.atLineEnd()) scanner.fail('Nothing may follow the opening of a here-string on its line.', undefined);
  if (scanner.atEnd) scanner.fail('The here-string is not closed.', { start, end: start + 2 }, true);
  scanner.pos = text.indexOf('\n', scanner.pos) + 1;
  const bodyStart = scanner.pos;
  const isClose = (at: number): boolean => {
    const quote = text[at];
    return at + 1 < scanner.end && text[at + 1] === '@' && (isSingle ? isSingleQuote(quote) : isDoubleQuote(quote));
  };
  if (isClose(bodyStart)) {
    scanner.pos += 2;
    return { kind: 'literal', value: '', span: scanner.span(start) };
  }
  const lineEndsAndCloses = (at: number): boolean =>
    (text[at] === '\n' && isClose(at + 1)) || (text[at] === '\r' && text[at + 1] === '\n' && isClose(at + 2));
  if (isSingle) {
    let at = bodyStart;
    while (at < scanner.end && !lineEndsAndCloses(at)) at++;
    if (at >= scanner.end)
      scanner.fail("The here-string is not closed by '@ at the start of a line.", { start, end: start + 2 }, true);
    const value = text.slice(bodyStart, at);
    scanner.pos = at + (text[at] === '\r' ? 4 : 3);
    return { kind: 'literal', value, span: scanner.span(start) };
  }
  const body = parseExpandable(grammar, () => lineEndsAndCloses(scanner.pos), 'heredoc');
  scanner.pos += text[scanner.pos] === '\r' ? 4 : 3;
  return { ...body, span: scanner.span(start) };
}

/** Parses a quoted text or here-string; the scanner stands on its first character. */
export function parseStringLiteral(grammar: Grammar): Expression {
  const { scanner } = grammar;
  const start = scanner.pos;
  if (scanner.peek() === '@') return parseHereString(grammar, start);
  if (isSingleQuote(scanner.peek())) {
    let value = '';
    scanner.pos++;
    while (true) {
      const c = scanner.peek();
      if (c === undefined) scanner.fail('The string is not closed.', { start, end: start + 1 }, true);
      scanner.pos++;
      if (!isSingleQuote(c)) value += c;
      else if (isSingleQuote(scanner.peek())) {
        value += c;
        scanner.pos++;
      } else return { kind: 'literal', value, span: scanner.span(start) };
    }
  }
  scanner.pos++;
  const body = parseExpandable(
    grammar,
    () => isDoubleQuote(scanner.peek()) && !isDoubleQuote(scanner.peek(1)),
    'string',
  );
  scanner.pos++;
  return { ...body, span: scanner.span(start) };
}
