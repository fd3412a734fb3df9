// The side-car of a tree: the image of tree.wim, which keeps what the file system cannot hold, edited in memory, and the
// index that says which file is which entry. A commit writes both anew (side-car-commit.ts).
import { mkdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DismError } from '../../base/error.ts';
import { fromSystemError } from '../../base/system-error.ts';
import type { EditedEntry } from '../../native/edit-records.ts';
import type { EditedImage } from '../../wim/edited-image.ts';
import { ImageDraft } from '../../wim/image-draft.ts';
import type { FileStat } from '../image-root.ts';
import { isEmptyDigest } from '../wim-entry.ts';
import { type DiskStatus, isMissing, isThere } from './disk-status.ts';
import type { Entry } from './entry-tree.ts';
import { type Kept, statOf } from './kept-stat.ts';
import { isUnchanged, MODES_SHOW_READ_ONLY, type RecordedFile, SideCarIndex } from './side-car-index.ts';

const NO_RECORD = 0xffffffff;

/** An entry whose record is written anew. */
export interface TouchedEntry {
  readonly entry: Entry;
  /** Nothing is kept of the entry itself: it is there for what lies below it. */
  readonly isBare: boolean;
}

/** An opened side-car, or the place where one can be made. */
export class SideCar implements AsyncDisposable {
  /** undefined: the tree does without. */
  readonly path: string | undefined;
  readonly touched = new Map<number, TouchedEntry>();
  #draft: ImageDraft | undefined;
  #index: SideCarIndex | undefined;
  /** The record of each node that there was when it was opened. */
  #recordOf: Uint32Array = new Uint32Array(0);
  #isMade = false;

  private constructor(path: string | undefined) {
    this.path = path;
  }

  /**
   * Opens what is at `path`; where there is nothing, one can be made there.
   * @throws WriteInProgress for a tree half applied, Corrupt when the parts do not belong together.
   */
  static async open(path: string | undefined): Promise<SideCar> {
    const sideCar = new SideCar(path);
    if (path === undefined) return sideCar;
    const file = join(path, 'index');
    let bytes: Buffer;
    try {
      if (await isThere(join(path, 'incomplete'))) {
        const message = `The last apply to the tree of ${path} did not finish. Apply the image again.`;
        throw new DismError('WriteInProgress', message, { Target: path });
      }
      bytes = await readFile(file);
    } catch (error) {
      if (!isMissing(error)) throw fromSystemError(error, path);
      return sideCar;
    }
    const index = SideCarIndex.parse(bytes, file);
    const draft = await ImageDraft.open(join(path, 'tree.wim'));
    const recordOf = Buffer.compare(index.guid, draft.guid!) === 0 ? matchRecords(index, draft.image) : undefined;
    if (recordOf === undefined) {
      await draft.close();
      const message = `The index and tree.wim of the side-car ${path} do not belong together.`;
      throw new DismError('Corrupt', message, { Target: path, File: file });
    }
    sideCar.#index = index;
    sideCar.#draft = draft;
    sideCar.#recordOf = recordOf;
    return sideCar;
  }

  /** Whether there is one: what is edited is kept in it. */
  get isActive(): boolean {
    return this.#draft !== undefined;
  }

  get draft(): ImageDraft {
    return this.#draft!;
  }

  get image(): EditedImage {
    return this.draft.image;
  }

  /** As it is on the disk. */
  get index(): SideCarIndex | undefined {
    return this.#index;
  }

  get flags(): number {
    return this.#index?.flags ?? MODES_SHOW_READ_ONLY;
  }

  get modesShowReadOnly(): boolean {
    return (this.flags & MODES_SHOW_READ_ONLY) !== 0;
  }

  /** Begins a new one; it appears with the commit. False where none can be made. */
  async activate(): Promise<boolean> {
    if (this.isActive) return true;
    if (this.path === undefined) return false;
    try {
      await mkdir(this.path);
      this.#isMade = true;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) return false;
    }
    this.#draft = ImageDraft.create();
    return true;
  }

  /** The record of a node; undefined for one that was made since. */
  recordOf(node: number): number | undefined {
    const record = this.#recordOf[node];
    return record === undefined || record === NO_RECORD ? undefined : record;
  }

  /** What is recorded of the file of a node. */
  file(node: number): RecordedFile | undefined {
    const record = this.recordOf(node);
    return record === undefined ? undefined : this.#index!.file(record);
  }

