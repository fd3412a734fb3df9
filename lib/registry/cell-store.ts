// The bins of a hive as a store of cells. On opening, every bin and every cell header is walked once and the start of each
// cell noted in a bitmap, so that any offset found in a record can be checked in constant time: a reference that does not
// hit the start of an allocated cell is an error with its place, and nothing behind it is read.
import { BASE_BLOCK_SIZE } from './base-block.ts';
import type { CellClaims } from './cell-claims.ts';
import { hiveError } from './corrupt.ts';
import { FreeCells } from './free-cells.ts';

/** "No cell" in every reference field. */
export const NO_CELL = 0xffffffff;
/** "hbin", little-endian. */
const BIN_SIGNATURE = 0x6e696268;
const BIN_HEADER_SIZE = 32;
const PAGE = 4096;
/** Bins end below 2 GiB: the top bit of a reference means volatile storage. */
const MAX_DATA_LENGTH = 0x7ffff000;

export interface CellStoreOptions {
  /** The name used in errors. */
  readonly file?: string | undefined;
  /** The bytes are the store's to change; otherwise they are copied before the first change. */
  readonly adopt?: boolean | undefined;
  /** Called with bytes of its own that it needs no more, for one who frees them at once. */
  readonly release?: ((bytes: Uint8Array) => void) | undefined;
}

export class CellStore {
  /** Base block and bins; longer than both together once the hive has grown. */
  bytes: Buffer;
  view: DataView;
  dataLength: number;
  readonly file: string | undefined;
  /** One bit per 8 bytes of bins data: a cell starts here. */
  private starts: Uint32Array;
  /** One byte per page: a bin starts here. */
  private binStarts: Uint8Array;
  /** Until the first edit of a hive that was opened: then all of it has been examined. */
  claims: CellClaims | undefined;
  private freeCells: FreeCells | undefined;
  private owned: boolean;
  private readonly release: ((bytes: Uint8Array) => void) | undefined;

  constructor(bytes: Uint8Array, dataLength: number, options: CellStoreOptions = {}) {
    const { file, adopt = false, release } = options;
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.dataLength = dataLength;
    this.file = file;
    this.owned = adopt;
    this.release = release;
    this.starts = new Uint32Array((dataLength >>> 8) + 1);
    this.binStarts = new Uint8Array(dataLength / PAGE);
    this.scan();
  }

  private scan(): void {
    const { view, dataLength, starts } = this;
    let bin = 0;
    while (bin < dataLength) {
      const at = BASE_BLOCK_SIZE + bin;
      if (view.getUint32(at, true) !== BIN_SIGNATURE) throw this.corrupt(bin, 'a bin does not start with "hbin"');
      if (view.getUint32(at + 4, true) !== bin) throw this.corrupt(bin + 4, 'a bin gives another place than its own');
      const size = view.getUint32(at + 8, true);
      if (size === 0 || size % PAGE !== 0 || size > dataLength - bin) {
        throw this.corrupt(bin + 8, `a bin of ${size} bytes is not possible here`);
      }
      this.binStarts[bin / PAGE] = 1;
      const end = bin + size;
      for (let cell = bin + BIN_HEADER_SIZE; cell < end; ) {
        const raw = view.getInt32(BASE_BLOCK_SIZE + cell, true);
        const length = raw < 0 ? -raw : raw;
        if (length < 8 || length % 8 !== 0 || length > end - cell) {
          throw this.corrupt(cell, `a cell of ${length} bytes is not possible here`);
        }
        starts[cell >>> 8]! |= 1 << ((cell >>> 3) & 31);
        cell += length;
      }
      bin = end;
    }
  }

  /** An error at an offset in the bins. */
  corrupt(offset: number, message: string): Error {
    return hiveError('Corrupt', this.file, BASE_BLOCK_SIZE + offset, message);
  }

  private isStart(offset: number): boolean {
    return (
      (offset & 7) === 0 && offset < this.dataLength && (this.starts[offset >>> 8]! >>> ((offset >>> 3) & 31)) % 2 === 1
    );
  }

  /** The bytes a referenced cell can hold; throws unless it is allocated and at least `least` long. */
  contentSize(offset: number, what: string, least = 0): number {
    if (!this.isStart(offset)) throw this.corrupt(offset, `a reference to ${what} does not lead to a cell`);
    const raw = this.view.getInt32(BASE_BLOCK_SIZE + offset, true);
    if (raw >= 0) throw this.corrupt(offset, `a reference to ${what} leads to a free cell`);
    const size = -raw - 4;
    if (size < least) throw this.corrupt(offset, `the cell of ${what} is too short`);
    return size;
  }

  /** Where the content of a cell starts in `bytes`. */
  position(offset: number): number {
    return BASE_BLOCK_SIZE + offset + 4;
  }

  /** Copies the bytes before the first change, so that the caller's array stays as it is. */
  own(): void {
    if (this.owned) return;
    this.replaceBytes(BASE_BLOCK_SIZE + this.dataLength);
    this.owned = true;
  }

