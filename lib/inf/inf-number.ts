// Numbers as INFs write them: decimal, hexadecimal with 0x, and now and then negative.

/** An unsigned 32-bit number; undefined for text that is none. Negative numbers wrap, as in SetupAPI. */
export function parseInfNumber(text: string): number | undefined {
  const trimmed = text.trim();
  const match = /^([+-]?)(0x[0-9a-f]{1,16}|\d{1,20})L?$/i.exec(trimmed);
  if (!match) return undefined;
  const number = BigInt(match[2]!);
  return Number(BigInt.asUintN(32, match[1] === '-' ? -number : number));
}
