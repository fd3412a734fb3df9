// Expression mode: operators by precedence, member access, indexes, calls.
import type { Expression } from './ast.ts';
import type { Grammar } from './grammar.ts';
import { isDash, isDoubleQuote, isIdentifierPart, isIdentifierStart, isSingleQuote } from './scanner.ts';
import { unaryWords } from './unary-words.ts';

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
    if (scanner.peek() !== '?' || /^\?[.[?]/.test(scanner.text.slice(scanner.pos, scanner.pos + 2))) return test;
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

/** A value with the unary operators before it. */
export function parseUnary(grammar: Grammar): Expression {
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