  private replaceBytes(capacity: number): void {
    const old = this.bytes;
    const bytes = Buffer.alloc(capacity);
    old.copy(bytes, 0, 0, BASE_BLOCK_SIZE + this.dataLength);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.owned) this.release?.(old);
  }

  private sizeAt(offset: number): number {
    return this.view.getInt32(BASE_BLOCK_SIZE + offset, true);
  }

  private loadFreeCells(): FreeCells {
    if (this.freeCells) return this.freeCells;
    const cells = new FreeCells((offset, size) => this.isStart(offset) && this.sizeAt(offset) === size);
    for (let offset = 0; offset < this.dataLength; ) {
      if (offset % PAGE === 0 && this.binStarts[offset / PAGE]) offset += BIN_HEADER_SIZE;
      const size = this.sizeAt(offset);
      if (size > 0) cells.add(offset, size);
      offset += size < 0 ? -size : size;
    }
    this.freeCells = cells;
    return cells;
  }

  /** Takes a cell for `contentSize` bytes, zero filled: the best fit among the free ones, or a new bin. */
  allocate(contentSize: number): number {
    this.own();
    const size = Math.max(8, Math.ceil((contentSize + 4) / 8) * 8);
    const cells = this.loadFreeCells();
    const offset = cells.take(size) ?? this.grow(size);
    const rest = this.sizeAt(offset) - size;
    if (rest > 0) {
      this.setCell(offset + size, rest);
      cells.add(offset + size, rest);
    }
    this.view.setInt32(BASE_BLOCK_SIZE + offset, -size, true);
    this.bytes.fill(0, this.position(offset), this.position(offset) + size - 4);
    return offset;
  }

  /** Gives a cell back and merges it with its free neighbours in the same bin. */
  free(offset: number): void {
    this.own();
    const cells = this.loadFreeCells();
    let start = offset;
    let size = this.contentSize(offset, 'a cell to be freed') + 4;
    const next = start + size;
    if (next < this.dataLength && !this.isBinStart(next) && this.sizeAt(next) > 0) {
      size += this.sizeAt(next);
      this.clearStart(next);
    }
    const previous = this.previousCell(offset);
    if (previous !== undefined && this.sizeAt(previous) > 0) {
      size += this.sizeAt(previous);
      this.clearStart(offset);
      start = previous;
    }
    this.setCell(start, size);
    cells.add(start, size);
  }

  private isBinStart(offset: number): boolean {
    return offset % PAGE === 0 && this.binStarts[offset / PAGE] === 1;
  }

  /** The cell that ends where this one starts, found backwards through the bitmap. */
  private previousCell(offset: number): number | undefined {
    if (this.isBinStart(offset - BIN_HEADER_SIZE)) return undefined;
    let bit = (offset >>> 3) - 1;
    let word = (this.starts[bit >>> 5]! << (31 - (bit & 31))) >>> 0;
    while (word === 0) {
      bit -= (bit & 31) + 1;
      word = this.starts[bit >>> 5]!;
    }
    return (bit - Math.clz32(word)) * 8;
  }

  private clearStart(offset: number): void {
    this.starts[offset >>> 8]! &= ~(1 << ((offset >>> 3) & 31));
  }

  private setCell(offset: number, size: number): void {
    this.starts[offset >>> 8]! |= 1 << ((offset >>> 3) & 31);
    this.view.setInt32(BASE_BLOCK_SIZE + offset, size, true);
  }

  /** Appends a bin with one free cell that holds `size` bytes, and returns that cell. */
  private grow(size: number): number {
    const bin = this.dataLength;
    const length = Math.ceil((size + BIN_HEADER_SIZE) / PAGE) * PAGE;
    if (bin + length > MAX_DATA_LENGTH) {
      throw hiveError('LimitExceeded', this.file, BASE_BLOCK_SIZE + bin, 'it would grow beyond 2 GiB');
    }
    const needed = BASE_BLOCK_SIZE + bin + length;
    if (needed > this.bytes.length)
      this.replaceBytes(Math.ceil(Math.max(needed, this.bytes.length * 1.25) / PAGE) * PAGE);
    this.dataLength = bin + length;
    if (this.starts.length < (this.dataLength >>> 8) + 1) {
      const starts = new Uint32Array((this.bytes.length >>> 8) + 1);
      starts.set(this.starts);
      this.starts = starts;
      const binStarts = new Uint8Array(this.bytes.length / PAGE);
      binStarts.set(this.binStarts);
      this.binStarts = binStarts;
    }
    const at = BASE_BLOCK_SIZE + bin;
    // Files may have bytes after their last bin.
    this.bytes.fill(0, at, at + length);
    this.view.setUint32(at, BIN_SIGNATURE, true);
    this.view.setUint32(at + 4, bin, true);
    this.view.setUint32(at + 8, length, true);
    this.binStarts[bin / PAGE] = 1;
    this.setCell(bin + BIN_HEADER_SIZE, length - BIN_HEADER_SIZE);
    return bin + BIN_HEADER_SIZE;
  }

  /** Bytes in free cells, for statistics. */
  freeBytes(): number {
    let sum = 0;
    for (let offset = 0; offset < this.dataLength; ) {
      if (this.isBinStart(offset)) offset += BIN_HEADER_SIZE;
      const size = this.sizeAt(offset);
      if (size > 0) sum += size;
      offset += Math.abs(size);
    }
    return sum;
  }
}
