// Values without operators: literals, parentheses, tables, blocks, types and casts.
import { parseNumeric } from '../value/number-literal.ts';
import type { Numeric } from '../value/typed-number.ts';
import type { Expression, HashtableEntry } from './ast.ts';
import type { Grammar } from './grammar.ts';
import { isDash, isDoubleQuote, isIdentifierPart, isIdentifierStart, isSingleQuote } from './scanner.ts';
import { unaryWords } from './unary-words.ts';

const numberToken =
  /(?:0x[0-9a-f]+|0b[01]+|(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)(?:ul|us|uy|[lsydun])?(?:[kmgtp]b)?/iy;

/** A number at the scanner's place as [value, length]; undefined when the word is more than a number. */
export function peekNumber(grammar: Grammar): readonly [Numeric, number] | undefined {
  const { scanner } = grammar;
  numberToken.lastIndex = scanner.pos;
  const match = numberToken.exec(scanner.text);
  if (!match || scanner.pos + match[0].length > scanner.end) return undefined;
  if (isIdentifierPart(scanner.text[scanner.pos + match[0].length])) return undefined;
  const value = parseNumeric(match[0]);
  return value === undefined ? undefined : [value, match[0].length];
}

/** A value without operators. */
export function parsePrimary(grammar: Grammar): Expression {
  const { scanner } = grammar;
  const start = scanner.pos;
  const c = scanner.peek();
  if (c === undefined) scanner.fail('An expression is missing here.', { start, end: start + 1 }, true);
  if (c === '$')
    return grammar.variable(false) ?? scanner.fail('A variable name is missing after $.', { start, end: start + 1 });
  if (isSingleQuote(c) || isDoubleQuote(c)) return grammar.stringLiteral();
  if (c === '(') {
    scanner.pos++;
    scanner.skipLines();
    const pipeline = scanner.nested(() => grammar.pipeline());
    scanner.skipLines();
    scanner.expect(')', 'to close (');
    return { kind: 'paren', pipeline, span: scanner.span(start) };
  }
  if (c === '{') {
    scanner.pos++;
    const block = scanner.nested(() => grammar.scriptBlock('}'));
    scanner.expect('}', 'to close {');
    return { kind: 'scriptblock', block, span: scanner.span(start) };
  }
  if (c === '@') {
    const next = scanner.peek(1);
    if (isSingleQuote(next) || isDoubleQuote(next)) return grammar.stringLiteral();
    if (next === '{') return scanner.nested(() => parseHashtable(grammar));
    if (next === '(') {
      scanner.pos += 2;
      const body = scanner.nested(() => grammar.block(')'));
      scanner.expect(')', 'to close @(');
      return { kind: 'array', body, span: scanner.span(start) };
    }
    scanner.fail("'@name' passes parameters to a command and can stand only there.", { start, end: start + 1 });
  }
  if (c === '[') return parseTypeOrCast(grammar);
  const number = peekNumber(grammar);
  if (number) {
    scanner.pos += number[1];
    return { kind: 'literal', value: number[0], span: scanner.span(start) };
  }
  const word = /^[^\s;|(){},]+/.exec(scanner.text.slice(start, start + 60))?.[0] ?? '';
  return scanner.fail(`'${word.slice(0, 40)}' is not an expression.`, { start, end: start + word.length });
}

/** `[name]` with its inner brackets; the scanner stands on `[`. */
export function parseTypeName(grammar: Grammar): string {
  const { scanner } = grammar;
  const start = scanner.pos;
  let depth = 0;
  while (!scanner.atEnd) {
    const c = scanner.peek()!;
    if (c === '[') depth++;
    else if (c === ']') depth--;
    else if (!/[\w.,`+ ]/.test(c)) scanner.fail('A type name is expected in [ ].', { start, end: scanner.pos + 1 });
    scanner.pos++;
    if (depth === 0) return scanner.text.slice(start + 1, scanner.pos - 1).replaceAll(' ', '');
  }
  return scanner.fail("']' is missing after a type name.", { start, end: start + 1 }, true);
}

function parseTypeOrCast(grammar: Grammar): Expression {
  const { scanner } = grammar;
  const start = scanner.pos;
  const name = parseTypeName(grammar);
  const after = scanner.pos;
  if (!scanner.startsWith('::') && scanner.peek() !== '.') {
    scanner.skipBlanks();
    const c = scanner.peek();
    const dashWord = isDash(c) && isIdentifierStart(scanner.peek(1));
    const starts =
      c !== undefined && (/[$@({['"\d!+]/.test(c) || isSingleQuote(c) || isDoubleQuote(c) || (isDash(c) && !dashWord));
    const word = dashWord ? /^[\p{L}\p{Nd}_]+/u.exec(scanner.text.slice(scanner.pos + 1, scanner.pos + 12))![0] : '';
    const unaryWord = unaryWords.includes(word.toLowerCase());
    if ((starts && !(c === '+' && scanner.peek(1) === ' ')) || unaryWord) {
      const operand = scanner.nested(() => grammar.unary());
      return { kind: 'cast', type: name, operand, span: scanner.span(start) };
    }
    scanner.pos = after;
  }
  return { kind: 'type', name, span: scanner.span(start) };
}

function parseHashtable(grammar: Grammar): Expression {
  const { scanner } = grammar;
  const start = scanner.pos;
  scanner.pos += 2;
  const entries: HashtableEntry[] = [];
  scanner.skipSeparators();
  while (scanner.peek() !== '}') {
    if (scanner.atEnd) scanner.fail("'}' is missing after @{.", { start, end: start + 2 }, true);
    const keyStart = scanner.pos;
    let key: Expression;
    if (isIdentifierStart(scanner.peek())) {
      while (isIdentifierPart(scanner.peek()) || scanner.peek() === '-') scanner.pos++;
      key = { kind: 'literal', value: scanner.text.slice(keyStart, scanner.pos), span: scanner.span(keyStart) };
    } else key = grammar.postfix();
    scanner.skipBlanks();
    scanner.expect('=', 'after a key of a table');
    scanner.skipLines();
    entries.push({ key, value: grammar.statement() });
    scanner.skipBlanks();
    if (!scanner.atLineEnd() && scanner.peek() !== ';' && scanner.peek() !== '}') {
      scanner.fail("The entries of a table are separated by ';' or by line ends.");
    }
    scanner.skipSeparators();
  }
  scanner.pos++;
  return { kind: 'hashtable', entries, span: scanner.span(start) };
}
