// A directory as an image: an applied or mounted tree on a POSIX file system. Links of the tree are entries and are never
// followed. What the file system cannot hold is kept in the side-car of the tree, which is made when it is needed.
//
// Edits are staged in `<tree>.opendism.commit` beside the tree. A commit flushes what was staged, writes a record of all
// renames, then carries it out; what is interrupted after the record is carried out by whoever opens the tree next.
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { DismError } from '../base/error.ts';
import { FileTime } from '../base/file-time.ts';
import { fromSystemError } from '../base/system-error.ts';
import { carryOut, commitRecord, writeCommitRecord } from './directory/commit-record.ts';
import { commitSteps } from './directory/commit-steps.ts';
import { openQuietly } from './directory/disk-status.ts';
import { EntryLoader } from './directory/entry-loader.ts';
import type { Entry } from './directory/entry-tree.ts';
import { SideCar } from './directory/side-car.ts';
import { dropStagedSideCar, sideCarPath, stageSideCar } from './directory/side-car-commit.ts';
import { settleStaged } from './directory/staged-content.ts';
import { finishInterruptedCommit, StagingFolder } from './directory/staging-folder.ts';
import { treeChanges, withHashes } from './directory/tree-changes.ts';
import { TreeEditor } from './directory/tree-editor.ts';
import { entryAt, getEntry, notFound, refuseEncrypted } from './directory/tree-lookup.ts';
import type { FileChange, FileContent, FileMetadata, FileStat, ImageRoot } from './image-root.ts';

export interface DirectoryRootOptions {
  /** The time of writing of files whose time is not given. */
  readonly now?: FileTime | undefined;
  /** Edits are refused. */
  readonly readOnly?: boolean | undefined;
  /** Told about properties that the directory cannot keep. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** False does without the side-car, and makes none. */
  readonly sideCar?: false | undefined;
}

export class DirectoryRoot implements ImageRoot {
  readonly kind = 'directory';
  readonly label: string;
  readonly isReadOnly: boolean;
  /** The real path of the tree. */
  readonly tree: string;
  readonly #options: DirectoryRootOptions;
  readonly #now: FileTime;
  readonly #warned = new Set<string>();
  #sideCar: SideCar;
  #loader: EntryLoader;
  #editor: TreeEditor | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(tree: string, loader: EntryLoader, sideCar: SideCar, options: DirectoryRootOptions) {
    this.tree = tree;
    this.label = tree;
    this.isReadOnly = options.readOnly === true;
    this.#loader = loader;
    this.#sideCar = sideCar;
    this.#options = options;
    this.#now = options.now ?? FileTime.fromDate(new Date());
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
    const sideCar = await SideCar.open(options.sideCar === false ? undefined : sideCarPath(tree));
    return new DirectoryRoot(tree, await EntryLoader.open(tree, sideCar), sideCar, options);
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const entry = await entryAt(this.#loader, path);
    return entry && this.#sideCar.stat(entry);
  }

