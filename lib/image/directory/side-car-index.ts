// The index of a side-car: which file of the tree is which entry of tree.wim, and how to recognise that nobody has touched
// it since. The layout is in native/wim/capture/FORMAT.md, "Side-car".
import { createHash } from 'node:crypto';
import { DismError } from '../../base/error.ts';
import type { DiskStatus } from './disk-status.ts';

const MAGIC = 'ODSIDECR';
const VERSION = 1;
const HEADER_SIZE = 64;
const RECORD_SIZE = 56;
const DIGEST_SIZE = 20;
/** Flag of a record: no metadata belongs to the entry, it is there for what lies below it. */
export const NO_METADATA = 1;
/** Flag of an index: files with READONLY are without write permission. */
export const MODES_SHOW_READ_ONLY = 1;
const SECOND = 1_000_000_000n;

const typeBits: Readonly<Record<DiskStatus['kind'], number>> = { file: 0o100000, directory: 0o040000, link: 0o120000 };
const FORMAT_MASK = 0o170000;

/** What a record tells of the file, so that it is recognised. Times in nanoseconds since 1970. */
export interface RecordedFile {
  readonly kind: DiskStatus['kind'] | undefined;
  readonly inode: bigint;
  readonly size: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
}

/** What is recorded of a file as it lies on the disk. */
export function recordedFile({ kind, inode, storedSize, modified, changed }: DiskStatus): RecordedFile {
  return { kind, inode, size: storedSize, modified, changed };
}

/** A record to write anew. */
export interface NewRecord {
  /** The name on the disk. */
  readonly name: string;
  readonly flags: number;
  readonly file: RecordedFile;
}

/** Whether a file is the one of a record, as it was then; a directory always is. */
export function isUnchanged(record: RecordedFile, status: DiskStatus): boolean {
  if (record.kind !== status.kind) return false;
  return (
    status.kind === 'directory' ||
    (record.inode === status.inode &&
      record.size === status.storedSize &&
      record.modified === status.modified &&
      record.changed === status.changed)
  );
}

/** A parsed index; records are decoded when they are asked for. */
export class SideCarIndex {
  readonly guid: Uint8Array;
  readonly flags: number;
  readonly count: number;
  readonly #bytes: Buffer;
  readonly #names: number;

  private constructor(bytes: Buffer, count: number, names: number) {
    this.#bytes = bytes;
    this.#names = names;
    this.count = count;
    this.guid = bytes.subarray(16, 32);
    this.flags = bytes.readUInt32LE(36);
  }

  /** Throws Corrupt with the offset of what is wrong. */
  static parse(bytes: Buffer, file: string): SideCarIndex {
    const bad = (what: string, Offset: number): DismError =>
      new DismError('Corrupt', `${file}: ${what}. Remove the side-car to do without it.`, { File: file, Offset });
    if (bytes.length < HEADER_SIZE + DIGEST_SIZE || bytes.toString('latin1', 0, 8) !== MAGIC) {
      throw bad('it is not the index of a side-car', 0);
    }
    if (bytes.readUInt32LE(8) !== VERSION) throw bad('it has an unknown version', 8);
    const count = bytes.readUInt32LE(32);
    const names = HEADER_SIZE + count * RECORD_SIZE;
    const end = bytes.length - DIGEST_SIZE;
    if (BigInt(names) + bytes.readBigUInt64LE(40) !== BigInt(end)) throw bad('its sizes do not add up', 32);
    if (!createHash('sha1').update(bytes.subarray(0, end)).digest().equals(bytes.subarray(end))) {
      throw bad('its digest does not match', end);
    }
    for (let i = 0; i < count; i++) {
      const at = HEADER_SIZE + i * RECORD_SIZE;
      const nameEnd = names + bytes.readUInt32LE(at + 4) + bytes.readUInt16LE(at + 8);
      if ((i > 0 && bytes.readUInt32LE(at) >= i) || nameEnd > end) throw bad('a record points outside', at);
    }
    return new SideCarIndex(bytes, count, names);
  }

  /** The record of the directory that an entry lies in. */
  parent(record: number): number {
    return this.#bytes.readUInt32LE(HEADER_SIZE + record * RECORD_SIZE);
  }

  /** The name on the disk. */
  name(record: number): string {
    return this.nameBytes(record).toString('utf8');
  }

  nameBytes(record: number): Buffer {
    const at = HEADER_SIZE + record * RECORD_SIZE;
    const start = this.#names + this.#bytes.readUInt32LE(at + 4);
    return this.#bytes.subarray(start, start + this.#bytes.readUInt16LE(at + 8));
  }

