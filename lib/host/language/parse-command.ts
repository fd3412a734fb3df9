// Argument mode: a command's name, its words, parameters and redirections. Words are text unless they start like a
// value; a comma makes a list of them.
import { negate } from '../value/arithmetic.ts';
import type { Numeric } from '../value/typed-number.ts';
import type { CommandElement, CommandNode, Expression, PipelineStageNode, Redirection } from './ast.ts';
import type { Grammar } from './grammar.ts';
import { peekNumber } from './parse-primary.ts';
import {
  isBlank,
  isDash,
  isDoubleQuote,
  isIdentifierPart,
  isIdentifierStart,
  isSingleQuote,
  type Scanner,
} from './scanner.ts';

/** Whether the scanner stands at the end of a word. */
function atWordEnd(scanner: Scanner): boolean {
  const c = scanner.peek();
  if (c === undefined || isBlank(c) || c === '\n' || c === '\r') return true;
  return ';|&(){},<>'.includes(c);
}

/** A redirection at the scanner's place, if there is one. */
function parseRedirection(grammar: Grammar): Redirection | undefined {
  const { scanner } = grammar;
  const start = scanner.pos;
  const match = /^([1-6*])?>(>)?(&1)?/.exec(scanner.text.slice(start, Math.min(start + 5, scanner.end)));
  if (!match) return undefined;
  scanner.pos += match[0].length;
  const stream = match[1] === '*' ? '*' : Number(match[1] ?? 1);
  if (match[3]) return { stream, append: false, target: 'output', span: scanner.span(start) };
  scanner.skipBlanks();
  if (atWordEnd(scanner) && scanner.peek() !== '(')
    scanner.fail('A file name is missing after a redirection.', undefined, scanner.atEnd);
  const target = parseArgument(grammar);
  return { stream, append: match[2] !== undefined, target, span: scanner.span(start) };
}

function parseWord(grammar: Grammar): Expression {
  const { scanner } = grammar;
  const start = scanner.pos;
  const word = grammar.expandable(() => atWordEnd(scanner), 'word');
  if (scanner.pos === start) {
    const c = scanner.peek();
    scanner.fail(c === undefined ? 'A value is missing here.' : `'${c}' cannot stand here.`, undefined, scanner.atEnd);
  }
  return { ...word, span: scanner.span(start) };
}

/** One argument without commas. */
function parseArgumentItem(grammar: Grammar): Expression {
  const { scanner } = grammar;
  const start = scanner.pos;
  const c = scanner.peek();
  const next = scanner.peek(1);
  if (c === '@' && (isIdentifierStart(next) || next === '_')) {
    scanner.pos++;
    const name = scanner.identifier();
    return { kind: 'splat', scope: '', name, span: scanner.span(start) };
  }
  const isValue =
    c === '(' ||
    c === '{' ||
    (c === '$' && (isIdentifierPart(next) || (next !== undefined && '({?$^'.includes(next)))) ||
    (c === '@' && next !== undefined && '({'.includes(next)) ||
    (c === '@' && (isSingleQuote(next) || isDoubleQuote(next))) ||
    isSingleQuote(c) ||
    isDoubleQuote(c);
  if (isValue) {
    const value = grammar.postfix();
    // `$folder/file` and `"a"b` are one word of text.
    const isText =
      value.kind === 'variable' ||
      value.kind === 'literal' ||
      value.kind === 'interpolated' ||
      value.kind === 'subexpression' ||
      value.kind === 'member';
    if (atWordEnd(scanner) || !isText) return value;
    scanner.pos = start;
    return parseWord(grammar);
  }
  const number = peekNumber(grammar) ?? (c === '-' || c === '+' ? signedNumber(grammar) : undefined);
  if (number) {
    scanner.pos += number[1];
    if (atWordEnd(scanner)) return { kind: 'literal', value: number[0], span: scanner.span(start) };
    scanner.pos = start;
  }
  return parseWord(grammar);
}

function signedNumber(grammar: Grammar): readonly [Numeric, number] | undefined {
  const { scanner } = grammar;
  const negative = scanner.peek() === '-';
  scanner.pos++;
  const number = peekNumber(grammar);
  scanner.pos--;
  return number && [negative ? negate(number[0]) : number[0], number[1] + 1];
}