  async *list(path: string): AsyncIterable<FileStat> {
    const directory = await entryAt(this.#loader, path);
    if (directory?.isFolder !== true) throw notFound(this.label, path, 'directory');
    for (const entry of (await this.#loader.children(directory)).sorted()) yield this.#sideCar.stat(entry);
  }

  async read(path: string, range?: { readonly offset: number; readonly length: number }): Promise<Uint8Array> {
    const local = await this.#contentPath(path);
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

  /** undefined for what is staged: that goes away with the root. */
  async localFile(path: string): Promise<string | undefined> {
    const local = await this.#contentPath(path);
    return local.startsWith(join(this.tree, '/')) && !local.startsWith(this.#editor?.staging.path ?? '\0')
      ? local
      : undefined;
  }

  async readStream(path: string, name: string): Promise<Uint8Array> {
    const bytes = await this.#sideCar.readStream(await getEntry(this.#loader, path, this.label), name);
    if (bytes === undefined) throw notFound(this.label, `${path}:${name}`, 'stream');
    return bytes;
  }

  async readReparseData(path: string): Promise<Uint8Array> {
    const entry = await getEntry(this.#loader, path, this.label);
    const bytes = await this.#sideCar.readReparseData(entry);
    if (bytes !== undefined) return bytes;
    if (this.#sideCar.stat(entry).reparseTag === 0) throw notFound(this.label, path, 'reparse point');
    const message = `${this.label}: ${path} is a link that only the directory has; its reparse data are made when it is captured.`;
    throw new DismError('NotSupported', message, { Target: path });
  }

  write(path: string, content: FileContent, metadata: FileMetadata = {}): Promise<void> {
    return this.#edit((editor) => editor.write(path, content, metadata));
  }

  createDirectory(
    path: string,
    options: { readonly parents?: boolean; readonly metadata?: FileMetadata } = {},
  ): Promise<void> {
    return this.#edit((editor) => editor.createDirectory(path, options.metadata ?? {}, options.parents === true));
  }

  setMetadata(path: string, metadata: FileMetadata): Promise<void> {
    return this.#edit((editor) => editor.setMetadata(path, metadata));
  }

  link(path: string, existing: string): Promise<void> {
    return this.#edit((editor) => editor.link(path, existing));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#edit((editor) => editor.rename(from, to));
  }

  remove(path: string, options: { readonly recursive?: boolean } = {}): Promise<void> {
    return this.#edit((editor) => editor.remove(path, options.recursive === true));
  }

  async *changes(options: { readonly hashes?: boolean } = {}): AsyncIterable<FileChange> {
    if (this.#editor === undefined) return;
    const { root } = this.#loader;
    // A property that was set through one name shows under all names of the file.
    if (hasUnseenNames(root)) await this.#loader.loadAll(root);
    for (const change of treeChanges(root, this.#editor.removed, this.#sideCar)) {
      yield options.hashes === true ? await withHashes(change, this.tree) : change.change;
    }
  }

  async commit(): Promise<void> {
    await this.#queue;
    const editor = this.#editor;
    if (editor === undefined) return;
    const { root } = this.#loader;
    const { staging, removed } = editor;
    const steps = commitSteps(this.tree, root, removed, staging);
    const { out, in: incoming, set } = steps.record;
    const hasChanges = treeChanges(root, removed, this.#sideCar).length > 0;
    if (hasChanges || out.length + incoming.length + set.length > 0) {
      let record = steps.record;
      try {
        await settleStaged(staging, steps);
        if (this.#sideCar.isActive) {
          record = commitRecord({ ...record, sideCar: await stageSideCar(this.#sideCar, root) });
        }
        await writeCommitRecord(staging.path, record);
      } catch (error) {
        await dropStagedSideCar(this.tree);
        throw fromSystemError(error, this.tree);
      }
      try {
        await carryOut(this.tree, staging.path, record);
      } catch (error) {
        this.#editor = undefined;
        await staging.abandon();
        throw unfinished(this.tree, fromSystemError(error, this.tree));
      }
    }
    await this.#reset();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue;
    await this.#editor?.staging.close();
    this.#editor = undefined;
    await this.#sideCar.close();
  }

  /** The path of the contents of a file on the disk. Throws PathNotFound. */
  async #contentPath(path: string): Promise<string> {
    const entry = await entryAt(this.#loader, path);
    if (entry?.body.kind !== 'file' || entry.isLink) throw notFound(this.label, path, 'file');
    refuseEncrypted(this.label, this.#sideCar.stat(entry));
    return entry.body.isStaged ? entry.body.location : join(this.tree, entry.body.location);
  }

  /** Forgets all edits and what was read of the disk. */
  async #reset(): Promise<void> {
    await this.#editor?.staging.close();
    this.#editor = undefined;
    await this.#load();
  }

  async #load(): Promise<void> {
    const { path } = this.#sideCar;
    await this.#sideCar.close();
    this.#sideCar = await SideCar.open(path);
    this.#loader = await EntryLoader.open(this.tree, this.#sideCar);
  }

  /** Runs edits one after the other, with the lock of the tree held. */
  #edit(action: (editor: TreeEditor) => Promise<void>): Promise<void> {
    const turn = this.#queue.then(async () => {
      if (this.isReadOnly) {
        throw new DismError('ReadOnlyTarget', `${this.label} was opened for reading only.`, { Target: this.label });
      }
      this.#editor ??= await this.#begin();
      await action(this.#editor);
    });
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #begin(): Promise<TreeEditor> {
    const staging = await StagingFolder.open(this.tree);
    try {
      // Others may have changed the tree until now.
      await this.#load();
    } catch (error) {
      await staging.close();
      throw error;
    }
    return new TreeEditor({
      tree: this.tree,
      label: this.label,
      now: this.#now,
      loader: this.#loader,
      sideCar: this.#sideCar,
      staging,
      onLoss: (what) => this.#warnOfLoss(what),
    });
  }

  #warnOfLoss(what: string): void {
    if (this.#warned.has(what)) return;
    this.#warned.add(what);
    this.#options.onWarning?.(
      `${this.label}: a directory without a side-car cannot keep ${what}; they are not changed.`,
    );
  }
}

function unfinished(tree: string, cause: unknown): DismError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `The changes of ${tree} were recorded but not all carried out: ${why} They are finished when it is opened next.`;
  return new DismError('WriteInProgress', message, { Target: tree, cause });
}

/** Whether a file whose properties are to change has names that were not loaded. */
function hasUnseenNames(entry: Entry): boolean {
  const { body } = entry;
  const isChanged = body.hasNewStatus || body.isAdopted;
  if (body.kind === 'file' && isChanged && body.entries.size < body.status.linkCount) return true;
  for (const child of entry.children ?? []) if (hasUnseenNames(child)) return true;
  return false;
}
