// Security cells (sk): self-relative descriptors, shared by all keys that have the same one, counted, and linked into one
// ring. The table of a hive's descriptors is built when the first of them is set.
import type { CellStore } from './cell-store.ts';

/** "sk", little-endian. */
const SIGNATURE = 0x6b73;
const SECURITY_CELL_SIZE = 20;
/** A descriptor's header: revision, control, four offsets. */
const DESCRIPTOR_HEADER_SIZE = 20;

export interface SecurityCell {
  readonly offset: number;
  readonly next: number;
  readonly previous: number;
  readonly references: number;
  readonly length: number;
}

/** Reads the header of a security cell. */
export function parseSecurityCell(store: CellStore, offset: number): SecurityCell {
  const size = store.contentSize(offset, 'a security descriptor', SECURITY_CELL_SIZE);
  const at = store.position(offset);
  const { view } = store;
  if (view.getUint16(at, true) !== SIGNATURE) {
    throw store.corrupt(offset, 'a reference to a security descriptor leads to no security cell');
  }
  const length = view.getUint32(at + 16, true);
  if (length > size - SECURITY_CELL_SIZE) throw store.corrupt(offset + 20, 'a security descriptor exceeds its cell');
  return {
    offset,
    next: view.getUint32(at + 4, true),
    previous: view.getUint32(at + 8, true),
    references: view.getUint32(at + 12, true),
    length,
  };
}

/** A copy of the descriptor in a security cell. */
export function readDescriptor(store: CellStore, offset: number): Uint8Array {
  const { length } = parseSecurityCell(store, offset);
  const start = store.position(offset) + SECURITY_CELL_SIZE;
  return Uint8Array.from(store.bytes.subarray(start, start + length));
}

/** All cells of the ring, from one of them on. */
export function readRing(store: CellStore, first: number): SecurityCell[] {
  const ring: SecurityCell[] = [];
  const seen = new Set<number>();
  for (let at = first; !seen.has(at); at = ring.at(-1)!.next) {
    seen.add(at);
    const cell = parseSecurityCell(store, at);
    if (ring.length > 0 && cell.previous !== ring.at(-1)!.offset) {
      throw store.corrupt(at + 12, 'the ring of security cells is broken');
    }
    ring.push(cell);
  }
  if (ring.at(-1)!.next !== first || ring[0]!.previous !== ring.at(-1)!.offset) {
    throw store.corrupt(first + 8, 'the ring of security cells does not close');
  }
  return ring;
}

export class SecurityTable {
  private readonly store: CellStore;
  private readonly byContent = new Map<string, number>();

  constructor(store: CellStore, anyCell: number | undefined) {
    this.store = store;
    if (anyCell === undefined) return;
    for (const cell of readRing(store, anyCell)) {
      const content = this.contentOf(cell.offset, cell.length);
      if (!this.byContent.has(content)) this.byContent.set(content, cell.offset);
    }
  }

  private contentOf(offset: number, length: number): string {
    const start = this.store.position(offset) + SECURITY_CELL_SIZE;
    return this.store.bytes.toString('latin1', start, start + length);
  }

  /** One more key refers to a cell. */
  retain(offset: number): void {
    const { references } = parseSecurityCell(this.store, offset);
    this.setReferences(offset, references + 1);
  }

  private setReferences(offset: number, references: number): void {
    this.store.view.setUint32(this.store.position(offset) + 12, references, true);
  }

  /** One key less refers to a cell: the last one removes it from the ring. */
  release(offset: number): void {
    const cell = parseSecurityCell(this.store, offset);
    if (cell.references > 1 || cell.next === offset) {
      this.setReferences(offset, Math.max(0, cell.references - 1));
      return;
    }
    const content = this.contentOf(offset, cell.length);
    if (this.byContent.get(content) === offset) this.byContent.delete(content);
    this.link(cell.previous, cell.next);
    this.store.free(offset);
  }

  private link(first: number, second: number): void {
    this.store.view.setUint32(this.store.position(first) + 4, second, true);
    this.store.view.setUint32(this.store.position(second) + 8, first, true);
  }

  /** The cell of a descriptor with one more reference: an existing equal one, or a new one behind `neighbour`. */
  acquire(descriptor: Uint8Array, neighbour: number | undefined): number {
    const content = Buffer.from(descriptor).toString('latin1');
    const known = this.byContent.get(content);
    if (known !== undefined) {
      this.retain(known);
      return known;
    }
    const offset = this.store.allocate(SECURITY_CELL_SIZE + descriptor.length);
    const at = this.store.position(offset);
    this.store.view.setUint16(at, SIGNATURE, true);
    this.store.view.setUint32(at + 12, 1, true);
    this.store.view.setUint32(at + 16, descriptor.length, true);
    this.store.bytes.set(descriptor, at + SECURITY_CELL_SIZE);
    const next = neighbour === undefined ? offset : parseSecurityCell(this.store, neighbour).next;
    this.link(neighbour ?? offset, offset);
    this.link(offset, next);
    this.byContent.set(content, offset);
    return offset;
  }
}

/** Whether bytes can be a self-relative security descriptor: revision 1, the flag set, every part inside. */
export function isDescriptor(bytes: Uint8Array): boolean {
  if (bytes.length < DESCRIPTOR_HEADER_SIZE || bytes[0] !== 1 || (bytes[3]! & 0x80) === 0) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const [field, least] of [
    [4, 8],
    [8, 8],
    [12, 8],
    [16, 8],
  ] as const) {
    const part = view.getUint32(field, true);
    if (part !== 0 && (part < DESCRIPTOR_HEADER_SIZE || part > bytes.length - least)) return false;
  }
  return true;
}
