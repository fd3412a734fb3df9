// Numbers that are the same in every run.

/** xorshift32: from a seed a function that gives whole numbers from 0 up to, not with, its argument. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
