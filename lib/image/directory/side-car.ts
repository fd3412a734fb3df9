// The side-car of an applied tree, for reading: what the file system could not hold. `tree.wim` has the entries of the
// image, `index` says which file is which entry (native/wim/capture/FORMAT.md, "Side-car").
import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DismError } from '../../base/error.ts';
import { FileTime } from '../../base/file-time.ts';
import { fromSystemError } from '../../base/system-error.ts';
import type { ListedEntry } from '../../native/entry-batch.ts';
import { WimFile } from '../../wim/wim-file.ts';
import type { WimImage } from '../../wim/wim-image.ts';
import { FileAttribute, type StreamStat } from '../image-root.ts';
import { type DiskStatus, isMissing } from './disk-status.ts';

const HEADER_SIZE = 64;
const RECORD_SIZE = 56;
const DIGEST_SIZE = 20;
const MODES_SHOW_READ_ONLY = 1;
const NO_METADATA = 1;
const FORMAT_MASK = 0o170000;
const kinds: ReadonlyMap<number, DiskStatus['kind']> = new Map([
  [0o100000, 'file'],
  [0o040000, 'directory'],
  [0o120000, 'link'],
]);

/** What is kept for one entry. */
export interface KeptMetadata {
  /** The number of the record, for finding what is kept below a directory. */
  readonly record: number;
  readonly kind: DiskStatus['kind'] | undefined;
  /** The name in the image. */
  readonly name: string;
  readonly creationTime: FileTime;
  readonly shortName: string;
  readonly securityDescriptor: Uint8Array | undefined;
  readonly reparseTag: number;
  readonly streams: readonly StreamStat[];
  attributesFor(status: DiskStatus, shown: number): number;
  /** 0 when the file has changed since: its reparse data is dropped at capture. */
  reparseTagFor(status: DiskStatus): number;
}

interface IndexRecord {
  readonly parent: number;
  readonly name: string;
  readonly flags: number;
  readonly type: number;
  readonly inode: bigint;
  readonly size: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
}

/** An opened side-car. */
export class SideCar {
  readonly #kept: KeptMetadata[] = [];
  readonly #children = new Map<number, Map<string, number>>();

  /** Opens the side-car at `path`; undefined when there is none. Throws WriteInProgress for a tree half applied. */
  static async open(path: string): Promise<SideCar | undefined> {
    let bytes: Buffer;
    try {
      if (await exists(join(path, 'incomplete'))) {
        const message = `The last apply to the tree of ${path} did not finish. Apply the image again.`;
        throw new DismError('WriteInProgress', message, { Target: path });
      }
      bytes = await readFile(join(path, 'index'));
    } catch (error) {
      if (!isMissing(error)) throw fromSystemError(error, path);
      return undefined;
    }
    const { guid, flags, records } = parseIndex(bytes, join(path, 'index'));
    await using file = await WimFile.open(join(path, 'tree.wim'));
    if (Buffer.compare(guid, file.info.guid) !== 0) throw mismatch(path);
    await using image = await file.openImage({ index: 1 });
    const sideCar = new SideCar();
    let at = 0;
    for await (const batch of image.entryBatches()) {
      for (const entry of batch) {
        const record = records[at];
        if (record === undefined) throw mismatch(path);
        sideCar.#add(at++, record, entry, image, (flags & MODES_SHOW_READ_ONLY) !== 0);
      }
    }
    if (at !== records.length) throw mismatch(path);
    return sideCar;
  }

