// [math]: functions that keep the type of what they are given where .NET's do.
import { HostError } from '../host-error.ts';
import { arithmetic, negate } from '../value/arithmetic.ts';
import { toNumeric } from '../value/convert.ts';
import { roundHalfEven } from '../value/number.ts';
import { textOf } from '../value/text.ts';
import {
  compareNumbers,
  makeDecimal,
  makeDouble,
  makeInteger,
  type Numeric,
  numberTypeOf,
  TypedNumber,
  toDecimal,
} from '../value/typed-number.ts';
import type { StaticTable } from './static-members.ts';

function given(value: unknown): Numeric {
  const number = toNumeric(value);
  if (number === undefined) throw new HostError('InvalidCast', `'${textOf(value).slice(0, 80)}' is not a number.`);
  return number;
}

const real = (value: unknown): number => Number(given(value));
const isDecimal = (value: Numeric): boolean => value instanceof TypedNumber && value.type === 'Decimal';

/** A function of floating-point numbers. */
const ofDouble =
  (body: (n: number) => number) =>
  (value: unknown): Numeric =>
    makeDouble(body(real(value)));

/** A function that gives a whole number: a Decimal of a Decimal, else a Double. */
const wholeOf =
  (body: (n: number) => number, ofDecimal: (floor: bigint, hasFraction: boolean, negative: boolean) => bigint) =>
  (value: unknown): Numeric => {
    const number = given(value);
    const decimal = isDecimal(number) ? toDecimal(number)! : undefined;
    if (!decimal) return makeDouble(body(Number(number)));
    const truncated = decimal.truncate();
    const hasFraction = decimal.round(0).compare(decimal) !== 0;
    return makeDecimal(toDecimal(makeInteger('BigInteger', ofDecimal(truncated, hasFraction, decimal.mantissa < 0n)))!);
  };

function round(value: unknown, second: unknown, third: unknown): Numeric {
  const number = given(value);
  const mode = [second, third].map((option) => textOf(option ?? '')).find((text) => /^[a-z]/i.test(text)) ?? '';
  const away = /awayfromzero/i.test(mode);
  const places = second === undefined || /^[a-z]/i.test(textOf(second)) ? 0 : real(second);
  if (isDecimal(number)) return makeDecimal(toDecimal(number)!.round(places, away));
  const scale = 10 ** places;
  const scaled = Number(number) * scale;
  return makeDouble((away ? Math.sign(scaled) * Math.round(Math.abs(scaled)) : roundHalfEven(scaled)) / scale);
}

/** Both in the wider of their types, which is what .NET's overloads do. */
function widened(a: unknown, b: unknown): readonly [Numeric, Numeric] {
  const [x, y] = [given(a), given(b)];
  if (numberTypeOf(x) === numberTypeOf(y)) return [x, y];
  const common = numberTypeOf(arithmetic('+', arithmetic('-', x, x), arithmetic('-', y, y)));
  const wide = (n: Numeric): Numeric =>
    common === 'Double' ? makeDouble(Number(n)) : common === 'Decimal' ? makeDecimal(toDecimal(n)!) : n;
  return [wide(x), wide(y)];
}

/** [math] by lower-case names. */
export const mathStatics: StaticTable = {
  pi: () => Math.PI,
  e: () => Math.E,
  tau: () => 2 * Math.PI,
  abs: (_, n) => (compareNumbers(given(n), 0) < 0 ? negate(given(n)) : given(n)),
  ceiling: (_, n) => wholeOf(Math.ceil, (whole, rest, negative) => (rest && !negative ? whole + 1n : whole))(n),
  floor: (_, n) => wholeOf(Math.floor, (whole, rest, negative) => (rest && negative ? whole - 1n : whole))(n),
  truncate: (_, n) => wholeOf(Math.trunc, (whole) => whole)(n),
  round: (_, n, digits, mode) => round(n, digits, mode),
  max: (_, a, b) => {
    const [x, y] = widened(a, b);
    return compareNumbers(x, y) >= 0 ? x : y;
  },
  min: (_, a, b) => {
    const [x, y] = widened(a, b);
    return compareNumbers(x, y) <= 0 ? x : y;
  },
  clamp: (_, n, least, most) =>
    compareNumbers(given(n), given(least)) < 0
      ? given(least)
      : compareNumbers(given(n), given(most)) > 0
        ? given(most)
        : given(n),
  pow: (_, a, b) => makeDouble(real(a) ** real(b)),
  log: (_, n, base) => makeDouble(base === undefined ? Math.log(real(n)) : Math.log(real(n)) / Math.log(real(base))),
  sign: (_, n) => Math.sign(real(n)) | 0,
  bigmul: (_, a, b) => makeInteger('Int64', BigInt(Math.trunc(real(a))) * BigInt(Math.trunc(real(b)))),
  divrem: (_, a, b) => {
    const rest = arithmetic('%', given(a), given(b));
    return [arithmetic('/', arithmetic('-', given(a), rest), given(b)), rest];
  },
  ...Object.fromEntries(
    (['sqrt', 'cbrt', 'log10', 'log2', 'exp', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan'] as const).map((name) => [
      name,
      (_: unknown, n: unknown) => ofDouble(Math[name])(n),
    ]),
  ),
  atan2: (_, a, b) => makeDouble(Math.atan2(real(a), real(b))),
};
