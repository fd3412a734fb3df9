// Free cells by size. Entries are never removed from the middle: a cell that was merged or taken leaves a stale entry that
// the check given to the constructor drops when it is met, so adding and taking cost constant time.

/** Sizes below this have a class of their own each; larger ones share classes of an eighth of a power of two. */
const EXACT_LIMIT = 2048;
const EXACT_CLASSES = EXACT_LIMIT / 8;
/** How many entries of a shared class are tried before a class of larger cells is taken. */
const TRIES = 32;

function classOf(size: number): number {
  if (size < EXACT_LIMIT) return size / 8;
  const power = 31 - Math.clz32(size);
  return EXACT_CLASSES + (power - 11) * 8 + ((size >>> (power - 3)) & 7);
}

export class FreeCells {
  private readonly classes: (Entry[] | undefined)[] = [];
  private readonly isCurrent: (offset: number, size: number) => boolean;

  /** @param isCurrent whether a free cell of this size still starts at this offset. */
  constructor(isCurrent: (offset: number, size: number) => boolean) {
    this.isCurrent = isCurrent;
  }

  add(offset: number, size: number): void {
    const index = classOf(size);
    const entries = this.classes[index];
    if (entries) entries.push({ offset, size });
    else this.classes[index] = [{ offset, size }];
  }

  /** A free cell of at least this size, as small as can be found quickly; undefined when there is none. */
  take(size: number): number | undefined {
    for (let index = classOf(size); index < this.classes.length; index++) {
      const entries = this.classes[index];
      if (!entries) continue;
      let tries = 0;
      for (let i = entries.length - 1; i >= 0 && tries < TRIES; i--) {
        const entry = entries[i]!;
        const current = this.isCurrent(entry.offset, entry.size);
        if (current && entry.size < size) {
          tries++;
          continue;
        }
        entries[i] = entries.at(-1)!;
        entries.pop();
        if (current) return entry.offset;
      }
    }
    return undefined;
  }
}

interface Entry {
  readonly offset: number;
  readonly size: number;
}
