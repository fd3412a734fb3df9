// The types of numbers. A JavaScript number is what its value says: an Int32 or Int64 when it is whole, a Double
// otherwise; a bigint is an Int64 beyond 2^53. Only a number of another type (`2.0`, `1L`, `[byte]1`, `1.50d`) is an
// object, so records and most arithmetic cost nothing.
import { Decimal } from './decimal.ts';
import { formatDouble, roundHalfEven } from './number.ts';

/** The integer types with their least and greatest value. */
export const integerRanges = {
  SByte: [-128n, 127n],
  Byte: [0n, 255n],
  Int16: [-32768n, 32767n],
  UInt16: [0n, 65535n],
  Int32: [-0x80000000n, 0x7fffffffn],
  UInt32: [0n, 0xffffffffn],
  Int64: [-(2n ** 63n), 2n ** 63n - 1n],
  UInt64: [0n, 2n ** 64n - 1n],
} as const satisfies Record<string, readonly [bigint, bigint]>;

export type IntegerType = keyof typeof integerRanges;
export type NumberType = IntegerType | 'Single' | 'Double' | 'Decimal' | 'BigInteger';

/** A number of a type that its value alone does not show. Made by the functions below. */
export class TypedNumber {
  readonly #type: NumberType;
  readonly #value: number | bigint | Decimal;

  constructor(type: NumberType, value: number | bigint | Decimal) {
    this.#type = type;
    this.#value = value;
  }

  get type(): NumberType {
    return this.#type;
  }

  /** Whole numbers are bigint, Single and Double number. */
  get value(): number | bigint | Decimal {
    return this.#value;
  }

  valueOf(): number {
    return Number(this.#value);
  }

  toString(): string {
    if (typeof this.#value !== 'number') return this.#value.toString();
    return formatDouble(this.#value, this.#type === 'Single');
  }

  toJSON(): number {
    return this.valueOf();
  }
}

/** A number of any type. */
export type Numeric = number | bigint | TypedNumber;

/** Whether a value is a number of any type. */
export function isNumeric(value: unknown): value is Numeric {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof TypedNumber;
}

/** The type of a number. */
export function numberTypeOf(value: Numeric): NumberType {
  if (value instanceof TypedNumber) return value.type;
  if (typeof value === 'bigint')
    return fits('Int64', value) ? 'Int64' : fits('UInt64', value) ? 'UInt64' : 'BigInteger';
  if (!Number.isSafeInteger(value)) return 'Double';
  return (value | 0) === value ? 'Int32' : 'Int64';
}

/** Whether a type holds whole numbers. */
export function isIntegerType(type: NumberType): boolean {
  return type in integerRanges || type === 'BigInteger';
}

/** Whether a whole number lies in a type's range. */
export function fits(type: IntegerType, value: bigint): boolean {
  const [least, most] = integerRanges[type];
  return value >= least && value <= most;
}

const bytes: TypedNumber[] = [];

/** A whole number of a type; the value must be in its range. */
export function makeInteger(type: IntegerType | 'BigInteger', value: bigint): Numeric {
  switch (type) {
    case 'Int32':
      return Number(value);
    case 'Int64': {
      if (fits('Int32', value)) return new TypedNumber(type, value);
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : value;
    }
    case 'Byte': {
      const at = Number(value);
      bytes[at] ??= new TypedNumber(type, value);
      return bytes[at];
    }
    default:
      return new TypedNumber(type, value);
  }
}

/** A Double. */
export function makeDouble(value: number): Numeric {
  return Number.isInteger(value) ? new TypedNumber('Double', value) : value;
}

/** A Single: rounded to 24 bits. */
export function makeSingle(value: number): Numeric {
  return new TypedNumber('Single', Math.fround(value));
}

/** A Decimal. */
export function makeDecimal(value: Decimal): Numeric {
  return new TypedNumber('Decimal', value);
}

/** The whole number next to a number, halves to the even neighbour; undefined for what is not finite. */
export function toWhole(value: Numeric): bigint | undefined {
  const plain = value instanceof TypedNumber ? value.value : value;
  if (typeof plain === 'bigint') return plain;
  if (plain instanceof Decimal) return plain.round(0).truncate();
  return Number.isFinite(plain) ? BigInt(roundHalfEven(plain)) : undefined;
}

/** A number as a decimal; undefined where it has none. Throws when it is too large. */
export function toDecimal(value: Numeric): Decimal | undefined {
  const plain = value instanceof TypedNumber ? value.value : value;
  if (plain instanceof Decimal) return plain;
  return typeof plain === 'bigint' ? Decimal.of(plain) : Decimal.fromNumber(plain);
}

/** Orders two numbers of any types, exactly where both are exact; NaN is not equal to anything. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : a === b ? 0 : Number.NaN;
  const types = [numberTypeOf(a), numberTypeOf(b)];
  if (types.every(isIntegerType)) {
    const [x, y] = [toWhole(a)!, toWhole(b)!];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (types.includes('Decimal') && Math.abs(Number(a)) < 7e28 && Math.abs(Number(b)) < 7e28) {
    const [x, y] = [toDecimal(a), toDecimal(b)];
    if (x && y) return x.compare(y);
  }
  return compareNumbers(Number(a), Number(b));
}
