// Decimal: the value of `[decimal]1.10` and `1.10d`. Digits and a scale, exact to 28 or 29 digits, as .NET keeps them.
import { HostError } from '../host-error.ts';

const maximumMantissa = 2n ** 96n - 1n;
const maximumScale = 28;

function size(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Divides by a power of ten and rounds halves to the even neighbour. */
function dividedByPower(value: bigint, digits: number): bigint {
  const divisor = 10n ** BigInt(digits);
  return roundedQuotient(value, divisor);
}

function roundedQuotient(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  const twice = size(value % divisor) * 2n;
  const whole = size(divisor);
  const up = twice > whole || (twice === whole && quotient % 2n !== 0n);
  return up ? quotient + (value < 0n === divisor < 0n ? 1n : -1n) : quotient;
}

/** A decimal number: `mantissa / 10 ** scale`; immutable. */
export class Decimal {
  readonly mantissa: bigint;
  readonly scale: number;

  private constructor(mantissa: bigint, scale: number) {
    this.mantissa = mantissa;
    this.scale = scale;
  }

  /** The number with at most the digits a decimal holds; throws when it is too large. */
  static of(mantissa: bigint, scale = 0): Decimal {
    let [digits, places] = [mantissa, scale];
    if (places < 0) {
      digits *= 10n ** BigInt(Math.min(-places, 100));
      places = 0;
    }
    if (places > maximumScale) {
      digits = dividedByPower(digits, places - maximumScale);
      places = maximumScale;
    }
    while (places > 0 && size(digits) > maximumMantissa) {
      digits = dividedByPower(digits, 1);
      places--;
    }
    if (size(digits) > maximumMantissa)
      throw new HostError('Overflow', 'The value is too large or too small for a decimal.', { symbol: 'Internal' });
    return new Decimal(digits, places);
  }

  /** Reads `-1.50` and `1e3`; undefined for other text. */
  static parse(text: string): Decimal | undefined {
    const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,4}))?$/i.exec(text.trim());
    if (!match || (!match[2] && !match[3])) return undefined;
    const [, sign, whole = '', fraction = '', exponent = '0'] = match;
    if (whole.length + fraction.length > 200) return undefined;
    const mantissa = BigInt(`${whole}${fraction}`);
    return Decimal.of(sign === '-' ? -mantissa : mantissa, fraction.length - Number(exponent));
  }

  /** A floating-point number, to the 15 digits that .NET takes of it; undefined for what is not finite. */
  static fromNumber(value: number): Decimal | undefined {
    if (!Number.isFinite(value)) return undefined;
    return Number.isSafeInteger(value)
      ? Decimal.of(BigInt(value))
      : Decimal.parse(String(Number(value.toPrecision(15))));
  }

  #aligned(other: Decimal): readonly [bigint, bigint, number] {
    const scale = Math.max(this.scale, other.scale);
    return [this.#at(scale), other.#at(scale), scale];
  }

  #at(scale: number): bigint {
    return this.mantissa * 10n ** BigInt(scale - this.scale);
  }

  add(other: Decimal): Decimal {
    const [a, b, scale] = this.#aligned(other);
    return Decimal.of(a + b, scale);
  }

  subtract(other: Decimal): Decimal {
    const [a, b, scale] = this.#aligned(other);
    return Decimal.of(a - b, scale);
  }

  multiply(other: Decimal): Decimal {
    return Decimal.of(this.mantissa * other.mantissa, this.scale + other.scale);
  }

  /** The divisor must not be zero. */
  divide(other: Decimal): Decimal {
    const extra = 40;
    let mantissa = roundedQuotient(this.mantissa * 10n ** BigInt(extra), other.mantissa);
    let scale = this.scale - other.scale + extra;
    const least = Math.max(0, this.scale - other.scale);
    while (scale > least && mantissa % 10n === 0n) {
      mantissa /= 10n;
      scale--;
    }
    return Decimal.of(mantissa, scale);
  }

  /** The divisor must not be zero. */
  remainder(other: Decimal): Decimal {
    const [a, b, scale] = this.#aligned(other);
    return Decimal.of(a % b, scale);
  }

  negate(): Decimal {
    return new Decimal(-this.mantissa, this.scale);
  }

  compare(other: Decimal): number {
    const [a, b] = this.#aligned(other);
    return a < b ? -1 : a > b ? 1 : 0;
  }

  /** To so many places: halves to the even neighbour, or away from zero. */
  round(places: number, awayFromZero = false): Decimal {
    if (places >= this.scale) return this;
    const divisor = 10n ** BigInt(this.scale - places);
    const half = this.mantissa < 0n ? -divisor / 2n : divisor / 2n;
    const rounded = awayFromZero ? (this.mantissa + half) / divisor : roundedQuotient(this.mantissa, divisor);
    return new Decimal(rounded, places);
  }

  /** The whole number towards zero. */
  truncate(): bigint {
    return this.mantissa / 10n ** BigInt(this.scale);
  }

  valueOf(): number {
    return Number(this.toString());
  }

  /** All digits, also the zeros at the end. */
  toString(): string {
    const digits = size(this.mantissa)
      .toString()
      .padStart(this.scale + 1, '0');
    const whole = digits.slice(0, digits.length - this.scale);
    const fraction = digits.slice(digits.length - this.scale);
    return `${this.mantissa < 0n ? '-' : ''}${whole}${fraction === '' ? '' : '.' + fraction}`;
  }
}
