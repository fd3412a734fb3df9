// How numbers print and round.

/** A floating-point number as text: `1E+15` and above with an exponent, in any culture. */
export function formatDouble(value: number, single = false): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  if (Object.is(value, -0)) return '-0';
  const shortest = single ? shortestSingle(value) : value;
  const magnitude = Math.abs(shortest);
  if (magnitude >= (single ? 1e9 : 1e15)) {
    const [digits, exponent] = shortest.toExponential().split('e+');
    return `${digits}E+${exponent!.padStart(2, '0')}`;
  }
  if (magnitude < 1e-4 && magnitude > 0) {
    const [digits, exponent] = shortest.toExponential().split('e-');
    return `${digits}E-${exponent!.padStart(2, '0')}`;
  }
  return String(shortest);
}

/** The number with the fewest digits that is still the same in 24 bits. */
function shortestSingle(value: number): number {
  for (let digits = 1; digits < 10; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}

/** A JavaScript number as text: whole ones with all digits. */
export function formatNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value === 0 ? 0 : value);
  return formatDouble(value);
}

/** Rounds halves to the even neighbour, as casts to whole numbers do. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
