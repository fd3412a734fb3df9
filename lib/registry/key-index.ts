// What is known in memory about the subkeys and values of the keys in use. Lookups are by upper-cased name, so they do not
// depend on the order on disk, which other writers get wrong. Changed lists are written once, when the hive is: adding a
// key therefore costs the same however many siblings it has, and a wrongly sorted list is right after the first change.

import { upcase } from '../base/upcase.ts';
import type { CellStore } from './cell-store.ts';
import { NO_CELL } from './cell-store.ts';
import { KeyNode } from './key-node.ts';
import { MemberIndex } from './member-index.ts';
import { readSubkeyList, writeSubkeyList } from './subkey-list.ts';
import { parseValueNode, type ValueNode } from './value-node.ts';

/** So many indexes are kept before those without changes are dropped. */
const KEPT_INDEXES = 512;

/** The indexes of keys by the offset of their node. */
class IndexCache extends Map<number, MemberIndex> {
  private limit = KEPT_INDEXES;

  /** Adds an index. Each sweep over all of them is followed by at least as many additions without one. */
  keep(offset: number, index: MemberIndex): MemberIndex {
    if (this.size >= this.limit) {
      for (const [key, old] of this) {
        if (!old.changed) this.delete(key);
      }
      this.limit = Math.max(KEPT_INDEXES, this.size * 2);
    }
    this.set(offset, index);
    return index;
  }
}

export class KeyIndex {
  private readonly store: CellStore;
  private readonly rootOffset: () => number;
  private readonly subkeyIndexes = new IndexCache();
  private readonly valueIndexes = new IndexCache();

  constructor(store: CellStore, rootOffset: () => number) {
    this.store = store;
    this.rootOffset = rootOffset;
  }

  /** The subkeys of a key, in the order of the file or, once they have changed, of Windows: each one a key node that names this key as its parent, none of them twice. */
  subkeyOffsets(node: KeyNode): readonly number[] {
    const known = this.subkeyIndexes.get(node.offset);
    if (known?.changed) return known.sortedOffsets();
    const { keys, cells } = readSubkeyList(this.store, node.subkeyList, node.subkeyCount);
    this.store.claims?.claim('subkeys', node.offset, cells);
    if (new Set(keys).size !== keys.length) throw this.store.corrupt(node.subkeyList, 'a subkey is listed twice');
    return keys;
  }

  /** A subkey, checked: the walk from the root to any key is finite because every key has one parent only. */
  child(parent: KeyNode, offset: number): KeyNode {
    const node = new KeyNode(this.store, offset, 'a subkey');
    if (node.parent !== parent.offset || offset === this.rootOffset()) {
      throw this.store.corrupt(offset + 4 + 16, 'a subkey is listed by a key that is not its parent');
    }
    return node;
  }

  subkeys(node: KeyNode): MemberIndex {
    const known = this.subkeyIndexes.get(node.offset);
    if (known) return known;
    const index = new MemberIndex();
    for (const offset of this.subkeyOffsets(node)) index.load(upcase(this.child(node, offset).name), offset);
    return this.subkeyIndexes.keep(node.offset, index);
  }

  /** The value cells of a key, in stored order. */
  valueOffsets(node: KeyNode): readonly number[] {
    const known = this.valueIndexes.get(node.offset);
    if (known) return known.offsets();
    const { valueCount: count, valueList: list } = node;
    if (list === NO_CELL) return [];
    const size = this.store.contentSize(list, 'a value list');
    this.store.claims?.claim('values', node.offset, [list]);
    if (count > size / 4) throw this.store.corrupt(node.offset + 4 + 36, `${count} values do not fit into their list`);
    const at = this.store.position(list);
    const offsets = Array.from({ length: count }, (_, i) => this.store.view.getUint32(at + i * 4, true));
    if (new Set(offsets).size !== count) throw this.store.corrupt(list, 'a value is listed twice');
    return offsets;
  }

  values(node: KeyNode): MemberIndex {
    const known = this.valueIndexes.get(node.offset);
    if (known) return known;
    const index = new MemberIndex();
    for (const offset of this.valueOffsets(node)) index.load(upcase(parseValueNode(this.store, offset).name), offset);
    return this.valueIndexes.keep(node.offset, index);
  }

  findValue(node: KeyNode, name: string): ValueNode | undefined {
    const offset = this.values(node).find(upcase(name));
    return offset === undefined ? undefined : parseValueNode(this.store, offset);
  }

  /** The cells that the lists of a key take on disk. */
  listCells(node: KeyNode): number[] {
    const cells = [...readSubkeyList(this.store, node.subkeyList, node.subkeyCount).cells];
    if (node.valueList !== NO_CELL) cells.push(node.valueList);
    return cells;
  }

  /** Forgets a key that is deleted. */
  drop(offset: number): void {
    this.subkeyIndexes.delete(offset);
    this.valueIndexes.delete(offset);
  }

  /** A key node has moved to another cell. */
  move(from: number, to: number): void {
    for (const indexes of [this.subkeyIndexes, this.valueIndexes]) {
      const index = indexes.get(from);
      indexes.delete(from);
      if (index) indexes.set(to, index);
    }
  }

  /** Writes the lists that have changed. */
  flush(hashed: boolean): void {
    for (const [offset, index] of this.subkeyIndexes) {
      if (!index.changed) continue;
      const node = new KeyNode(this.store, offset);
      const old = readSubkeyList(this.store, node.subkeyList, node.subkeyCount).cells;
      const listed = index.sortedOffsets().map((key) => ({ offset: key, name: new KeyNode(this.store, key).name }));
      for (const cell of old) this.store.free(cell);
      node.setSubkeys(listed.length, writeSubkeyList(this.store, listed, hashed));
      index.changed = false;
    }
    for (const [offset, index] of this.valueIndexes) {
      if (!index.changed) continue;
      this.writeValueList(new KeyNode(this.store, offset), index);
      index.changed = false;
    }
  }

  private writeValueList(node: KeyNode, index: MemberIndex): void {
    if (node.valueList !== NO_CELL) this.store.free(node.valueList);
    const offsets = index.offsets();
    const list = offsets.length === 0 ? NO_CELL : this.store.allocate(offsets.length * 4);
    offsets.forEach((value, i) => {
      this.store.view.setUint32(this.store.position(list) + i * 4, value, true);
    });
    node.setValues(offsets.length, list);
  }
}
