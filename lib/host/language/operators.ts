// Binary operators on values. With an array on the left, comparison operators filter it instead of answering.
import { FileTime } from '../../base/file-time.ts';
import { HostError } from '../host-error.ts';
import { type ArithmeticOperator, arithmetic, bitwise, complement, negate } from '../value/arithmetic.ts';
import { Char } from '../value/char.ts';
import { compare, isEqual } from '../value/compare.ts';
import { isTruthy, toArray, toDate, toNumber, toNumeric } from '../value/convert.ts';
import { Hashtable } from '../value/hashtable.ts';
import { roundHalfEven } from '../value/number.ts';
import { textOf, typeNameOf } from '../value/text.ts';
import { TimeSpan } from '../value/time-span.ts';
import { makeDouble, type Numeric } from '../value/typed-number.ts';
import { wildcard } from '../value/wildcard.ts';
import { formatOperator } from './format-operator.ts';
import { moved } from './moved-date.ts';
import { makeRegex } from './regex.ts';
import { replaceMatches } from './replace.ts';
import { TypeValue } from './type-names.ts';
import { castTo, isOfType } from './types.ts';

/** The most items a range or a repetition may make. */
const maximumItems = 50_000_000;

function noOperator(operator: string, left: unknown, right: unknown): HostError {
  return new HostError(
    'OperatorNotDefined',
    `'${operator}' is not defined between ${typeNameOf(left) || 'null'} and ${typeNameOf(right) || 'null'}.`,
  );
}

function isTime(value: unknown): value is Date | FileTime {
  return value instanceof Date || value instanceof FileTime;
}

function add(left: unknown, right: unknown): unknown {
  if (typeof left === 'number' && typeof right === 'number') return arithmetic('+', left, right);
  if (Array.isArray(left)) return Array.isArray(right) ? [...left, ...right] : [...left, right];
  if (left === null || left === undefined) return right ?? null;
  if (typeof left === 'string' || left instanceof Char) return textOf(left) + textOf(right);
  if (left instanceof Hashtable && right instanceof Hashtable) {
    for (const key of right.keys())
      if (left.has(key)) throw new HostError('DuplicateKey', `Both tables have the key '${textOf(key)}'.`);
    return new Hashtable([...left, ...right], left.ordered);
  }
  if (left instanceof TimeSpan && right instanceof TimeSpan)
    return new TimeSpan(left.TotalMilliseconds + right.TotalMilliseconds);
  if (isTime(left) && right instanceof TimeSpan) return moved(left, right.TotalMilliseconds);
  return calculate('+', left, right);
}

function multiply(left: unknown, right: unknown): unknown {
  if (typeof left === 'string' || Array.isArray(left)) {
    const times = toNumber(right);
    if (times === undefined || times < 0) throw noOperator('*', left, right);
    if (left.length * times > maximumItems)
      throw new HostError('LimitExceeded', 'The repetition is too long.', { symbol: 'LimitExceeded' });
    if (typeof left === 'string') return left.repeat(roundHalfEven(times));
    return Array.from({ length: roundHalfEven(times) }, () => left).flat();
  }
  if (left instanceof TimeSpan) return new TimeSpan(left.TotalMilliseconds * Number(operand('*', right, left, right)));
  return calculate('*', left, right);
}

function divide(left: unknown, right: unknown): unknown {
  if (left instanceof TimeSpan && right instanceof TimeSpan)
    return makeDouble(left.TotalMilliseconds / right.TotalMilliseconds);
  if (left instanceof TimeSpan) return new TimeSpan(left.TotalMilliseconds / Number(operand('/', right, left, right)));
  return calculate('/', left, right);
}

function operand(operator: string, value: unknown, left: unknown, right: unknown): Numeric {
  if (typeof value === 'number') return value;
  if (Array.isArray(value) || isTime(value) || value instanceof Hashtable) throw noOperator(operator, left, right);
  const number = toNumeric(value);
  if (number !== undefined) return number;
  if (typeof value === 'string') throw new HostError('InvalidCast', `'${value.slice(0, 80)}' is not a number.`);
  throw noOperator(operator, left, right);
}

function calculate(operator: ArithmeticOperator, left: unknown, right: unknown): Numeric {
  return arithmetic(operator, operand(operator, left, left, right), operand(operator, right, left, right));
}

function subtract(left: unknown, right: unknown): unknown {
  if (isTime(left)) {
    if (right instanceof TimeSpan) return moved(left, -right.TotalMilliseconds);
    if (left instanceof FileTime && right instanceof FileTime)
      return new TimeSpan(Number(left.Ticks - right.Ticks) / 10_000);
    const other = toDate(right);
    if (other) return new TimeSpan(toDate(left)!.getTime() - other.getTime());
  }
  if (left instanceof TimeSpan && right instanceof TimeSpan)
    return new TimeSpan(left.TotalMilliseconds - right.TotalMilliseconds);
  return calculate('-', left, right);
}

/** The bounds of `from..to`. */
export function rangeBounds(left: unknown, right: unknown): readonly [number, number] {
  const from = Number(operand('..', left, left, right));
  const to = Number(operand('..', right, left, right));
  const bounds = [roundHalfEven(from), roundHalfEven(to)] as const;
  if (Math.abs(bounds[0] - bounds[1]) > maximumItems)
    throw new HostError('LimitExceeded', 'The range is too long.', { symbol: 'LimitExceeded' });
  return bounds;
}

/** Whether a range runs over characters: `'a'..'e'`. */
export function isCharacterRange(left: unknown, right: unknown): boolean {
  const one = (value: unknown): boolean =>
    value instanceof Char || (typeof value === 'string' && value.length === 1 && !/\d/.test(value));
  return one(left) && one(right);
}

