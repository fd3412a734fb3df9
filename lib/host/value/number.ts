// Numbers as the language writes and prints them: `4GB`, `0x1F`, `1E+21`.

const multipliers: Readonly<Record<string, number>> = {
  kb: 2 ** 10,
  mb: 2 ** 20,
  gb: 2 ** 30,
  tb: 2 ** 40,
  pb: 2 ** 50,
};
const numberPattern =
  /^([+-]?)(?:0x([0-9a-f]+)|0b([01]+)|(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?))(ul|us|uy|[ulsydn])?([kmgtp]b)?$/i;

/** Reads a number with everything the language allows in one; undefined for any other text. */
export function parseNumber(text: string): number | undefined {
  const match = numberPattern.exec(text);
  if (!match) return undefined;
  const [, sign, hex, binary, decimal, , unit] = match;
  // A `d` that ends a hexadecimal number is a digit; the pattern is greedy about digits, so it never reaches the suffix.
  const magnitude = hex ? Number.parseInt(hex, 16) : binary ? Number.parseInt(binary, 2) : Number(decimal);
  const value = magnitude * (unit ? multipliers[unit.toLowerCase()]! : 1);
  return sign === '-' ? -value : value;
}

/** A number as text: no exponent below 1E+15, `1E+16` above, in any culture. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? '0' : String(value);
  const text = String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e15) {
    const [digits, exponent] = value.toExponential().split('e+');
    return `${digits}E+${exponent}`;
  }
  if (magnitude < 1e-4) {
    const [digits, exponent] = value.toExponential().split('e-');
    return `${digits}E-${exponent!.padStart(2, '0')}`;
  }
  return text;
}

/** Rounds halves to the even neighbour, as casts to whole numbers do. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
