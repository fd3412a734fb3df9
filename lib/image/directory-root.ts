// A directory as an image: an applied or mounted tree on a POSIX file system. Links of the tree are entries and are never
// followed. What the file system cannot hold is shown from the side-car of the tree, where there is one, but is not
// changed there: short names, security descriptors, named streams, creation times and attributes other than READONLY.
//
// Edits are staged in `<tree>.opendism.commit` beside the tree. A commit flushes what was staged, writes a record of all
// renames, then carries it out; what is interrupted after the record is carried out by whoever opens the tree next.
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { DismError } from '../base/error.ts';
import { FileTime } from '../base/file-time.ts';
import { fromSystemError } from '../base/system-error.ts';
import { checkNewName, formatWindowsPath, parseWindowsPath } from '../base/windows-path.ts';
import { carryOut, writeCommitRecord } from './directory/commit-record.ts';
import { commitSteps } from './directory/commit-steps.ts';
import { openQuietly } from './directory/disk-status.ts';
import { EntryLoader } from './directory/entry-loader.ts';
import { type Body, Children, Entry } from './directory/entry-tree.ts';
import { SideCar } from './directory/side-car.ts';
import { lossesOf, settleStaged, stageDirectory, stageFile, withMetadata } from './directory/staged-content.ts';
import { finishInterruptedCommit, StagingFolder } from './directory/staging-folder.ts';
import { treeChanges, withHashes } from './directory/tree-changes.ts';
import type { FileChange, FileContent, FileMetadata, FileStat, ImageRoot } from './image-root.ts';

export interface DirectoryRootOptions {
  /** The time of writing of files whose time is not given. */
  readonly now?: FileTime | undefined;
  /** Edits are refused. */
  readonly readOnly?: boolean | undefined;
  /** Told about properties that the directory cannot keep. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** The side-car, when not `<tree>.opendism`; false does without. */
  readonly sideCar?: string | false | undefined;
}

export class DirectoryRoot implements ImageRoot {
  readonly kind = 'directory';
  readonly label: string;
  readonly isReadOnly: boolean;
  /** The real path of the tree. */
  readonly tree: string;
  readonly #sideCar: SideCar | undefined;
  readonly #now: FileTime;
  readonly #onWarning: (message: string) => void;
  readonly #warned = new Set<string>();
  #loader: EntryLoader;
  #staging: StagingFolder | undefined;
  readonly #removed = new Set<Entry>();
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(tree: string, loader: EntryLoader, sideCar: SideCar | undefined, options: DirectoryRootOptions) {
    this.tree = tree;
    this.label = tree;
    this.isReadOnly = options.readOnly === true;
    this.#loader = loader;
    this.#sideCar = sideCar;
    this.#now = options.now ?? FileTime.fromDate(new Date());
    this.#onWarning = options.onWarning ?? (() => {});
  }

  /**
   * Opens a directory; a commit that was interrupted is carried out first.
   * @throws PathNotFound when it is no directory, SharingViolation while another process commits, WriteInProgress when an
   * apply to it has not finished.
   */
  static async open(path: string, options: DirectoryRootOptions = {}): Promise<DirectoryRoot> {
    let tree: string;
    try {
      tree = await realpath(path);
    } catch (error) {
      throw fromSystemError(error, path);
    }
    await finishInterruptedCommit(tree);
    const sideCar = options.sideCar === false ? undefined : await SideCar.open(options.sideCar ?? `${tree}.opendism`);
    return new DirectoryRoot(tree, await EntryLoader.open(tree, sideCar), sideCar, options);
  }

