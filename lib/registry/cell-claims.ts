// Which cells belong to which records, as far as they have been read. In a sound hive no two records share a cell; a hostile
// one may let a hundred thousand keys share one list of a hundred thousand values, and reading it would not end.
import type { CellStore } from './cell-store.ts';

/** What a record owns: a key its lists and class name, a value its data. */
export type ClaimKind = 'subkeys' | 'values' | 'class' | 'data';

export class CellClaims {
  private readonly store: CellStore;
  /** One bit for every 8 bytes of bins. */
  private readonly claimed: Uint32Array;
  private readonly owners = new Map<ClaimKind, Uint32Array>();

  constructor(store: CellStore) {
    this.store = store;
    this.claimed = this.bitmap();
  }

  private bitmap(): Uint32Array {
    return new Uint32Array((this.store.dataLength >>> 8) + 1);
  }

  /** Notes once what a record owns. Throws when a cell of it belongs to another record, or to it twice. */
  claim(kind: ClaimKind, owner: number, cells: readonly number[]): void {
    let owners = this.owners.get(kind);
    if (owners === undefined) {
      owners = this.bitmap();
      this.owners.set(kind, owners);
    }
    if (set(owners, owner)) return;
    for (const cell of cells) {
      if (set(this.claimed, cell)) throw this.store.corrupt(cell, 'a cell belongs to two records');
    }
  }
}

/** Sets the bit of a cell; whether it was set. */
function set(bits: Uint32Array, cell: number): boolean {
  const bit = 1 << ((cell >>> 3) & 31);
  const word = bits[cell >>> 8]!;
  bits[cell >>> 8] = word | bit;
  return (word & bit) !== 0;
}
