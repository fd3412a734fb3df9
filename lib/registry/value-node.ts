// The value cell (vk): 20 bytes and the name; up to four bytes of data lie in the cell itself.
import type { CellStore } from './cell-store.ts';
import { encodeName } from './key-name.ts';
import { dataCells, viewData, writeData } from './value-cells.ts';

/** "vk", little-endian. */
const SIGNATURE = 0x6b76;
const VALUE_NODE_SIZE = 20;
/** Set in the size field when the data is in the next field. */
const INLINE = 0x80000000;
const FLAG_COMPRESSED_NAME = 1;
/** In layered hives: the value is deleted here, whatever the layer below has. */
const FLAG_TOMBSTONE = 2;

/** What a value cell says, without its data. */
export interface ValueNode {
  readonly offset: number;
  /** Empty for the default value. */
  readonly name: string;
  readonly type: number;
  readonly dataLength: number;
  readonly inline: boolean;
  readonly dataCell: number;
}

/** Reads a value cell. */
export function parseValueNode(store: CellStore, offset: number): ValueNode {
  const size = store.contentSize(offset, 'a value', VALUE_NODE_SIZE);
  const at = store.position(offset);
  const { view } = store;
  if (view.getUint16(at, true) !== SIGNATURE) throw store.corrupt(offset, 'a reference to a value leads to no value');
  const nameLength = view.getUint16(at + 2, true);
  if (nameLength > size - VALUE_NODE_SIZE) throw store.corrupt(offset + 6, 'a value name is longer than its cell');
  const compressed = (view.getUint16(at + 16, true) & FLAG_COMPRESSED_NAME) !== 0;
  if (!compressed && nameLength % 2 === 1) throw store.corrupt(offset + 6, 'a value name has half a character');
  const rawLength = view.getUint32(at + 4, true);
  const inline = rawLength >= INLINE;
  const dataLength = inline ? rawLength - INLINE : rawLength;
  if (inline && dataLength > 4) throw store.corrupt(offset + 8, `${dataLength} bytes cannot lie in a value cell`);
  const start = at + VALUE_NODE_SIZE;
  return {
    offset,
    name: store.bytes.toString(compressed ? 'latin1' : 'utf16le', start, start + nameLength),
    type: view.getUint32(at + 12, true),
    dataLength,
    inline,
    dataCell: view.getUint32(at + 8, true),
  };
}

/** A copy of the data of a value. */
export function readValueData(store: CellStore, value: ValueNode): Uint8Array {
  return Uint8Array.from(viewValueData(store, value));
}

/** The data of a value as it lies in the store, or put together when it lies in several cells. */
export function viewValueData(store: CellStore, value: ValueNode): Uint8Array {
  if (value.inline) {
    const at = store.position(value.offset) + 8;
    return store.bytes.subarray(at, at + value.dataLength);
  }
  if (value.dataLength === 0) return new Uint8Array(0);
  store.claims?.claim('data', value.offset, dataCells(store, value.dataCell, value.dataLength));
  return viewData(store, value.dataCell, value.dataLength);
}

/** Every cell a value takes, itself included. */
export function valueCells(store: CellStore, value: ValueNode): number[] {
  if (value.inline || value.dataLength === 0) return [value.offset];
  return [value.offset, ...dataCells(store, value.dataCell, value.dataLength)];
}

function writeValueData(store: CellStore, offset: number, type: number, data: Uint8Array, bigData: boolean): void {
  const inline = data.length <= 4;
  const cell = inline ? 0 : writeData(store, data, bigData);
  const at = store.position(offset);
  store.view.setUint32(at + 4, inline ? data.length + INLINE : data.length, true);
  store.view.setUint32(at + 8, cell, true);
  if (inline) store.bytes.set(data, at + 8);
  store.view.setUint32(at + 12, type, true);
}

/** Makes a value with its data. `bigData`: the hive's version splits data over 16,344 bytes. */
export function createValueNode(
  store: CellStore,
  name: string,
  type: number,
  data: Uint8Array,
  bigData: boolean,
): number {
  const { bytes, compressed } = encodeName(name);
  const offset = store.allocate(VALUE_NODE_SIZE + bytes.length);
  const at = store.position(offset);
  store.view.setUint16(at, SIGNATURE, true);
  store.view.setUint16(at + 2, bytes.length, true);
  store.view.setUint16(at + 16, compressed && bytes.length > 0 ? FLAG_COMPRESSED_NAME : 0, true);
  store.bytes.set(bytes, at + VALUE_NODE_SIZE);
  writeValueData(store, offset, type, data, bigData);
  return offset;
}

/** Replaces type and data; the old data cells are reused when nothing changes in size, else given back. */
export function replaceValueData(
  store: CellStore,
  value: ValueNode,
  type: number,
  data: Uint8Array,
  bigData: boolean,
): void {
  const old = valueCells(store, value).slice(1);
  if (old.length === 1 && value.dataLength === data.length) {
    store.bytes.set(data, store.position(value.dataCell));
    store.view.setUint32(store.position(value.offset) + 12, type, true);
    return;
  }
  for (const cell of old) store.free(cell);
  const flags = store.position(value.offset) + 16;
  store.view.setUint16(flags, store.view.getUint16(flags, true) & ~FLAG_TOMBSTONE, true);
  writeValueData(store, value.offset, type, data, bigData);
}
