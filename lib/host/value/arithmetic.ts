// Arithmetic on numbers of all types, as PowerShell widens them: what does not fit an integer type becomes a Double.
import { HostError } from '../host-error.ts';
import {
  fits,
  type IntegerType,
  isIntegerType,
  makeDecimal,
  makeDouble,
  makeInteger,
  type NumberType,
  type Numeric,
  numberTypeOf,
  toDecimal,
  toWhole,
} from './typed-number.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

const ranks: Readonly<Record<NumberType, number>> = {
  SByte: 5,
  Byte: 6,
  Int16: 7,
  UInt16: 8,
  Int32: 9,
  UInt32: 10,
  Int64: 11,
  UInt64: 12,
  Single: 13,
  Double: 14,
  Decimal: 15,
  BigInteger: 16,
};
const signed = (type: NumberType): boolean => /^S|^Int/.test(type);

/** The type in which two numbers are worked on together. */
function commonType(a: Numeric, b: Numeric): NumberType {
  const [left, right] = [numberTypeOf(a), numberTypeOf(b)];
  const highest = ranks[left] >= ranks[right] ? left : right;
  const lowest = highest === left ? right : left;
  if (ranks[highest] <= ranks.Int32) return 'Int32';
  switch (highest) {
    case 'UInt32':
      return signed(lowest) ? 'Int64' : 'UInt32';
    case 'UInt64': {
      const other = lowest === left ? a : b;
      return signed(lowest) && Number(other) < 0 ? 'Double' : 'UInt64';
    }
    case 'Single':
      return 'Double';
    case 'BigInteger':
      return isIntegerType(lowest) ? 'BigInteger' : 'Double';
    default:
      return highest;
  }
}

const divideByZero = (): HostError => new HostError('DivideByZero', 'Attempted to divide by zero.');

function onDoubles(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    default:
      return a % b;
  }
}

function onIntegers(operator: ArithmeticOperator, type: IntegerType | 'BigInteger', a: bigint, b: bigint): Numeric {
  if ((operator === '/' || operator === '%') && b === 0n) throw divideByZero();
  if (operator === '/' && type !== 'BigInteger' && a % b !== 0n) return makeDouble(Number(a) / Number(b));
  const result =
    operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : operator === '/' ? a / b : a % b;
  return type === 'BigInteger' || fits(type, result) ? makeInteger(type, result) : makeDouble(Number(result));
}

/** Applies an operator to two numbers. Throws on a division of whole numbers by zero. */
export function arithmetic(operator: ArithmeticOperator, a: Numeric, b: Numeric): Numeric {
  if (typeof a === 'number' && typeof b === 'number' && (a | 0) === a && (b | 0) === b) {
    if ((operator === '/' || operator === '%') && b === 0) throw divideByZero();
    const result = onDoubles(operator, a, b);
    // -0 is a Double's; here it is 0.
    if ((result | 0) === result) return result === 0 ? 0 : result;
    return operator === '/' && !Number.isInteger(result) ? result : makeDouble(result);
  }
  const type = commonType(a, b);
  if (type === 'Double' || type === 'Single') return makeDouble(onDoubles(operator, Number(a), Number(b)));
  if (type === 'Decimal') {
    const [x, y] = [toDecimal(a), toDecimal(b)];
    if (!x || !y) return makeDouble(onDoubles(operator, Number(a), Number(b)));
    if ((operator === '/' || operator === '%') && y.mantissa === 0n) throw divideByZero();
    return makeDecimal(
      operator === '+'
        ? x.add(y)
        : operator === '-'
          ? x.subtract(y)
          : operator === '*'
            ? x.multiply(y)
            : operator === '/'
              ? x.divide(y)
              : x.remainder(y),
    );
  }
  return onIntegers(operator, type as IntegerType | 'BigInteger', toWhole(a)!, toWhole(b)!);
}

/** `-value`: of the same type where that holds it. */
export function negate(value: Numeric): Numeric {
  if (typeof value === 'number' && !Number.isInteger(value)) return -value;
  const type = numberTypeOf(value);
  if (type === 'Double' || type === 'Single') return makeDouble(-Number(value));
  if (type === 'Decimal') return makeDecimal(toDecimal(value)!.negate());
  return arithmetic('-', 0, value);
}

/** -band, -bor, -bxor, -shl and -shr: on Int32, or on the wider of the types. */
export function bitwise(operator: string, a: Numeric, b: Numeric): Numeric {
  const [x, y] = [wholeOf(a), wholeOf(b)];
  const shifts = operator === '-shl' || operator === '-shr';
  const type = bitType(shifts ? a : undefined, a, b);
  const width = type === 'Int32' || type === 'UInt32' ? 32 : 64;
  const count = y & BigInt(width - 1);
  const result =
    operator === '-band'
      ? x & y
      : operator === '-bor'
        ? x | y
        : operator === '-bxor'
          ? x ^ y
          : operator === '-shl'
            ? x << count
            : x >> count;
  return makeInteger(type, signed(type) ? BigInt.asIntN(width, result) : BigInt.asUintN(width, result));
}

/** `-bnot value`. */
export function complement(value: Numeric): Numeric {
  const type = bitType(undefined, value, value);
  const width = type === 'Int32' || type === 'UInt32' ? 32 : 64;
  const result = ~wholeOf(value);
  return makeInteger(type, signed(type) ? BigInt.asIntN(width, result) : BigInt.asUintN(width, result));
}

function wholeOf(value: Numeric): bigint {
  const whole = toWhole(value);
  if (whole === undefined) throw new HostError('InvalidCast', `${Number(value)} has no bits.`);
  return whole;
}

function bitType(only: Numeric | undefined, a: Numeric, b: Numeric): IntegerType {
  const type = only === undefined ? commonType(a, b) : commonType(only, only);
  if (type in integerWidths) return type as IntegerType;
  // A number with a fraction counts as the whole number it rounds to.
  return fits('Int32', wholeOf(a)) && fits('Int32', wholeOf(b)) ? 'Int32' : 'Int64';
}

const integerWidths = { Int32: 32, UInt32: 32, Int64: 64, UInt64: 64 } as const;
