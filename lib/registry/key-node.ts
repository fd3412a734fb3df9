// The key node cell (nk): 76 bytes and the name. A KeyNode reads and writes the fields in place.
import type { CellStore } from './cell-store.ts';
import { NO_CELL } from './cell-store.ts';
import { encodeName } from './key-name.ts';

/** "nk", little-endian. */
const SIGNATURE = 0x6b6e;
export const KEY_NODE_SIZE = 76;

/** Bits of the flags field. */
export const KeyFlag = {
  Volatile: 0x01,
  MountPoint: 0x02,
  Root: 0x04,
  NoDelete: 0x08,
  SymbolicLink: 0x10,
  CompressedName: 0x20,
  PredefinedHandle: 0x40,
} as const;

/** Numbers the parent keeps about its children; readers size buffers by them, so they must never be too small. */
export type LargestField = 'subkeyName' | 'subkeyClass' | 'valueName' | 'valueData';
const largestOffsets: Record<LargestField, number> = { subkeyName: 52, subkeyClass: 56, valueName: 60, valueData: 64 };

export class KeyNode {
  readonly store: CellStore;
  readonly offset: number;

  constructor(store: CellStore, offset: number, what = 'a key') {
    const size = store.contentSize(offset, what, KEY_NODE_SIZE);
    this.store = store;
    this.offset = offset;
    if (this.u16(0) !== SIGNATURE) throw store.corrupt(offset, `a reference to ${what} leads to no key node`);
    const length = this.u16(72);
    if (length > size - KEY_NODE_SIZE) throw store.corrupt(offset + 4 + 72, 'a key name is longer than its cell');
    if (length % 2 === 1 && (this.flags & KeyFlag.CompressedName) === 0) {
      throw store.corrupt(offset + 4 + 72, 'a key name has half a character');
    }
  }

  private u16(at: number): number {
    return this.store.view.getUint16(this.store.position(this.offset) + at, true);
  }

  private u32(at: number): number {
    return this.store.view.getUint32(this.store.position(this.offset) + at, true);
  }

  private setU16(at: number, value: number): void {
    this.store.view.setUint16(this.store.position(this.offset) + at, value, true);
  }

  private setU32(at: number, value: number): void {
    this.store.view.setUint32(this.store.position(this.offset) + at, value, true);
  }

  get flags(): number {
    return this.u16(2);
  }
  set flags(value: number) {
    this.setU16(2, value);
  }

  /** FILETIME ticks. */
  get lastWritten(): bigint {
    return this.store.view.getBigUint64(this.store.position(this.offset) + 4, true);
  }
  set lastWritten(value: bigint) {
    this.store.view.setBigUint64(this.store.position(this.offset) + 4, value, true);
  }

  get parent(): number {
    return this.u32(16);
  }
  set parent(value: number) {
    this.setU32(16, value);
  }

  get subkeyCount(): number {
    return this.u32(20);
  }
  get subkeyList(): number {
    return this.subkeyCount === 0 ? NO_CELL : this.u32(28);
  }
  /** The list cell whatever the count says: what has to be given back when the list is replaced. */
  setSubkeys(count: number, list: number): void {
    this.setU32(20, count);
    this.setU32(28, list);
  }

  /** Zero for keys of predefined handles, which keep the handle in the field. */
  get valueCount(): number {
    return (this.flags & KeyFlag.PredefinedHandle) !== 0 ? 0 : this.u32(36);
  }
  get valueList(): number {
    return this.valueCount === 0 ? NO_CELL : this.u32(40);
  }
  setValues(count: number, list: number): void {
    this.setU32(36, count);
    this.setU32(40, list);
  }

  get security(): number {
    return this.u32(44);
  }
  set security(value: number) {
    this.setU32(44, value);
  }

  get classCell(): number {
    return this.classLength === 0 ? NO_CELL : this.u32(48);
  }
  /** In bytes. */
  get classLength(): number {
    return this.u16(74);
  }
  setClass(cell: number, length: number): void {
    this.setU32(48, cell);
    this.setU16(74, length);
  }

  get name(): string {
    const start = this.store.position(this.offset) + KEY_NODE_SIZE;
    const encoding = (this.flags & KeyFlag.CompressedName) !== 0 ? 'latin1' : 'utf16le';
    return this.store.bytes.toString(encoding, start, start + this.u16(72));
  }

  /** Bytes the name may take in this cell. */
  get nameCapacity(): number {
    return this.store.contentSize(this.offset, 'a key') - KEY_NODE_SIZE;
  }

  /** Writes a name that fits into the cell. */
  writeName(name: string): void {
    const { bytes, compressed } = encodeName(name);
    this.store.bytes.set(bytes, this.store.position(this.offset) + KEY_NODE_SIZE);
    this.setU16(72, bytes.length);
    this.flags = compressed ? this.flags | KeyFlag.CompressedName : this.flags & ~KeyFlag.CompressedName;
  }

  /** Raises one of the "largest" fields. The upper half of the first holds flags and stays. */
  raiseLargest(field: LargestField, value: number): void {
    const at = largestOffsets[field];
    if (field === 'subkeyName') {
      if (value > this.u16(at)) this.setU16(at, value);
    } else if (value > this.u32(at)) this.setU32(at, value);
  }

  getLargest(field: LargestField): number {
    return field === 'subkeyName' ? this.u16(largestOffsets[field]) : this.u32(largestOffsets[field]);
  }

  /** Takes over time, access and layer bits, virtualisation and debug bytes, and flags; whether it is a root stays. */
  copyFields(from: KeyNode): void {
    const own = KeyFlag.CompressedName | KeyFlag.Root;
    this.flags = (from.flags & ~own) | (this.flags & own);
    this.lastWritten = from.lastWritten;
    this.setU32(12, from.u32(12));
    this.setU16(54, from.u16(54));
  }

  className(): string {
    const cell = this.classCell;
    if (cell === NO_CELL) return '';
    this.store.contentSize(cell, 'a class name', this.classLength);
    this.store.claims?.claim('class', this.offset, [cell]);
    const start = this.store.position(cell);
    return this.store.bytes.toString('utf16le', start, start + (this.classLength & ~1));
  }
}

/** Fields of a key node that a new one starts with. */
export interface NewKeyNode {
  readonly name: string;
  readonly flags: number;
  readonly parent: number;
  readonly security: number;
  readonly lastWritten: bigint;
}

/** Makes a key node without subkeys and values. */
export function createKeyNode(store: CellStore, fields: NewKeyNode): KeyNode {
  const { bytes } = encodeName(fields.name);
  const offset = store.allocate(KEY_NODE_SIZE + bytes.length);
  store.view.setUint16(store.position(offset), SIGNATURE, true);
  const node = new KeyNode(store, offset);
  node.flags = fields.flags;
  node.parent = fields.parent;
  node.security = fields.security;
  node.lastWritten = fields.lastWritten;
  node.setSubkeys(0, NO_CELL);
  node.setValues(0, NO_CELL);
  node.setClass(NO_CELL, 0);
  store.view.setUint32(store.position(offset) + 32, NO_CELL, true);
  node.writeName(fields.name);
  return node;
}
