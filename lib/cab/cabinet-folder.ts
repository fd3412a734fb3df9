// The contents of one folder of a cabinet: its data blocks, checked and unpacked. FORMAT.md says what the bytes are.
import { inflateRawSync } from 'node:zlib';
import { cabError } from './cab-error.ts';

export interface CabinetFolder {
  /** Offset of the first data block in the cabinet. */
  readonly start: number;
  readonly blockCount: number;
  /** As stored: kind in the low four bits. */
  readonly compression: number;
  /** Bytes between the header of a block and its data. */
  readonly dataReserve: number;
}

const BLOCK = 0x8000;
/** Bytes that a folder may unpack to; 65,535 blocks of 32 KiB would be two gigabytes. */
const MAX_CONTENTS = 256 << 20;
const refused: Readonly<Record<number, string>> = { 2: 'Quantum', 3: 'LZX' };

/** XOR of 32-bit words; what is left at the end counts with its first byte highest. */
function checksum(bytes: Uint8Array, seed: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = seed;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) sum ^= view.getUint32(at, true);
  let rest = 0;
  for (; at < bytes.length; at++) rest = (rest << 8) | bytes[at]!;
  return (sum ^ rest) >>> 0;
}

/** All of a folder. Throws Corrupt, Truncated, LimitExceeded, UnsupportedVersion, with the offset in the cabinet. */
export function unpackFolder(cabinet: Uint8Array, folder: CabinetFolder, file: string): Uint8Array {
  const kind = folder.compression & 15;
  if (kind > 1) {
    const problem = `it is compressed with ${refused[kind] ?? `method ${kind}`}, which is not supported: unpack it first`;
    throw cabError('UnsupportedVersion', file, folder.start, problem);
  }
  const view = new DataView(cabinet.buffer, cabinet.byteOffset, cabinet.byteLength);
  const blocks: Uint8Array[] = [];
  let total = 0;
  let before: Uint8Array = new Uint8Array();
  let at = folder.start;
  for (let number = 0; number < folder.blockCount; number++) {
    const head = at;
    if (head + 8 + folder.dataReserve > cabinet.length) {
      throw cabError('Truncated', file, head, `${folder.blockCount - number} data blocks are missing`);
    }
    const packedSize = view.getUint16(head + 4, true);
    const size = view.getUint16(head + 6, true);
    const start = head + 8 + folder.dataReserve;
    at = start + packedSize;
    if (at > cabinet.length) throw cabError('Truncated', file, head, 'a data block is not complete');
    if (size === 0 || size > BLOCK) {
      const problem = size === 0 ? 'a data block goes on in another cabinet' : `a data block of ${size} bytes`;
      throw cabError(size === 0 ? 'UnsupportedVersion' : 'Corrupt', file, head, problem);
    }
    const stated = view.getUint32(head, true);
    const data = cabinet.subarray(start, at);
    if (stated !== 0 && checksum(cabinet.subarray(head + 4, start), checksum(data, 0)) !== stated) {
      throw cabError('Corrupt', file, head, 'the checksum of a data block is wrong');
    }
    const block = kind === 0 ? data : unpackMszip(data, before, size, file, start);
    if (block.length !== size) throw cabError('Corrupt', file, head, `${block.length} bytes instead of ${size}`);
    total += size;
    if (total > MAX_CONTENTS) throw cabError('LimitExceeded', file, head, `more than ${MAX_CONTENTS} bytes`);
    blocks.push(block);
    before = size === BLOCK ? block : Buffer.concat([before, block]).subarray(-BLOCK);
  }
  return Buffer.concat(blocks, total);
}

function unpackMszip(data: Uint8Array, before: Uint8Array, size: number, file: string, at: number): Uint8Array {
  if (data[0] !== 0x43 || data[1] !== 0x4b) throw cabError('Corrupt', file, at, 'a data block is not MSZIP');
  try {
    const dictionary = before.length === 0 ? {} : { dictionary: before };
    return inflateRawSync(data.subarray(2), { ...dictionary, maxOutputLength: size });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw cabError('Corrupt', file, at, `a data block cannot be unpacked: ${error.message}`);
  }
}
