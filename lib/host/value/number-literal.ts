// Numbers as the language writes them: `4GB`, `0x1F`, `1.5e3`, `10L`, `2.50d`, `255uy`.
import { Decimal } from './decimal.ts';
import { fits, type IntegerType, makeDecimal, makeDouble, makeInteger, type Numeric, toWhole } from './typed-number.ts';

const multipliers: Readonly<Record<string, bigint>> = {
  kb: 2n ** 10n,
  mb: 2n ** 20n,
  gb: 2n ** 30n,
  tb: 2n ** 40n,
  pb: 2n ** 50n,
};
const suffixes: Readonly<Record<string, readonly (IntegerType | 'BigInteger')[]>> = {
  l: ['Int64'],
  u: ['UInt32', 'UInt64'],
  ul: ['UInt64'],
  s: ['Int16'],
  us: ['UInt16'],
  y: ['SByte'],
  uy: ['Byte'],
  n: ['BigInteger'],
};
const numberPattern =
  /^([+-]?)(?:0x([0-9a-f]+)|0b([01]+)|(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?))(ul|us|uy|[ulsydn])?([kmgtp]b)?$/i;
/** Longer literals are nobody's numbers. */
const maximumLength = 400;

/** The first of the types that holds a whole number. */
function firstFitting(types: readonly (IntegerType | 'BigInteger')[], value: bigint): Numeric | undefined {
  const type = types.find((one) => one === 'BigInteger' || fits(one, value));
  return type && makeInteger(type, value);
}

/** 0xFFFFFFFF is -1: as many digits as an Int32 or Int64 has are its bits. */
function bits(digits: string, perDigit: number): bigint {
  const value = BigInt(`${perDigit === 4 ? '0x' : '0b'}${digits}`);
  const width = digits.length * perDigit;
  return width === 32 || width === 64 ? BigInt.asIntN(width, value) : value;
}

/** Reads a number with everything the language allows in one, in its type; undefined for any other text. */
export function parseNumeric(text: string): Numeric | undefined {
  if (text.length > maximumLength) return undefined;
  const match = numberPattern.exec(text);
  if (!match) return undefined;
  const [, sign, hex, binary, decimal, suffix, unit] = match;
  const multiplier = unit ? multipliers[unit.toLowerCase()]! : 1n;
  const kind = suffix?.toLowerCase();
  if (kind === 'd') {
    // A `d` that ends a hexadecimal number is a digit; the pattern is greedy about digits, so it never gets here.
    return within(() => makeDecimal(Decimal.parse(`${sign}${decimal ?? ''}`)!.multiply(Decimal.of(multiplier))));
  }
  const isReal = decimal !== undefined && /[.e]/i.test(decimal);
  if (isReal) {
    const value = Number(sign + decimal) * Number(multiplier);
    if (!Number.isFinite(value)) return undefined;
    if (kind === undefined) return makeDouble(value);
    return firstFitting(suffixes[kind]!, toWhole(value)!);
  }
  // A suffix names the type, so its digits are not taken for the bits of another.
  const magnitude =
    decimal !== undefined
      ? BigInt(decimal)
      : kind === undefined
        ? bits((hex ?? binary)!, hex ? 4 : 1)
        : BigInt(`${hex ? '0x' + hex : '0b' + binary}`);
  const value = (sign === '-' ? -magnitude : magnitude) * multiplier;
  if (kind !== undefined) return firstFitting(suffixes[kind]!, value);
  const whole = firstFitting(['Int32', 'Int64'], value);
  if (whole !== undefined) return whole;
  return within(() => makeDecimal(Decimal.of(value))) ?? makeDouble(Number(value));
}

function within(make: () => Numeric): Numeric | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
