// Random numbers that a printed seed brings back, for property and fuzz tests.

export interface Random {
  /** From 0 to below 1. */
  fraction(): number;
  /** From 0 to below `limit`. */
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
  bytes(length: number): Uint8Array;
}

/** A seed from OPENDISM_SEED, else from the clock. */
export function chooseSeed(): number {
  return Number(process.env.OPENDISM_SEED ?? Date.now() % 0x7fffffff);
}

/** The mulberry32 generator. */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x100000000;
  };
  const below = (limit: number): number => Math.floor(fraction() * limit);
  return {
    fraction,
    below,
    pick: (list) => list[below(list.length)]!,
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  };
}