/** An argument: one item or a list of items with commas. */
function parseArgument(grammar: Grammar): Expression {
  const { scanner } = grammar;
  const first = parseArgumentItem(grammar);
  scanner.skipBlanks();
  if (scanner.peek() !== ',') return first;
  const items = [first];
  while (scanner.accept(',')) {
    scanner.skipLines();
    items.push(parseArgumentItem(grammar));
    const end = scanner.pos;
    scanner.skipBlanks();
    if (scanner.peek() !== ',') {
      scanner.pos = end;
      break;
    }
  }
  return { kind: 'comma', items, span: { start: first.span.start, end: items.at(-1)!.span.end } };
}

function parseParameter(grammar: Grammar): CommandElement | undefined {
  const { scanner } = grammar;
  const start = scanner.pos;
  const next = scanner.peek(1);
  if (!isDash(scanner.peek()) || !(isIdentifierStart(next) || next === '?')) return undefined;
  scanner.pos += 2;
  while (
    !atWordEnd(scanner) &&
    scanner.peek() !== ':' &&
    !isSingleQuote(scanner.peek()) &&
    !isDoubleQuote(scanner.peek())
  )
    scanner.pos++;
  const name = scanner.text.slice(start + 1, scanner.pos);
  if (scanner.peek() !== ':') return { kind: 'parameter', name, value: undefined, span: scanner.span(start) };
  scanner.pos++;
  scanner.skipBlanks();
  if (scanner.atLineEnd())
    scanner.fail(`A value is missing after -${name}:`, { start, end: scanner.pos }, scanner.atEnd);
  return { kind: 'parameter', name, value: parseArgument(grammar), span: scanner.span(start) };
}

function atCommandEnd(scanner: Scanner): boolean {
  if (scanner.atLineEnd()) return true;
  const c = scanner.peek()!;
  return ';|&)}'.includes(c);
}

/** A command with everything on its line. */
export function parseCommand(grammar: Grammar): CommandNode {
  const { scanner } = grammar;
  const start = scanner.pos;
  const operator = scanner.peek();
  const invocation =
    operator === '&' || (operator === '.' && (isBlank(scanner.peek(1)) || '{$("\''.includes(scanner.peek(1) ?? ' ')))
      ? operator
      : 'name';
  if (invocation !== 'name') {
    scanner.pos++;
    scanner.skipBlanks();
  }
  const name = invocation === 'name' ? parseWord(grammar) : parseArgumentItem(grammar);
  const elements: CommandElement[] = [];
  const redirections: Redirection[] = [];
  let verbatim = false;
  while (true) {
    scanner.skipBlanks();
    if (atCommandEnd(scanner)) break;
    const redirection = parseRedirection(grammar);
    if (redirection) {
      redirections.push(redirection);
      continue;
    }
    if (!verbatim && scanner.startsWith('--') && isEndAfter(scanner, 2)) {
      verbatim = true;
      scanner.pos += 2;
      continue;
    }
    const parameter = verbatim ? undefined : parseParameter(grammar);
    if (parameter) {
      elements.push(parameter);
      continue;
    }
    const from = scanner.pos;
    const value = parseArgument(grammar);
    elements.push({ kind: 'argument', value, span: scanner.span(from) });
  }
  return { kind: 'command', invocation, name, elements, redirections, span: scanner.span(start) };
}

function isEndAfter(scanner: Scanner, length: number): boolean {
  const c = scanner.peek(length);
  return c === undefined || isBlank(c) || c === '\n' || c === '\r' || ';|)}'.includes(c);
}

/** Whether what stands here is an expression rather than a command. */
function startsExpression(grammar: Grammar): boolean {
  const { scanner } = grammar;
  const c = scanner.peek()!;
  const next = scanner.peek(1);
  if (isSingleQuote(c) || isDoubleQuote(c) || '$({[,!'.includes(c)) return true;
  if (c === '@') return next !== undefined && ('({'.includes(next) || isSingleQuote(next) || isDoubleQuote(next));
  if (c === '+' || isDash(c)) {
    if (c === next || /[\d.($'"[]/.test(next ?? '') || next === ' ') return true;
    return /^[-\u2013\u2014\u2015](not|bnot|[ci]?split|join)\b/i.test(scanner.text.slice(scanner.pos, scanner.pos + 8));
  }
  return peekNumber(grammar) !== undefined;
}

/** One stage of a pipeline. */
export function parsePipelineStage(grammar: Grammar): PipelineStageNode {
  const { scanner } = grammar;
  const start = scanner.pos;
  if (!startsExpression(grammar)) return parseCommand(grammar);
  const expression = grammar.expression();
  const redirections: Redirection[] = [];
  while (true) {
    scanner.skipBlanks();
    const redirection = parseRedirection(grammar);
    if (!redirection) break;
    redirections.push(redirection);
  }
  return { kind: 'expression', expression, redirections, span: scanner.span(start) };
}
