// Values as numbers of a given type: what `[int]`, `[byte]` or `[decimal]` before a value do.
import { FileTime } from '../../base/file-time.ts';
import { toNumeric } from './convert.ts';
import { Decimal } from './decimal.ts';
import {
  fits,
  type IntegerType,
  integerRanges,
  makeDecimal,
  makeDouble,
  makeInteger,
  makeSingle,
  type NumberType,
  type Numeric,
  toDecimal,
  toWhole,
} from './typed-number.ts';

const thousands = /^[+-]?\d{1,3}(?:,\d{3})+(?=\D|$)/;
const hexadecimal = /^0x([0-9a-f]{1,16})$/i;
const bitsOf: Readonly<Partial<Record<NumberType, number>>> = { SByte: 8, Int16: 16, Int32: 32, Int64: 64 };

function readText(type: NumberType, text: string): Numeric | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return 0;
  const named = /^([+-]?)(nan|infinity|∞)$/i.exec(trimmed);
  if (named && (type === 'Double' || type === 'Single'))
    return /nan/i.test(named[2]!) ? Number.NaN : named[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const plain = thousands.test(trimmed) ? trimmed.replaceAll(',', '') : trimmed;
  if (type === 'Decimal') {
    const decimal = Decimal.parse(plain);
    if (decimal) return makeDecimal(decimal);
  }
  // The digits of a negative number's bits, in the width of the type.
  const hex = hexadecimal.exec(plain);
  const width = bitsOf[type];
  if (hex && width !== undefined && hex[1]!.length * 4 <= width)
    return makeInteger('Int64', BigInt.asIntN(width, BigInt(plain)));
  if (hex) return makeInteger('UInt64', BigInt(plain));
  return toNumeric(plain);
}

/** A value as a number of a type; undefined when it is none or lies outside the type's range. */
export function castNumber(type: NumberType, value: unknown): Numeric | undefined {
  if (value instanceof Date || value instanceof FileTime) return undefined;
  const number = typeof value === 'string' ? readText(type, value) : toNumeric(value);
  if (number === undefined) return undefined;
  switch (type) {
    case 'Double':
      return makeDouble(Number(number));
    case 'Single':
      return makeSingle(Number(number));
    case 'Decimal': {
      const decimal = toDecimal(number);
      return decimal && makeDecimal(decimal);
    }
    default: {
      const whole = toWhole(number);
      if (whole === undefined || (type !== 'BigInteger' && !fits(type, whole))) return undefined;
      return makeInteger(type, whole);
    }
  }
}

/** The least and greatest value of a type that has them. */
export function rangeOf(type: NumberType): readonly [Numeric, Numeric] | undefined {
  if (type in integerRanges) {
    const [least, most] = integerRanges[type as IntegerType];
    return [makeInteger(type as IntegerType, least), makeInteger(type as IntegerType, most)];
  }
  if (type === 'Double') return [makeDouble(-Number.MAX_VALUE), makeDouble(Number.MAX_VALUE)];
  if (type === 'Single') return [makeSingle(-3.4028234663852886e38), makeSingle(3.4028234663852886e38)];
  const most = 2n ** 96n - 1n;
  return type === 'Decimal' ? [makeDecimal(Decimal.of(-most)), makeDecimal(Decimal.of(most))] : undefined;
}
