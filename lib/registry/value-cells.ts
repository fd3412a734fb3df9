// The data of a value outside its value cell: one cell, or, over 16,344 bytes in hives of version 1.4 and later, a big
// data record (db): a list of segments of 16,344 bytes each, the last with the rest.
import type { CellStore } from './cell-store.ts';

/** Bytes in each segment but the last. */
export const SEGMENT_SIZE = 16_344;
/** "db", little-endian. */
const SIGNATURE = 0x6264;
const RECORD_SIZE = 8;

interface Segments {
  readonly list: number;
  readonly cells: readonly number[];
}

/** The segments of a big data record; undefined when the data lies in the cell itself. */
function segmentsOf(store: CellStore, cell: number, length: number): Segments | undefined {
  const size = store.contentSize(cell, 'value data');
  if (size >= length) return undefined;
  const at = store.position(cell);
  if (length <= SEGMENT_SIZE || size < RECORD_SIZE || store.view.getUint16(at, true) !== SIGNATURE) {
    throw store.corrupt(cell, `a cell of ${size} bytes cannot hold value data of ${length} bytes`);
  }
  const count = store.view.getUint16(at + 2, true);
  if (count !== Math.ceil(length / SEGMENT_SIZE)) {
    throw store.corrupt(cell + 6, `${count} segments do not hold exactly ${length} bytes of value data`);
  }
  const list = store.view.getUint32(at + 4, true);
  store.contentSize(list, 'a list of data segments', count * 4);
  const cells: number[] = [];
  for (let i = 0; i < count; i++) {
    const segment = store.view.getUint32(store.position(list) + i * 4, true);
    store.contentSize(segment, 'a data segment', Math.min(SEGMENT_SIZE, length - i * SEGMENT_SIZE));
    cells.push(segment);
  }
  if (new Set(cells).size !== count) throw store.corrupt(list, 'a data segment is listed twice');
  return { list, cells };
}

/** The data behind a value's data reference: a view of the cell, or the parts of big data put together. */
export function viewData(store: CellStore, cell: number, length: number): Uint8Array {
  const segments = segmentsOf(store, cell, length);
  if (!segments) {
    const at = store.position(cell);
    return store.bytes.subarray(at, at + length);
  }
  const data = new Uint8Array(length);
  segments.cells.forEach((segment, i) => {
    const at = store.position(segment);
    const size = Math.min(SEGMENT_SIZE, length - i * SEGMENT_SIZE);
    data.set(store.bytes.subarray(at, at + size), i * SEGMENT_SIZE);
  });
  return data;
}

/** The cells behind a value's data reference. */
export function dataCells(store: CellStore, cell: number, length: number): number[] {
  const segments = segmentsOf(store, cell, length);
  return segments ? [cell, segments.list, ...segments.cells] : [cell];
}

/** Writes data of more than four bytes and returns the cell to refer to. */
export function writeData(store: CellStore, data: Uint8Array, bigData: boolean): number {
  if (!bigData || data.length <= SEGMENT_SIZE) {
    const cell = store.allocate(data.length);
    store.bytes.set(data, store.position(cell));
    return cell;
  }
  const count = Math.ceil(data.length / SEGMENT_SIZE);
  const record = store.allocate(RECORD_SIZE);
  const list = store.allocate(count * 4);
  for (let i = 0; i < count; i++) {
    const part = data.subarray(i * SEGMENT_SIZE, (i + 1) * SEGMENT_SIZE);
    const segment = store.allocate(part.length);
    store.bytes.set(part, store.position(segment));
    store.view.setUint32(store.position(list) + i * 4, segment, true);
  }
  const at = store.position(record);
  store.view.setUint16(at, SIGNATURE, true);
  store.view.setUint16(at + 2, count, true);
  store.view.setUint32(at + 4, list, true);
  return record;
}