  hasMetadata(record: number): boolean {
    return (this.#bytes.readUInt16LE(HEADER_SIZE + record * RECORD_SIZE + 10) & NO_METADATA) === 0;
  }

  inode(record: number): bigint {
    return this.#bytes.readBigUInt64LE(HEADER_SIZE + record * RECORD_SIZE + 16);
  }

  file(record: number): RecordedFile {
    return readFileFields(this.#bytes, HEADER_SIZE + record * RECORD_SIZE);
  }

  /** The bytes of a record. */
  bytes(record: number): Buffer {
    const at = HEADER_SIZE + record * RECORD_SIZE;
    return this.#bytes.subarray(at, at + RECORD_SIZE);
  }
}

function readFileFields(bytes: Buffer, at: number): RecordedFile {
  const type = bytes.readUInt32LE(at + 12) & FORMAT_MASK;
  return {
    kind: (Object.keys(typeBits) as DiskStatus['kind'][]).find((kind) => typeBits[kind] === type),
    inode: bytes.readBigUInt64LE(at + 16),
    size: bytes.readBigUInt64LE(at + 24),
    modified: bytes.readBigInt64LE(at + 32) * SECOND + BigInt(bytes.readUInt32LE(at + 48)),
    changed: bytes.readBigInt64LE(at + 40) * SECOND + BigInt(bytes.readUInt32LE(at + 52)),
  };
}

function writeFileFields(bytes: Buffer, at: number, file: RecordedFile): void {
  const seconds = (time: bigint): bigint => (time - (((time % SECOND) + SECOND) % SECOND)) / SECOND;
  const rest = (time: bigint): number => Number(((time % SECOND) + SECOND) % SECOND);
  bytes.writeUInt32LE(file.kind === undefined ? 0 : typeBits[file.kind], at + 12);
  bytes.writeBigUInt64LE(file.inode, at + 16);
  bytes.writeBigUInt64LE(file.size, at + 24);
  bytes.writeBigInt64LE(seconds(file.modified), at + 32);
  bytes.writeBigInt64LE(seconds(file.changed), at + 40);
  bytes.writeUInt32LE(rest(file.modified), at + 48);
  bytes.writeUInt32LE(rest(file.changed), at + 52);
}

/**
 * The bytes of an index.
 *
 * @param parents for each record, in pre-order, that of its directory.
 * @param recordAt what the record is to be: a new one, or that of this number in `old`.
 */
export function writeIndex(
  identity: { readonly guid: Uint8Array; readonly flags: number },
  parents: Uint32Array,
  old: SideCarIndex | undefined,
  recordAt: (place: number) => NewRecord | number,
): Buffer {
  const count = parents.length;
  let namesSize = 0;
  for (let i = 0; i < count; i++) {
    const record = recordAt(i);
    namesSize += typeof record === 'number' ? old!.nameBytes(record).length : Buffer.byteLength(record.name);
  }
  const names = HEADER_SIZE + count * RECORD_SIZE;
  const bytes = Buffer.alloc(names + namesSize + DIGEST_SIZE);
  bytes.write(MAGIC, 'latin1');
  bytes.writeUInt32LE(VERSION, 8);
  bytes.writeUInt32LE(HEADER_SIZE, 12);
  bytes.set(identity.guid, 16);
  bytes.writeUInt32LE(count, 32);
  bytes.writeUInt32LE(identity.flags, 36);
  bytes.writeBigUInt64LE(BigInt(namesSize), 40);
  let nameOffset = 0;
  for (let i = 0; i < count; i++) {
    const at = HEADER_SIZE + i * RECORD_SIZE;
    const record = recordAt(i);
    const name = typeof record === 'number' ? old!.nameBytes(record) : Buffer.from(record.name);
    if (typeof record === 'number') bytes.set(old!.bytes(record), at);
    else {
      bytes.writeUInt16LE(record.flags, at + 10);
      writeFileFields(bytes, at, record.file);
    }
    bytes.writeUInt32LE(parents[i]!, at);
    bytes.writeUInt32LE(nameOffset, at + 4);
    bytes.writeUInt16LE(name.length, at + 8);
    bytes.set(name, names + nameOffset);
    nameOffset += name.length;
  }
  return sealIndex(bytes);
}

/** Sets what is recorded of a file. `sealIndex` afterwards. */
export function setRecordedFile(bytes: Buffer, record: number, file: RecordedFile): void {
  writeFileFields(bytes, HEADER_SIZE + record * RECORD_SIZE, file);
}

/** Makes the digest at the end that of what is before it. */
export function sealIndex(bytes: Buffer): Buffer {
  const end = bytes.length - DIGEST_SIZE;
  bytes.set(createHash('sha1').update(bytes.subarray(0, end)).digest(), end);
  return bytes;
}
