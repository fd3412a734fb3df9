// The base block: the first 4,096 bytes of a hive, and the first 512 of its transaction logs.
import { hiveError } from './corrupt.ts';

export const BASE_BLOCK_SIZE = 4096;
/** "regf", little-endian. */
const SIGNATURE = 0x66676572;
/** Bytes the checksum covers; it is stored right behind them. */
const CHECKSUM_OFFSET = 508;

/** Kinds of file that start with a base block. */
export const FileType = { Primary: 0, OldLog: 1, OldLogNt: 2, NewLog: 6 } as const;

/** Transactions of the kernel transaction manager were open when the hive was last written. */
export const FLAG_PENDING_TRANSACTIONS = 1;

export interface BaseBlock {
  readonly primarySequence: number;
  readonly secondarySequence: number;
  /** FILETIME ticks; not kept up to date since Windows 8.1. */
  readonly lastWritten: bigint;
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly fileType: number;
  readonly format: number;
  readonly rootCell: number;
  /** Size of the bins that follow. */
  readonly dataLength: number;
  readonly flags: number;
  readonly checksumMatches: boolean;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** XOR of the first 127 words; the values -1 and 0 are reserved (0 becomes 1, -1 becomes -2). */
export function baseBlockChecksum(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  let sum = 0;
  for (let offset = 0; offset < CHECKSUM_OFFSET; offset += 4) sum ^= view.getUint32(offset, true);
  sum >>>= 0;
  return sum === 0xffffffff ? 0xfffffffe : sum === 0 ? 1 : sum;
}

/** Whether the bytes start as a hive or one of its logs does. */
export function isRegistryFile(bytes: Uint8Array): boolean {
  return bytes.length >= 512 && viewOf(bytes).getUint32(0, true) === SIGNATURE;
}

/** Reads the fields; throws only where there is no base block at all. */
export function parseBaseBlock(bytes: Uint8Array, file?: string): BaseBlock {
  if (bytes.length < 512) throw hiveError('Truncated', file, bytes.length, 'it ends inside the base block');
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== SIGNATURE) {
    throw hiveError('Corrupt', file, 0, 'it does not start with "regf", so it is not a registry hive');
  }
  return {
    primarySequence: view.getUint32(4, true),
    secondarySequence: view.getUint32(8, true),
    lastWritten: view.getBigUint64(12, true),
    majorVersion: view.getUint32(20, true),
    minorVersion: view.getUint32(24, true),
    fileType: view.getUint32(28, true),
    format: view.getUint32(32, true),
    rootCell: view.getUint32(36, true),
    dataLength: view.getUint32(40, true),
    flags: view.getUint32(144, true),
    checksumMatches: view.getUint32(CHECKSUM_OFFSET, true) === baseBlockChecksum(bytes),
  };
}

/** Throws unless version, format and the size of the bins are ones this code can read. */
export function requireReadable(base: BaseBlock, fileSize: number, file?: string): void {
  if (base.majorVersion !== 1 || base.minorVersion < 3 || base.minorVersion > 6) {
    const version = `${base.majorVersion}.${base.minorVersion}`;
    throw hiveError('UnsupportedVersion', file, 20, `version ${version} is not one of 1.3 to 1.6`);
  }
  if (base.fileType !== FileType.Primary) throw hiveError('Corrupt', file, 28, 'it is a transaction log, not a hive');
  if (base.format !== 1) throw hiveError('UnsupportedVersion', file, 32, `format ${base.format} is not known`);
  if (base.dataLength === 0 || base.dataLength % 4096 !== 0 || base.dataLength > 0x7fffffff) {
    throw hiveError('Corrupt', file, 40, `the size of its bins, ${base.dataLength}, is not possible`);
  }
  if (BASE_BLOCK_SIZE + base.dataLength > fileSize) {
    throw hiveError('Truncated', file, fileSize, `it ends before its ${base.dataLength} bytes of bins`);
  }
}

/** The fields a writer sets. */
export interface BaseBlockUpdate {
  readonly sequence: number;
  readonly lastWritten: bigint;
  readonly rootCell: number;
  readonly dataLength: number;
}

/** Writes both sequence numbers, the other fields and the checksum; everything else keeps its bytes. */
export function updateBaseBlock(bytes: Uint8Array, update: BaseBlockUpdate): void {
  const view = viewOf(bytes);
  view.setUint32(4, update.sequence, true);
  view.setUint32(8, update.sequence, true);
  view.setBigUint64(12, update.lastWritten, true);
  view.setUint32(28, FileType.Primary, true);
  view.setUint32(36, update.rootCell, true);
  view.setUint32(40, update.dataLength, true);
  view.setUint32(CHECKSUM_OFFSET, baseBlockChecksum(bytes), true);
}

/** A fresh base block: version 1.`minor`, sequence numbers 1. */
export function createBaseBlock(bytes: Uint8Array, minor: number, update: BaseBlockUpdate): void {
  bytes.fill(0, 0, BASE_BLOCK_SIZE);
  const view = viewOf(bytes);
  view.setUint32(0, SIGNATURE, true);
  view.setUint32(20, 1, true);
  view.setUint32(24, minor, true);
  view.setUint32(32, 1, true);
  view.setUint32(44, 1, true);
  updateBaseBlock(bytes, update);
}
