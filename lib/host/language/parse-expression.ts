// Expression mode: operators by precedence, casts, member access, literals.
import { parseNumber } from '../value/number.ts';
import type { Expression, HashtableEntry } from './ast.ts';
import type { Grammar } from './grammar.ts';
import { isDash, isDoubleQuote, isIdentifierPart, isIdentifierStart, isSingleQuote } from './scanner.ts';

/** Binding strength of binary operators; higher binds tighter. */
const strengths: Readonly<Record<string, number>> = {
  '-and': 1,
  '-or': 1,
  '-xor': 1,
  '-band': 2,
  '-bor': 2,
  '-bxor': 2,
  '??': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
  '-f': 7,
  '..': 8,
};
/** These have a form with a leading `c` (case-sensitive) and one with `i`. */
const comparisons = [
  'eq',
  'ne',
  'gt',
  'ge',
  'lt',
  'le',
  'like',
  'notlike',
  'match',
  'notmatch',
  'replace',
  'contains',
  'notcontains',
  'in',
  'notin',
  'split',
];
const otherComparisons = ['join', 'is', 'isnot', 'as', 'shl', 'shr'];
const comparisonStrength = 3;
const unaryWords = ['not', 'bnot', 'split', 'isplit', 'csplit', 'join'];

interface BinaryToken {
  readonly operator: string;
  readonly caseSensitive: boolean;
  readonly strength: number;
  readonly length: number;
}

function peekBinary(grammar: Grammar): BinaryToken | undefined {
  const { scanner } = grammar;
  const c = scanner.peek();
  if (c === undefined) return undefined;
  if (isDash(c) && isIdentifierStart(scanner.peek(1))) {
    let length = 1;
    while (isIdentifierPart(scanner.peek(length))) length++;
    const word = scanner.text.slice(scanner.pos + 1, scanner.pos + length).toLowerCase();
    if (comparisons.includes(word) || otherComparisons.includes(word)) {
      return { operator: '-' + word, caseSensitive: false, strength: comparisonStrength, length };
    }
    if ((word[0] === 'c' || word[0] === 'i') && comparisons.includes(word.slice(1))) {
      return { operator: '-' + word.slice(1), caseSensitive: word[0] === 'c', strength: comparisonStrength, length };
    }
    const strength = strengths['-' + word];
    if (strength !== undefined) return { operator: '-' + word, caseSensitive: false, strength, length };
    return undefined;
  }
  const operator = scanner.startsWith('..')
    ? '..'
    : scanner.startsWith('??') && scanner.peek(2) !== '='
      ? '??'
      : isDash(c)
        ? '-'
        : c;
  const strength = strengths[operator];
  if (strength === undefined || operator === '-f') return undefined;
  // `+=` and its kin belong to the statement, `++` and `--` to the operand before.
  if ('+-*/%'.includes(operator) && scanner.peek(1) === '=') return undefined;
  return { operator, caseSensitive: false, strength, length: operator.length };
}

function parseBinary(grammar: Grammar, minimum: number, comma: boolean): Expression {
  const { scanner } = grammar;
  let left = comma ? parseComma(grammar) : parseUnary(grammar);
  while (true) {
    scanner.skipBlanks();
    const token = peekBinary(grammar);
    if (!token || token.strength < minimum) return left;
    scanner.pos += token.length;
    scanner.skipLines();
    if (scanner.atEnd) scanner.fail(`Something is missing after '${token.operator}'.`, undefined, true);
    const right = scanner.nested(() => parseBinary(grammar, token.strength + 1, comma));
    const span = { start: left.span.start, end: right.span.end };
    left = { kind: 'binary', operator: token.operator, caseSensitive: token.caseSensitive, left, right, span };
  }
}

/** A whole expression. */
export function parseExpression(grammar: Grammar, comma = true): Expression {
  const { scanner } = grammar;
  return scanner.nested(() => {
    const test = parseBinary(grammar, 0, comma);
    scanner.skipBlanks();
    if (scanner.peek() !== '?' || scanner.peek(1) === '.' || scanner.peek(1) === '[') return test;
    scanner.pos++;
    scanner.skipLines();
    const then = parseExpression(grammar, comma);
    scanner.skipLines();
    scanner.expect(':', 'in a ? b : c');
    scanner.skipLines();
    const otherwise = parseExpression(grammar, comma);
    return { kind: 'ternary', test, then, otherwise, span: scanner.span(test.span.start) };
  });
}

function parseComma(grammar: Grammar): Expression {
  const { scanner } = grammar;
  const first = parseUnary(grammar);
  scanner.skipBlanks();
  if (scanner.peek() !== ',') return first;
  const items = [first];
  while (scanner.accept(',')) {
    scanner.skipLines();
    items.push(parseUnary(grammar));
    scanner.skipBlanks();
  }
  return { kind: 'comma', items, span: { start: first.span.start, end: items.at(-1)!.span.end } };
}

