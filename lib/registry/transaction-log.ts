// Transaction logs of a hive, both formats: dirty 512-byte sectors behind a bitmap ("DIRT", up to Windows 8), and a
// sequence of hashed entries ("HvLE", Windows 8.1 and later).
import { type BaseBlock, FileType, isRegistryFile, parseBaseBlock } from './base-block.ts';
import { marvin32 } from './marvin32.ts';

const SECTOR = 512;
/** "DIRT", little-endian. */
const DIRTY_VECTOR_SIGNATURE = 0x54524944;
/** "HvLE", little-endian. */
const ENTRY_SIGNATURE = 0x454c7648;
const ENTRY_HEADER_SIZE = 40;

/** Bytes to be laid over the bins. */
export interface LogPage {
  /** In the bins data. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** One step of a new-format log, or all of an old-format one. */
export interface LogEntry {
  readonly sequence: number;
  /** Size of the bins data after this step. */
  readonly dataLength: number;
  readonly pages: readonly LogPage[];
}

export interface TransactionLog {
  readonly kind: 'old' | 'new';
  readonly base: BaseBlock;
  /** The first 512 bytes: the backup of the hive's base block. */
  readonly baseBytes: Uint8Array;
  readonly entries: readonly LogEntry[];
}

/** Reads a log; undefined for a file that is none, or whose base block does not match its checksum. */
export function parseTransactionLog(bytes: Uint8Array): TransactionLog | undefined {
  if (!isRegistryFile(bytes)) return undefined;
  const base = parseBaseBlock(bytes);
  if (!base.checksumMatches || base.dataLength % 4096 !== 0 || base.dataLength > 0x7fffffff) return undefined;
  const baseBytes = bytes.subarray(0, SECTOR);
  if (base.fileType === FileType.NewLog) {
    return { kind: 'new', base, baseBytes, entries: parseEntries(bytes) };
  }
  if (base.fileType !== FileType.OldLog && base.fileType !== FileType.OldLogNt) return undefined;
  if (base.primarySequence !== base.secondarySequence) return undefined;
  const entry = parseDirtyVector(bytes, base);
  return entry && { kind: 'old', base, baseBytes, entries: [entry] };
}

/** Entries from the first sector on, up to the first that is not whole or does not follow the one before. */
function parseEntries(bytes: Uint8Array): LogEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: LogEntry[] = [];
  for (let at = SECTOR; at + ENTRY_HEADER_SIZE <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const entry = parseEntry(bytes, view, at, size);
    if (!entry || (entries.length > 0 && entry.sequence !== entries.at(-1)!.sequence + 1)) break;
    entries.push(entry);
    at += size;
  }
  return entries;
}

function parseEntry(bytes: Uint8Array, view: DataView, at: number, size: number): LogEntry | undefined {
  if (view.getUint32(at, true) !== ENTRY_SIGNATURE) return undefined;
  if (size < SECTOR || size % SECTOR !== 0 || size > bytes.length - at) return undefined;
  const [headLow, headHigh] = marvin32(bytes, at, at + 32);
  if (view.getUint32(at + 32, true) !== headLow || view.getUint32(at + 36, true) !== headHigh) return undefined;
  const [bodyLow, bodyHigh] = marvin32(bytes, at + ENTRY_HEADER_SIZE, at + size);
  if (view.getUint32(at + 24, true) !== bodyLow || view.getUint32(at + 28, true) !== bodyHigh) return undefined;
  const dataLength = view.getUint32(at + 16, true);
  const count = view.getUint32(at + 20, true);
  if (dataLength % 4096 !== 0 || dataLength > 0x7fffffff || count > (size - ENTRY_HEADER_SIZE) / 8) return undefined;
  const pages: LogPage[] = [];
  let from = at + ENTRY_HEADER_SIZE + count * 8;
  for (let i = 0; i < count; i++) {
    const offset = view.getUint32(at + ENTRY_HEADER_SIZE + i * 8, true);
    const length = view.getUint32(at + ENTRY_HEADER_SIZE + i * 8 + 4, true);
    if (offset + length > dataLength || from + length > at + size) return undefined;
    pages.push({ offset, bytes: bytes.subarray(from, from + length) });
    from += length;
  }
  return { sequence: view.getUint32(at + 12, true), dataLength, pages };
}

function parseDirtyVector(bytes: Uint8Array, base: BaseBlock): LogEntry | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bitmapSize = base.dataLength / 4096;
  const bitmap = SECTOR + 4;
  if (bitmap + bitmapSize > bytes.length || view.getUint32(SECTOR, true) !== DIRTY_VECTOR_SIGNATURE) return undefined;
  const pages: LogPage[] = [];
  let from = Math.ceil((bitmap + bitmapSize) / SECTOR) * SECTOR;
  for (let bit = 0; bit < bitmapSize * 8; bit++) {
    if (((bytes[bitmap + (bit >>> 3)]! >>> (bit & 7)) & 1) === 0) continue;
    if (from + SECTOR > bytes.length) return undefined;
    pages.push({ offset: bit * SECTOR, bytes: bytes.subarray(from, from + SECTOR) });
    from += SECTOR;
  }
  return { sequence: base.primarySequence, dataLength: base.dataLength, pages };
}