  async stat(path: string): Promise<FileStat | undefined> {
    return (await this.#find(path))?.stat();
  }

  async *list(path: string): AsyncIterable<FileStat> {
    const directory = await this.#find(path);
    if (directory?.body.kind !== 'directory') throw this.#notFound(path, 'directory');
    for (const entry of (await this.#loader.children(directory)).sorted()) yield entry.stat();
  }

  async read(path: string, range?: { readonly offset: number; readonly length: number }): Promise<Uint8Array> {
    const entry = await this.#find(path);
    if (entry?.body.kind !== 'file') throw this.#notFound(path, 'file');
    const local = this.#contentPath(entry.body);
    try {
      await using file = await openQuietly(local);
      const { size } = await file.stat();
      const start = Math.min(range?.offset ?? 0, size);
      const bytes = new Uint8Array(Math.min(range?.length ?? size, size - start));
      for (let at = 0; at < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at);
        if (bytesRead === 0)
          throw new DismError('FileChanged', `${local} became shorter while it was read.`, { Target: local });
        at += bytesRead;
      }
      return bytes;
    } catch (error) {
      throw fromSystemError(error, local);
    }
  }

  write(path: string, content: FileContent, metadata: FileMetadata = {}): Promise<void> {
    return this.#edit(async (staging) => {
      const { parent, name, entry } = await this.#place(path);
      if (entry !== undefined && entry.body.kind === 'directory') throw isDirectory(path);
      const old = entry?.body.kind === 'file' ? entry.body : undefined;
      this.#warnOfLosses(metadata);
      const body = await stageFile(staging, content, old?.status, metadata, this.#now);
      if (entry === undefined) this.#addEntry(parent, name, body);
      else this.#setBody(entry, body);
    });
  }

  createDirectory(
    path: string,
    options: { readonly parents?: boolean; readonly metadata?: FileMetadata } = {},
  ): Promise<void> {
    return this.#edit(async (staging) => {
      const parts = parseWindowsPath(path);
      for (let depth = options.parents === true ? 1 : Math.max(parts.length, 1); depth <= parts.length; depth++) {
        const { parent, name, entry } = await this.#place(formatWindowsPath(parts.slice(0, depth)));
        if (entry !== undefined) {
          if (entry.body.kind === 'directory') continue;
          throw new DismError('AlreadyExists', `${this.label}: ${entry.path} exists and is not a directory.`, {
            Target: path,
          });
        }
        const metadata = depth === parts.length ? (options.metadata ?? {}) : {};
        this.#warnOfLosses(metadata);
        const created = this.#addEntry(parent, name, await stageDirectory(staging, metadata, this.#now));
        created.children = new Children();
      }
    });
  }

  setMetadata(path: string, metadata: FileMetadata): Promise<void> {
    return this.#edit(async () => {
      const entry = await this.#get(path);
      this.#warnOfLosses(metadata);
      entry.body.status = withMetadata(entry.body.status, metadata);
    });
  }

  link(path: string, existing: string): Promise<void> {
    return this.#edit(async () => {
      const source = await this.#get(existing);
      if (source.body.kind !== 'file') {
        throw new DismError(
          'NotSupported',
          `${this.label}: ${source.path} is not a file; only files have several names.`,
          {
            Target: existing,
          },
        );
      }
      const { parent, name, entry } = await this.#place(path);
      if (entry !== undefined) throw this.#exists(entry);
      this.#addEntry(parent, name, source.body);
      countLinks(source.body, 1);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#edit(async () => {
      const entry = await this.#get(from);
      if (entry.parent === undefined) throw isRoot('renamed');
      const { parent, name, entry: other } = await this.#place(to, true);
      if (other !== undefined && other !== entry) throw this.#exists(other);
      for (let at: Entry | undefined = parent; at !== undefined; at = at.parent) {
        if (at !== entry) continue;
        throw new DismError('InvalidParameter', `${this.label}: ${entry.path} cannot be moved into itself.`, {
          Target: to,
        });
      }
      entry.parent.children?.delete(entry);
      if (entry.body.kind === 'directory') await this.#loader.loadAll(entry);
      const isBack = entry.origin?.parent === parent && entry.origin.stat.name === name;
      entry.parent = parent;
      entry.name = name;
      entry.diskName = isBack ? entry.origin.diskName : diskNameFor(name);
      (await this.#loader.children(parent)).add(entry);
    });
  }

  remove(path: string, options: { readonly recursive?: boolean } = {}): Promise<void> {
    return this.#edit(async () => {
      const entry = await this.#get(path);
      if (entry.parent === undefined) throw isRoot('removed');
      if (entry.body.kind === 'directory') {
        if (options.recursive !== true && !(await this.#loader.children(entry)).isEmpty) {
          const message = `${this.label}: the directory ${entry.path} is not empty.`;
          throw new DismError('DirectoryNotEmpty', message, { Target: path });
        }
        await this.#loader.loadAll(entry);
      }
      entry.parent.children?.delete(entry);
      this.#forget(entry);
    });
  }

  async *changes(options: { readonly hashes?: boolean } = {}): AsyncIterable<FileChange> {
    if (this.#staging === undefined) return;
    const { root } = this.#loader;
    // A status that was set through one name shows under all names of the file.
    if (hasUnseenNames(root)) await this.#loader.loadAll(root);
    for (const change of treeChanges(root, this.#removed)) {
      yield options.hashes === true ? await withHashes(change, this.tree) : change.change;
    }
  }

  async commit(): Promise<void> {
    await this.#queue;
    const staging = this.#staging;
    if (staging === undefined) return;
    const steps = commitSteps(this.tree, this.#loader.root, this.#removed, staging);
    const { record } = steps;
    if (record.out.length + record.in.length + record.set.length > 0) {
      try {
        await settleStaged(staging, steps);
        await writeCommitRecord(staging.path, record);
      } catch (error) {
        throw fromSystemError(error, this.tree);
      }
      try {
        await carryOut(this.tree, staging.path, record);
      } catch (error) {
        this.#staging = undefined;
        await staging.abandon();
        throw unfinished(this.tree, fromSystemError(error, this.tree));
      }
    }
    await this.#reset();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue;
    await this.#staging?.close();
    this.#staging = undefined;
  }

  /** Forgets all edits and what was read of the disk. */
  async #reset(): Promise<void> {
    await this.#staging?.close();
    this.#staging = undefined;
    this.#removed.clear();
    this.#loader = await EntryLoader.open(this.tree, this.#sideCar);
  }

  /** Runs edits one after the other, with the lock of the tree held. */
  #edit(action: (staging: StagingFolder) => Promise<void>): Promise<void> {
    const turn = this.#queue.then(async () => {
      if (this.isReadOnly) {
        throw new DismError('ReadOnlyTarget', `${this.label} was opened for reading only.`, { Target: this.label });
      }
      if (this.#staging === undefined) {
        const staging = await StagingFolder.open(this.tree);
        // Others may have changed the tree until now.
        this.#loader = await EntryLoader.open(this.tree, this.#sideCar);
        this.#staging = staging;
      }
      await action(this.#staging);
    });
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #find(path: string): Promise<Entry | undefined> {
    let entry: Entry | undefined = this.#loader.root;
    for (const name of parseWindowsPath(path)) {
      if (entry?.body.kind !== 'directory') return undefined;
      entry = (await this.#loader.children(entry)).find(name, entry.path);
    }
    return entry;
  }

  async #get(path: string): Promise<Entry> {
    const entry = await this.#find(path);
    if (entry === undefined) throw this.#notFound(path, 'entry');
    return entry;
  }

  /** The directory that a path names a place in, and what is there. `rename`: the name is a new one even if it is there. */
  async #place(path: string, rename = false): Promise<{ parent: Entry; name: string; entry: Entry | undefined }> {
    const parts = parseWindowsPath(path);
    const name = parts.at(-1);
    if (name === undefined) throw isRoot('written');
    const parent = await this.#find(formatWindowsPath(parts.slice(0, -1)));
    if (parent?.body.kind !== 'directory') throw this.#notFound(formatWindowsPath(parts.slice(0, -1)), 'directory');
    const entry = (await this.#loader.children(parent)).find(name, parent.path);
    if (entry === undefined || rename) checkNewName(name);
    if (entry === undefined) diskNameFor(name);
    return { parent, name, entry };
  }

  #addEntry(parent: Entry, name: string, body: Body): Entry {
    const diskName = diskNameFor(name);
    const entry = new Entry(parent, name, diskName, body, { kept: this.#sideCar?.find(parent.kept, diskName) });
    parent.children!.add(entry);
    return entry;
  }

  #setBody(entry: Entry, body: Body): void {
    entry.body.entries.delete(entry);
    countLinks(entry.body, -1);
    entry.body = body;
    body.entries.add(entry);
  }

  #forget(entry: Entry): void {
    for (const child of entry.children ?? []) this.#forget(child);
    entry.body.entries.delete(entry);
    countLinks(entry.body, -1);
    entry.parent = undefined;
    if (entry.origin !== undefined) this.#removed.add(entry);
  }

  #contentPath(body: Body): string {
    return body.isStaged ? body.location : join(this.tree, body.location);
  }

  #warnOfLosses(metadata: FileMetadata): void {
    for (const what of lossesOf(metadata, this.label)) {
      if (this.#warned.has(what)) continue;
      this.#warned.add(what);
      this.#onWarning(`${this.label}: a directory cannot keep ${what}; they are not changed.`);
    }
  }

  #notFound(path: string, what: string): DismError {
    return new DismError('PathNotFound', `${this.label} has no ${what} ${path}.`, { Target: path });
  }

  #exists(entry: Entry): DismError {
    return new DismError('AlreadyExists', `${this.label}: ${entry.path} exists already.`, { Target: entry.path });
  }
}