function parseUnary(grammar: Grammar): Expression {
  const { scanner } = grammar;
  scanner.skipBlanks();
  const start = scanner.pos;
  const c = scanner.peek();
  const operand = (operator: string, length: number): Expression => {
    scanner.pos += length;
    scanner.skipLines();
    const value = scanner.nested(() => parseUnary(grammar));
    return { kind: 'unary', operator, operand: value, span: scanner.span(start) };
  };
  if (c === '!') return operand('-not', 1);
  if (c === ',') {
    scanner.pos++;
    scanner.skipLines();
    const item = scanner.nested(() => parseUnary(grammar));
    return { kind: 'comma', items: [item], span: scanner.span(start) };
  }
  if (scanner.startsWith('++') || scanner.startsWith('--')) {
    const operator = scanner.startsWith('++') ? '++' : '--';
    scanner.pos += 2;
    scanner.skipBlanks();
    const target = scanner.nested(() => parseUnary(grammar));
    return { kind: 'increment', operator, prefix: true, target, span: scanner.span(start) };
  }
  if (c === '+') return operand('+', 1);
  if (isDash(c)) {
    if (isIdentifierStart(scanner.peek(1))) {
      let length = 1;
      while (isIdentifierPart(scanner.peek(length))) length++;
      const word = scanner.text.slice(scanner.pos + 1, scanner.pos + length).toLowerCase();
      if (unaryWords.includes(word))
        return operand(word === 'isplit' || word === 'csplit' ? '-split' : '-' + word, length);
      scanner.fail(`'-${word}' needs a value before it.`, { start, end: start + length });
    }
    return operand('-', 1);
  }
  return parsePostfix(grammar, true);
}

/** A primary with what hangs on it: `.Name`, `[0]`, `.Call()`, `++`. */
export function parsePostfix(grammar: Grammar, increments: boolean): Expression {
  const { scanner } = grammar;
  let object = grammar.primary();
  const { start } = object.span;
  while (true) {
    const nullSafe =
      scanner.peek() === '?' && (scanner.peek(1) === '.' || scanner.peek(1) === '[') && object.kind !== 'literal';
    const at = nullSafe ? 1 : 0;
    const c = scanner.peek(at);
    const isStatic = c === ':' && scanner.peek(at + 1) === ':';
    const isMember = isStatic || (c === '.' && scanner.peek(at + 1) !== '.' && startsMemberName(scanner.peek(at + 1)));
    if (isMember) {
      scanner.pos += at + (isStatic ? 2 : 1);
      const name = parseMemberName(grammar);
      if (scanner.peek() === '(') {
        const args = parseCallArguments(grammar);
        object = { kind: 'call', object, name, args, isStatic, nullSafe, span: scanner.span(start) };
      } else object = { kind: 'member', object, name, isStatic, nullSafe, span: scanner.span(start) };
    } else if (c === '[' && (object.kind !== 'literal' || typeof object.value === 'string')) {
      scanner.pos += at + 1;
      scanner.skipLines();
      const index = grammar.expression();
      scanner.skipLines();
      scanner.expect(']', 'after an index');
      object = { kind: 'index', object, index, nullSafe, span: scanner.span(start) };
    } else if (increments && (scanner.startsWith('++') || scanner.startsWith('--')) && isAssignable(object)) {
      const operator = scanner.startsWith('++') ? '++' : '--';
      scanner.pos += 2;
      object = { kind: 'increment', operator, prefix: false, target: object, span: scanner.span(start) };
    } else return object;
  }
}

/** Whether an expression can stand left of `=`. */
export function isAssignable(expression: Expression): boolean {
  if (expression.kind === 'comma') return expression.items.every(isAssignable);
  if (expression.kind === 'cast') return isAssignable(expression.operand);
  return expression.kind === 'variable' || expression.kind === 'member' || expression.kind === 'index';
}

function startsMemberName(c: string | undefined): boolean {
  return isIdentifierPart(c) || isSingleQuote(c) || isDoubleQuote(c) || c === '$' || c === '(';
}

function parseMemberName(grammar: Grammar): Expression {
  const { scanner } = grammar;
  const start = scanner.pos;
  const c = scanner.peek();
  if (isSingleQuote(c) || isDoubleQuote(c)) return grammar.stringLiteral();
  if (c === '$') return grammar.variable(false) ?? scanner.fail('A property name is missing after the dot.');
  if (c === '(') return grammar.primary();
  while (isIdentifierPart(scanner.peek())) scanner.pos++;
  if (scanner.pos === start) scanner.fail('A property name is missing after the dot.', undefined, scanner.atEnd);
  return { kind: 'literal', value: scanner.text.slice(start, scanner.pos), span: scanner.span(start) };
}

function parseCallArguments(grammar: Grammar): Expression[] {
  const { scanner } = grammar;
  scanner.pos++;
  const args: Expression[] = [];
  scanner.skipLines();
  while (scanner.peek() !== ')') {
    args.push(grammar.expressionWithoutComma());
    scanner.skipLines();
    if (!scanner.accept(',')) break;
    scanner.skipLines();
  }
  scanner.expect(')', 'after the arguments of a method');
  return args;
}

const numberToken =
  /(?:0x[0-9a-f]+|0b[01]+|(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)(?:ul|us|uy|[lsydun])?(?:[kmgtp]b)?/iy;

/** A number at the scanner's place as [value, length]; undefined when the word is more than a number. */
export function peekNumber(grammar: Grammar): readonly [number, number] | undefined {
  const { scanner } = grammar;
  numberToken.lastIndex = scanner.pos;
  const match = numberToken.exec(scanner.text);
  if (!match || scanner.pos + match[0].length > scanner.end) return undefined;
  if (isIdentifierPart(scanner.text[scanner.pos + match[0].length])) return undefined;
  const value = parseNumber(match[0]);
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
    const unaryWord =
      dashWord &&
      unaryWords.includes(
        scanner.text
          .slice(scanner.pos + 1)
          .match(/^\w+/)![0]
          .toLowerCase(),
      );
    if ((starts && !(c === '+' && scanner.peek(1) === ' ')) || unaryWord) {
      const operand = scanner.nested(() => parseUnary(grammar));
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
    } else key = parsePostfix(grammar, false);
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
