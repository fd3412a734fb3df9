// Subkey lists: leaves (li, lf, lh) and the index of leaves (ri).
import type { CellStore } from './cell-store.ts';
import { NO_CELL } from './cell-store.ts';
import { hashName, nameHint } from './key-name.ts';

const LI = 0x696c;
const LF = 0x666c;
const LH = 0x686c;
const RI = 0x6972;
/** Windows keeps a leaf within one page: (4096 - 32 - 4 - 4) / 8. */
const LEAF_CAPACITY = 507;
/** A key node without a name, in its cell. */
const SMALLEST_KEY = 80;
/** The count field has 16 bits. */
const MAX_LEAVES = 0xffff;

export interface SubkeyList {
  /** Key nodes in the order stored. */
  readonly keys: readonly number[];
  /** The cells the list itself takes. */
  readonly cells: readonly number[];
}

/** Reads the list of a key that says it has `count` subkeys. */
export function readSubkeyList(store: CellStore, list: number, count: number): SubkeyList {
  const keys: number[] = [];
  const cells: number[] = [];
  if (list === NO_CELL) {
    if (count !== 0) throw store.corrupt(0, `a key with ${count} subkeys has no list of them`);
    return { keys, cells };
  }
  // Every key takes a cell of its own: an index that repeats leaves cannot make the list longer than the hive.
  if (count > store.dataLength / SMALLEST_KEY) {
    throw store.corrupt(list, `a hive of ${store.dataLength} bytes does not hold ${count} subkeys of one key`);
  }
  readInto(store, list, count, keys, cells, true);
  if (keys.length !== count) throw store.corrupt(list, `a subkey list has ${keys.length} entries instead of ${count}`);
  return { keys, cells };
}

function readInto(
  store: CellStore,
  list: number,
  limit: number,
  keys: number[],
  cells: number[],
  mayBeIndex: boolean,
): void {
  const size = store.contentSize(list, 'a subkey list', 4);
  const at = store.position(list);
  const signature = store.view.getUint16(at, true);
  const entries = store.view.getUint16(at + 2, true);
  const isIndex = signature === RI && mayBeIndex;
  if (!isIndex && signature !== LI && signature !== LF && signature !== LH) {
    throw store.corrupt(list + 4, 'a subkey list is of no known kind');
  }
  const step = signature === LF || signature === LH ? 8 : 4;
  if (4 + entries * step > size) throw store.corrupt(list + 6, 'a subkey list is longer than its cell');
  // Without this an index of many empty leaves, shared by many keys, would take quadratic time.
  if (!mayBeIndex && entries === 0) throw store.corrupt(list + 6, 'a subkey list inside an index is empty');
  if (!isIndex && keys.length + entries > limit) {
    throw store.corrupt(list + 6, 'a subkey list has more entries than its key says');
  }
  cells.push(list);
  for (let i = 0; i < entries; i++) {
    const entry = store.view.getUint32(at + 4 + i * step, true);
    if (isIndex) readInto(store, entry, limit, keys, cells, false);
    else keys.push(entry);
  }
}

/** A subkey to be listed; the entries come sorted. */
export interface ListedKey {
  readonly offset: number;
  readonly name: string;
}

/** Writes a list: one leaf up to 507 entries, an index of leaves above. `hashed`: lh (version 1.5 and later), else lf. */
export function writeSubkeyList(store: CellStore, keys: readonly ListedKey[], hashed: boolean): number {
  if (keys.length === 0) return NO_CELL;
  const leaves: number[] = [];
  for (let start = 0; start < keys.length; start += LEAF_CAPACITY) {
    const part = keys.slice(start, start + LEAF_CAPACITY);
    const leaf = store.allocate(4 + part.length * 8);
    const at = store.position(leaf);
    store.view.setUint16(at, hashed ? LH : LF, true);
    store.view.setUint16(at + 2, part.length, true);
    part.forEach((key, i) => {
      store.view.setUint32(at + 4 + i * 8, key.offset, true);
      store.view.setUint32(at + 8 + i * 8, hashed ? hashName(key.name) : nameHint(key.name), true);
    });
    leaves.push(leaf);
  }
  if (leaves.length === 1) return leaves[0]!;
  if (leaves.length > MAX_LEAVES) throw store.corrupt(0, 'a key has more subkeys than a list can hold');
  const index = store.allocate(4 + leaves.length * 4);
  const at = store.position(index);
  store.view.setUint16(at, RI, true);
  store.view.setUint16(at + 2, leaves.length, true);
  leaves.forEach((leaf, i) => {
    store.view.setUint32(at + 4 + i * 4, leaf, true);
  });
  return index;
}
