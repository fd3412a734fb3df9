// Marvin32: the keyed hash over the entries of a transaction log in the format of Windows 8.1 and later.

/** The seed of registry logs: the 64-bit number 0x82EF4D887A4E55C5 (confirmed on logs written by Windows 8.1 and 10). */
const SEED_LOW = 0x7a4e55c5;
const SEED_HIGH = 0x82ef4d88;

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** The 64-bit hash of a range, as its low and its high word. */
export function marvin32(bytes: Uint8Array, start: number, end: number): readonly [low: number, high: number] {
  let low = SEED_LOW | 0;
  let high = SEED_HIGH | 0;
  const mix = (): void => {
    high ^= low;
    low = (rotate(low, 20) + high) | 0;
    high = rotate(high, 9) ^ low;
    low = (rotate(low, 27) + high) | 0;
    high = rotate(high, 19);
  };
  let at = start;
  for (; at + 4 <= end; at += 4) {
    low = (low + (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24))) | 0;
    mix();
  }
  // The tail, closed with 0x80.
  let last = 0x80;
  for (let i = end - 1; i >= at; i--) last = (last << 8) | bytes[i]!;
  low = (low + last) | 0;
  mix();
  mix();
  return [low >>> 0, high >>> 0];
}