  /** What is kept in a directory that nobody has edited yet, by name on the disk. */
  childrenOf(node: number): Map<string, EditedEntry> {
    const children = new Map<string, EditedEntry>();
    for (const entry of this.image.children(node)) {
      const record = this.recordOf(entry.node);
      if (record !== undefined) children.set(this.#index!.name(record), entry);
    }
    return children;
  }

  /** What is kept of an entry as it is now. */
  kept(entry: Entry): Kept | undefined {
    const { node, body } = entry;
    if (node === undefined) return undefined;
    const touched = this.touched.get(node);
    if (touched?.isBare === true) return undefined;
    if (touched !== undefined) return this.#keptAs(this.image.entry(node), true, true);
    return this.#keptOf(node, body.status, body.isAdopted, () => this.image.entry(node));
  }

  /** Whether streams or reparse data of an entry differ from those of another as it was: a FileStat does not tell. */
  hasOtherData({ node }: Entry, old: Entry): boolean {
    const before = old.parent === undefined && old.origin === undefined ? this.#rootNode : old.origin?.node;
    const now = node === undefined ? undefined : this.image.entry(node);
    return dataOf(now) !== dataOf(before === undefined ? undefined : this.image.original(before));
  }

  stat(entry: Entry): FileStat {
    const name = entry.parent === undefined ? '' : entry.name;
    return statOf({ path: entry.path, name }, entry.body.status, this.kept(entry));
  }

  /** The bytes of a named stream; undefined when there is none. */
  async readStream(entry: Entry, name: string): Promise<Uint8Array | undefined> {
    const stream = this.kept(entry)?.entry.streams.find((one) => one.name === name);
    return stream && this.#read(stream.digest);
  }

  /** Reparse data without its header; undefined where none is kept. */
  async readReparseData(entry: Entry): Promise<Uint8Array | undefined> {
    const kept = this.kept(entry);
    return kept?.isUnchanged === true && kept.entry.reparseTag !== 0 ? this.#read(kept.entry.digest) : undefined;
  }

  #read(digest: Uint8Array): Promise<Uint8Array> | Uint8Array {
    return isEmptyDigest(digest) ? new Uint8Array(0) : this.draft.read(digest);
  }

  /** What an entry was when it was loaded. */
  originalStat(entry: Entry): FileStat {
    const { origin } = entry;
    const node = origin === undefined ? (entry.parent === undefined ? this.#rootNode : undefined) : origin.node;
    const status = (origin?.body ?? entry.body).base!;
    const kept = node === undefined ? undefined : this.#keptOf(node, status, false, () => this.image.original(node));
    return statOf({ path: entry.originPath, name: origin?.name ?? '' }, status, kept);
  }

  get #rootNode(): number | undefined {
    return this.#index === undefined ? undefined : 0;
  }

  #keptOf(node: number, status: DiskStatus, isAdopted: boolean, entry: () => EditedEntry): Kept | undefined {
    const record = this.recordOf(node);
    if (record === undefined || !this.#index!.hasMetadata(record)) return undefined;
    const file = this.#index!.file(record);
    if (file.kind !== status.kind) return undefined;
    return this.#keptAs(
      entry(),
      isAdopted || isUnchanged(file, status),
      isAdopted || file.modified === status.modified,
    );
  }

  #keptAs(entry: EditedEntry, unchanged: boolean, hasItsTime: boolean): Kept {
    return {
      entry,
      securityDescriptor: this.image.securityDescriptor(entry.securityId),
      isUnchanged: unchanged,
      hasItsTime,
      modesShowReadOnly: this.modesShowReadOnly,
    };
  }

  async close(): Promise<void> {
    await this.#draft?.close();
    this.#draft = undefined;
    // One that was not committed is empty; else this fails.
    if (this.#isMade) await rmdir(this.path!).catch(() => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The record of each node: both are in pre-order. undefined when they do not fit. */
function matchRecords(index: SideCarIndex, image: EditedImage): Uint32Array | undefined {
  const { node, parent } = image.nodes();
  if (node.length !== index.count) return undefined;
  const recordOf = new Uint32Array(node.reduce((largest, one) => Math.max(largest, one), 0) + 1).fill(NO_RECORD);
  for (let record = 0; record < node.length; record++) {
    if (record > 0 && index.parent(record) !== parent[record]) return undefined;
    recordOf[node[record]!] = record;
  }
  return recordOf;
}

/** Streams and reparse data as text, for comparing. */
function dataOf(entry: EditedEntry | undefined): string {
  if (entry === undefined) return '';
  const parts = entry.streams.map(({ name, digest }) => `${name}:${Buffer.from(digest).toString('hex')}`).sort();
  if (entry.reparseTag !== 0) parts.push(Buffer.from(entry.digest).toString('hex'));
  return parts.join('\n');
}