function range(left: unknown, right: unknown): unknown[] {
  if (isCharacterRange(left, right)) {
    const [from, to] = [textOf(left).charCodeAt(0), textOf(right).charCodeAt(0)];
    return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => Char.of(from + (to < from ? -i : i)));
  }
  const [from, to] = rangeBounds(left, right);
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => from + (to < from ? -i : i));
}

function replace(left: unknown, right: unknown, caseSensitive: boolean): unknown {
  const [pattern, replacement = ''] = toArray(right);
  const regex = makeRegex(textOf(pattern), caseSensitive, true);
  const text = textOf(replacement);
  const one = (value: unknown): unknown => replaceMatches(textOf(value), regex, text);
  return Array.isArray(left) ? left.map(one) : one(left);
}

function split(left: unknown, right: unknown, caseSensitive: boolean): unknown {
  const [pattern, limit, options] = toArray(right);
  const most = Number(limit ?? 0);
  const simple = /simplematch/i.test(textOf(options));
  const source = textOf(pattern);
  const regex = simple
    ? makeRegex(source.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), caseSensitive, true)
    : makeRegex(source, caseSensitive, true);
  const pieces: string[] = [];
  for (const item of toArray(left)) {
    const text = textOf(item);
    const cuts = [...text.matchAll(regex)].filter(
      (match) => match[0] !== '' || (match.index > 0 && match.index < text.length),
    );
    // A negative limit counts pieces from the end: what is more stays together at the start.
    const used = most > 0 ? cuts.slice(0, most - 1) : most < 0 ? cuts.slice(Math.max(0, cuts.length + most + 1)) : cuts;
    let from = 0;
    for (const match of used) {
      pieces.push(text.slice(from, match.index), ...match.slice(1).filter((group) => group !== undefined));
      from = match.index + match[0].length;
    }
    pieces.push(text.slice(from));
  }
  return pieces;
}

type Test = (left: unknown, right: unknown, caseSensitive: boolean) => boolean;

const tests: Readonly<Record<string, Test>> = {
  '-eq': isEqual,
  '-ne': (a, b, c) => !isEqual(a, b, c),
  '-gt': (a, b, c) => compare(a, b, c) > 0,
  '-ge': (a, b, c) => compare(a, b, c) >= 0,
  '-lt': (a, b, c) => compare(a, b, c) < 0,
  '-le': (a, b, c) => compare(a, b, c) <= 0,
  '-like': (a, b, c) => wildcard(textOf(b), c)(textOf(a)),
  '-notlike': (a, b, c) => !wildcard(textOf(b), c)(textOf(a)),
  '-match': (a, b, c) => makeRegex(textOf(b), c, false).test(textOf(a)),
  '-notmatch': (a, b, c) => !makeRegex(textOf(b), c, false).test(textOf(a)),
};

/** Applies a binary operator. Logical operators, which may skip their right side, are the evaluator's. */
export function applyBinary(operator: string, left: unknown, right: unknown, caseSensitive: boolean): unknown {
  const test = tests[operator];
  if (test)
    return Array.isArray(left)
      ? left.filter((item) => test(item, right, caseSensitive))
      : test(left, right, caseSensitive);
  switch (operator) {
    case '+':
      return add(left, right);
    case '-':
      return subtract(left, right);
    case '*':
      return multiply(left, right);
    case '/':
      return divide(left, right);
    case '%':
      return calculate('%', left, right);
    case '..':
      return range(left, right);
    case '-f':
      return formatOperator(textOf(left), Array.isArray(right) ? right : [right]);
    case '-contains':
      return toArray(left).some((item) => isEqual(item, right, caseSensitive));
    case '-notcontains':
      return !toArray(left).some((item) => isEqual(item, right, caseSensitive));
    case '-in':
      return toArray(right).some((item) => isEqual(item, left, caseSensitive));
    case '-notin':
      return !toArray(right).some((item) => isEqual(item, left, caseSensitive));
    case '-replace':
      return replace(left, right, caseSensitive);
    case '-split':
      return split(left, right, caseSensitive);
    case '-join':
      return toArray(left)
        .map((item) => textOf(item))
        .join(textOf(right));
    case '-is':
      return isOfType(left, right instanceof TypeValue ? right.FullName : textOf(right));
    case '-isnot':
      return !isOfType(left, right instanceof TypeValue ? right.FullName : textOf(right));
    case '-as':
      try {
        return castTo(right instanceof TypeValue ? right.FullName : textOf(right), left);
      } catch {
        return null;
      }
    case '-band':
    case '-bor':
    case '-bxor':
    case '-shl':
    case '-shr':
      return bitwise(operator, operand(operator, left, left, right), operand(operator, right, left, right));
    case '-xor':
      return isTruthy(left) !== isTruthy(right);
    default:
      throw noOperator(operator, left, right);
  }
}

/** Applies a unary operator. */
export function applyUnary(operator: string, value: unknown): unknown {
  switch (operator) {
    case '-not':
      return !isTruthy(value);
    case '+':
      return operand('+', value, 0, value);
    case '-':
      return value instanceof TimeSpan ? new TimeSpan(-value.TotalMilliseconds) : negate(operand('-', value, 0, value));
    case '-bnot':
      return complement(operand('-bnot', value, 0, value));
    case '-join':
      return toArray(value)
        .map((item) => textOf(item))
        .join('');
    default:
      return toArray(value).flatMap((item) => textOf(item).trim().split(/\s+/));
  }
}