function isRoot(what: string): DismError {
  return new DismError('InvalidParameter', `The root of an image cannot be ${what}.`, { Target: '\\' });
}

function isDirectory(path: string): DismError {
  return new DismError('AlreadyExists', `${path} is a directory: a file cannot take its place.`, { Target: path });
}

function unfinished(tree: string, cause: unknown): DismError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `The changes of ${tree} were recorded but not all carried out: ${why} They are finished when it is opened next.`;
  return new DismError('WriteInProgress', message, { Target: tree, cause });
}

/** The name on the disk. Throws FilenameTooLong for one over 255 bytes. */
function diskNameFor(name: string): string {
  if (Buffer.byteLength(name) <= 255) return name;
  throw new DismError('FilenameTooLong', `"${name}" has more than the 255 bytes that the file system holds.`, {
    Target: name,
  });
}

function countLinks(body: Body, difference: number): void {
  if (body.kind === 'file') body.status = { ...body.status, linkCount: body.status.linkCount + difference };
}

/** Whether a file whose status is to change has names that were not loaded. */
function hasUnseenNames(entry: Entry): boolean {
  const { body } = entry;
  if (body.kind === 'file' && body.hasNewStatus && body.entries.size < body.status.linkCount) return true;
  for (const child of entry.children ?? []) if (hasUnseenNames(child)) return true;
  return false;
}