  #add(number: number, record: IndexRecord, entry: ListedEntry, image: WimImage, modesShowReadOnly: boolean): void {
    this.#kept.push(keptMetadata(number, record, entry, image.securityDescriptor(entry.securityId), modesShowReadOnly));
    if (number === 0) return;
    const siblings = this.#children.get(record.parent);
    if (siblings === undefined) this.#children.set(record.parent, new Map([[record.name, number]]));
    else siblings.set(record.name, number);
  }

  /** What is kept for the tree itself; undefined when only chosen entries were applied to it. */
  get root(): KeptMetadata | undefined {
    return this.#kept[0];
  }

  /** What is kept for an entry of a directory, by its name on the disk. */
  find(directory: KeptMetadata | undefined, diskName: string): KeptMetadata | undefined {
    const record = directory && this.#children.get(directory.record)?.get(diskName);
    return record === undefined ? undefined : this.#kept[record];
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function mismatch(path: string): DismError {
  return new DismError('Corrupt', `The index and tree.wim of the side-car ${path} do not belong together.`, {
    Target: path,
    File: join(path, 'index'),
  });
}

function keptMetadata(
  number: number,
  record: IndexRecord,
  entry: ListedEntry,
  securityDescriptor: Uint8Array | undefined,
  modesShowReadOnly: boolean,
): KeptMetadata {
  const has = (record.flags & NO_METADATA) === 0;
  const isUnchanged = (status: DiskStatus): boolean =>
    status.kind === 'directory' ||
    (status.inode === record.inode &&
      BigInt(status.size) === record.size &&
      status.modified === record.modified &&
      status.changed === record.changed);
  return {
    record: number,
    kind: has ? kinds.get(record.type & FORMAT_MASK) : undefined,
    name: entry.path.slice(entry.path.lastIndexOf('\\') + 1),
    creationTime: new FileTime(entry.creationTime),
    shortName: entry.shortName,
    securityDescriptor,
    reparseTag: entry.reparseTag,
    streams: entry.streams.map(({ name, size }) => ({ name, size })),
    attributesFor: (status, shown) => {
      let attributes = entry.attributes & ~(FileAttribute.ReparsePoint | FileAttribute.Directory);
      attributes |= shown & (FileAttribute.ReparsePoint | FileAttribute.Directory);
      if (status.kind === 'link') attributes |= entry.attributes & FileAttribute.Directory;
      else if (entry.reparseTag !== 0 && isUnchanged(status)) attributes |= FileAttribute.ReparsePoint;
      if (status.kind !== 'file' || !modesShowReadOnly) return attributes;
      return (attributes & ~FileAttribute.ReadOnly) | (shown & FileAttribute.ReadOnly);
    },
    reparseTagFor: (status) => (isUnchanged(status) ? entry.reparseTag : 0),
  };
}

function parseIndex(
  bytes: Buffer,
  file: string,
): { readonly guid: Uint8Array; readonly flags: number; readonly records: IndexRecord[] } {
  const bad = (what: string, Offset: number): DismError =>
    new DismError('Corrupt', `${file}: ${what}. Remove the side-car to do without it.`, { File: file, Offset });
  if (bytes.length < HEADER_SIZE + DIGEST_SIZE || bytes.toString('latin1', 0, 8) !== 'ODSIDECR') {
    throw bad('it is not the index of a side-car', 0);
  }
  if (bytes.readUInt32LE(8) !== 1) throw bad('it has an unknown version', 8);
  const count = bytes.readUInt32LE(32);
  const names = HEADER_SIZE + count * RECORD_SIZE;
  const end = bytes.length - DIGEST_SIZE;
  if (BigInt(names) + bytes.readBigUInt64LE(40) !== BigInt(end)) throw bad('its sizes do not add up', 32);
  const digest = createHash('sha1').update(bytes.subarray(0, end)).digest();
  if (!digest.equals(bytes.subarray(end))) throw bad('its digest does not match', end);
  const records: IndexRecord[] = [];
  for (let i = 0; i < count; i++) {
    const at = HEADER_SIZE + i * RECORD_SIZE;
    const parent = bytes.readUInt32LE(at);
    const start = names + bytes.readUInt32LE(at + 4);
    const length = bytes.readUInt16LE(at + 8);
    if ((i > 0 && parent >= i) || start + length > end) throw bad('a record points outside', at);
    records.push({
      parent,
      name: bytes.toString('utf8', start, start + length),
      flags: bytes.readUInt16LE(at + 10),
      type: bytes.readUInt32LE(at + 12),
      inode: bytes.readBigUInt64LE(at + 16),
      size: bytes.readBigUInt64LE(at + 24),
      modified: bytes.readBigInt64LE(at + 32) * 1_000_000_000n + BigInt(bytes.readUInt32LE(at + 48)),
      changed: bytes.readBigInt64LE(at + 40) * 1_000_000_000n + BigInt(bytes.readUInt32LE(at + 52)),
    });
  }
  return { guid: bytes.subarray(16, 32), flags: bytes.readUInt32LE(36), records };
}
