// One image of a WIM as an ImageRoot: what may be edited and how new entries look is decided here, the entries
// themselves are in the engine. Nothing is extracted; `commit` is that of the container.
import { DismError } from '../base/error.ts';
import type { FileTime } from '../base/file-time.ts';
import type { ReadWriteLock } from '../base/read-write-lock.ts';
import { ambiguousName, checkNewName, formatWindowsPath, parseWindowsPath } from '../base/windows-path.ts';
import type { EditedEntry } from '../native/edit-records.ts';
import type { EntryEdit } from '../native/editing.ts';
import type { EditedImage } from '../wim/edited-image.ts';
import type { WimEditor } from '../wim/wim-editor.ts';
import {
  FileAttribute,
  type FileChange,
  type FileContent,
  type FileMetadata,
  type FileStat,
  type ImageRoot,
} from './image-root.ts';
import { fileChanges } from './wim-changes.ts';
import { EMPTY_DIGEST, isEmptyDigest, isLink, isLinkData, statOfEntry } from './wim-entry.ts';
import { contentsOf, entryEdit, newEntry } from './wim-entry-edit.ts';

const ENCRYPTED = 0x4000;
/** Attributes that say what an entry is; they are not anybody's to set. */
const KIND_ATTRIBUTES = FileAttribute.Directory | FileAttribute.ReparsePoint | ENCRYPTED;

/** What a root needs of the container it belongs to. */
export interface WimRootContext {
  readonly editor: WimEditor;
  /** Edits and commits run alone, reads beside each other. */
  readonly lock: ReadWriteLock;
  readonly now: FileTime;
  commit(): Promise<void>;
  close(): Promise<void>;
}

/** The place a path names: a directory, the name in it, and the entry that is there. */
interface Place {
  readonly parent: EditedEntry;
  readonly name: string;
  readonly entry: EditedEntry | undefined;
}

export class WimRoot implements ImageRoot {
  readonly kind = 'wim';
  readonly label: string;
  /** From 1. */
  readonly index: number;
  readonly #context: WimRootContext;

  /** @param fileName how the label names the file. */
  constructor(context: WimRootContext, index: number, fileName: string) {
    this.#context = context;
    this.index = index;
    this.label = `${fileName}, image ${index}`;
  }

  get isReadOnly(): boolean {
    return this.#context.editor.isReadOnly;
  }

  stat(path: string): Promise<FileStat | undefined> {
    return this.#read((image) => {
      const entry = this.#find(image, path);
      return entry && statOfEntry(image, entry);
    });
  }

  async *list(path: string): AsyncIterable<FileStat> {
    const { image, children } = await this.#read((image) => {
      const directory = this.#find(image, path);
      if (!directory || !isFolder(directory)) throw this.#notFound(path, 'directory');
      return { image, children: image.children(directory.node) };
    });
    for (const entry of children) yield statOfEntry(image, entry);
  }

  read(path: string, range?: { readonly offset: number; readonly length: number }): Promise<Uint8Array> {
    return this.#read(async (image) => {
      const entry = this.#find(image, path);
      if (!entry || isFolder(entry) || isLink(entry)) throw this.#notFound(path, 'file');
      this.#refuseEncrypted(entry);
      return this.#context.editor.read(entry.data, range);
    });
  }

  readStream(path: string, name: string): Promise<Uint8Array> {
    return this.#read(async (image) => {
      const { streams } = this.#get(image, path);
      const stream = streams.find((one) => one.name === name);
      if (stream === undefined) throw this.#notFound(`${path}:${name}`, 'stream');
      return isEmptyDigest(stream.digest) ? new Uint8Array(0) : this.#context.editor.read(stream.digest);
    });
  }

  readReparseData(path: string): Promise<Uint8Array> {
    return this.#read(async (image) => {
      const { reparseTag, digest } = this.#get(image, path);
      if (reparseTag === 0) throw this.#notFound(path, 'reparse point');
      return isEmptyDigest(digest) ? new Uint8Array(0) : this.#context.editor.read(digest);
    });
  }

  write(path: string, content: FileContent, metadata: FileMetadata = {}): Promise<void> {
    return this.#edit([content, ...contentsOf(metadata)], async (image) => {
      const { parent, name, entry } = this.#place(image, path);
      if (entry !== undefined && isFolder(entry)) {
        throw new DismError('AlreadyExists', `${this.label}: ${entry.path} is a directory.`, { Target: path });
      }
      if (entry !== undefined) this.#refuseLink(entry);
      const data = await this.#stage(content);
      const edit = await this.#editOf(image, metadata, parent, entry?.node ?? 0);
      // A link has no contents.
      const stream = !isLinkData(metadata) ? { data } : entry === undefined ? {} : { data: EMPTY_DIGEST };
      if (entry !== undefined) {
        image.change(entry.node, { lastWriteTime: this.#context.now.Ticks, ...edit, ...stream });
      } else {
        const now = this.#context.now.Ticks;
        const attributes = (metadata.attributes ?? FileAttribute.Archive) & ~KIND_ATTRIBUTES;
        image.create(parent.node, name, { ...newEntry(image, parent, false, now), ...edit, ...stream, attributes });
      }
    });
  }

  createDirectory(
    path: string,
    options: { readonly parents?: boolean; readonly metadata?: FileMetadata } = {},
  ): Promise<void> {
    return this.#edit(contentsOf(options.metadata), async (image) => {
      const parts = parseWindowsPath(path);
      for (let depth = options.parents === true ? 1 : Math.max(parts.length, 1); depth <= parts.length; depth++) {
        const { parent, name, entry } = this.#place(image, formatWindowsPath(parts.slice(0, depth)));
        if (entry !== undefined) {
          if (isFolder(entry)) continue;
          throw new DismError('AlreadyExists', `${this.label}: ${entry.path} exists and is not a directory.`, {
            Target: path,
          });
        }
        const metadata = depth === parts.length ? (options.metadata ?? {}) : {};
        const edit = await this.#editOf(image, metadata, parent, 0);
        const now = this.#context.now.Ticks;
        const attributes = ((metadata.attributes ?? 0) & ~KIND_ATTRIBUTES) | FileAttribute.Directory;
        image.create(parent.node, name, { ...newEntry(image, parent, true, now), ...edit, attributes });
      }
    });
  }

  setMetadata(path: string, metadata: FileMetadata): Promise<void> {
    return this.#edit(contentsOf(metadata), async (image) => {
      const entry = this.#get(image, path);
      const parent = image.entry(image.find(formatWindowsPath(parseWindowsPath(entry.path).slice(0, -1))) as number);
      if (isLinkData(metadata) && isFolder(entry) && image.children(entry.node).next().done !== true) {
        throw this.#notEmpty(entry);
      }
      const edit = await this.#editOf(image, metadata, parent, entry.node);
      const isDirectory = (entry.attributes & FileAttribute.Directory) !== 0;
      image.change(entry.node, isLinkData(metadata) && !isDirectory ? { ...edit, data: EMPTY_DIGEST } : edit);
    });
  }

  link(path: string, existing: string): Promise<void> {
    return this.#edit([], (image) => {
      const source = this.#get(image, existing);
      if (isFolder(source) || source.reparseTag !== 0) {
        throw new DismError(
          'NotSupported',
          `${this.label}: ${source.path} is not a plain file; only those can have several names.`,
          { Target: existing },
        );
      }
      const { parent, name, entry } = this.#place(image, path);
      if (entry !== undefined) throw this.#exists(entry);
      image.link(parent.node, name, source.node);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#edit([], (image) => {
      const entry = this.#get(image, from);
      if (entry.path === '\\') throw this.#isRoot('renamed');
      const { parent, name, entry: other } = this.#place(image, to, entry.node);
      if (other !== undefined && other.node !== entry.node) throw this.#exists(other);
      if (parent.path === entry.path || parent.path.startsWith(`${entry.path}\\`)) {
        throw new DismError('InvalidParameter', `${this.label}: ${entry.path} cannot be moved into itself.`, {
          Target: to,
        });
      }
      image.move(entry.node, parent.node, name);
    });
  }

  remove(path: string, options: { readonly recursive?: boolean } = {}): Promise<void> {
    return this.#edit([], (image) => {
      const entry = this.#get(image, path);
      if (entry.path === '\\') throw this.#isRoot('removed');
      if (options.recursive !== true && image.children(entry.node).next().done !== true) {
        throw this.#notEmpty(entry);
      }
      image.remove(entry.node);
    });
  }

  async *changes(options: { readonly hashes?: boolean } = {}): AsyncIterable<FileChange> {
    const { image, changes } = await this.#read((image) => ({ image, changes: image.changes() }));
    const readPart = (digest: Uint8Array, offset: number, length: number): Promise<Uint8Array> =>
      this.#context.lock.read(() => this.#context.editor.read(digest, { offset, length }));
    yield* fileChanges(image, changes, options.hashes === true ? readPart : undefined);
  }

  commit(): Promise<void> {
    return this.#context.commit();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#context.close();
  }

  #read<T>(action: (image: EditedImage) => Promise<T> | T): Promise<T> {
    const { editor, lock } = this.#context;
    return lock.read(async () => action(await editor.image(this.index)));
  }

  /** @param contents what the edit brings in: what other containers hold of it is not edited meanwhile. */
  #edit(contents: readonly FileContent[], action: (image: EditedImage) => Promise<void> | void): Promise<void> {
    const { editor, lock } = this.#context;
    const others = contents.flatMap((content) =>
      'root' in content && content.root instanceof WimRoot ? [content.root.#context.lock] : [],
    );
    return lock.writeWith(others, async () => {
      if (editor.isReadOnly) {
        throw new DismError('ReadOnlyTarget', `${this.label} was opened for reading only.`, { Target: editor.path });
      }
      await action(await editor.image(this.index));
    });
  }

  #find(image: EditedImage, path: string): EditedEntry | undefined {
    const found = image.find(formatWindowsPath(parseWindowsPath(path)));
    if (found === undefined || typeof found === 'number') return found === undefined ? found : image.entry(found);
    throw ambiguousName(found.wanted, found.similar, found.directory);
  }

  #get(image: EditedImage, path: string): EditedEntry {
    const entry = this.#find(image, path);
    if (entry === undefined) throw this.#notFound(path, 'entry');
    return entry;
  }

  /** @param renamed the entry that is to have the name: then it is a new one even when it is found. */
  #place(image: EditedImage, path: string, renamed?: number): Place {
    const parts = parseWindowsPath(path);
    const name = parts.pop();
    if (name === undefined) throw this.#isRoot('written');
    const directory = formatWindowsPath(parts);
    const parent = this.#find(image, directory);
    if (parent === undefined || !isFolder(parent)) throw this.#notFound(directory, 'directory');
    const entry = this.#find(image, formatWindowsPath([...parts, name]));
    if (entry === undefined || renamed !== undefined) {
      checkNewName(name);
      // To Windows a short name names a file as well as its long one.
      if (name.length <= 12 && entry === undefined && image.hasName(parent.node, name, renamed ?? 0)) {
        throw new DismError('NameCollision', `${this.label}: ${name} is the short name of an entry of ${directory}.`, {
          Target: path,
        });
      }
    }
    return { parent, name, entry };
  }

  /** Metadata as the engine takes it, with the contents of streams staged. */
  #editOf(image: EditedImage, metadata: FileMetadata, parent: EditedEntry, node: number): Promise<EntryEdit> {
    const stage = (content: FileContent): Promise<Uint8Array> => this.#stage(content);
    return entryEdit({ image, parent: parent.node, node, label: this.label, stage }, metadata);
  }

  /** The digest of a content, which the next commit can store. */
  async #stage(content: FileContent): Promise<Uint8Array> {
    const { editor } = this.#context;
    if (!('root' in content)) return (await editor.stage(content)).digest;
    const { root, path } = content;
    if (!(root instanceof WimRoot)) {
      const file = await root.localFile?.(path);
      return (await editor.stage(file === undefined ? { bytes: await root.read(path) } : { file })).digest;
    }
    // This runs in an edit, which has taken the lock of the other container as well.
    const entry = root.#find(await root.#context.editor.image(root.index), path);
    if (!entry || isFolder(entry) || isLink(entry)) throw root.#notFound(path, 'file');
    root.#refuseEncrypted(entry);
    const { data } = entry;
    if (editor.stageFrom(root.#context.editor, data)) return data;
    throw new DismError('BlobMissing', `${root.label}: the content of ${path} is not in the file.`, { Target: path });
  }

  #refuseLink(entry: EditedEntry): void {
    this.#refuseEncrypted(entry);
    if (!isLink(entry)) return;
    throw new DismError('NotSupported', `${this.label}: ${entry.path} is a link: remove it before a file is written.`, {
      Target: entry.path,
    });
  }

  #refuseEncrypted(entry: EditedEntry): void {
    if ((entry.attributes & ENCRYPTED) === 0 || isFolder(entry)) return;
    throw new DismError('NotSupported', `${this.label}: the content of ${entry.path} is encrypted (EFS).`, {
      Target: entry.path,
    });
  }

  #notFound(path: string, what: string): DismError {
    return new DismError('PathNotFound', `${this.label} has no ${what} ${path}.`, { Target: path });
  }

  #notEmpty({ path }: EditedEntry): DismError {
    return new DismError('DirectoryNotEmpty', `${this.label}: the directory ${path} is not empty.`, { Target: path });
  }

  #exists(entry: EditedEntry): DismError {
    return new DismError('AlreadyExists', `${this.label}: ${entry.path} exists already.`, { Target: entry.path });
  }

  #isRoot(what: string): DismError {
    return new DismError('InvalidParameter', `${this.label}: the root of an image cannot be ${what}.`, {
      Target: '\\',
    });
  }
}

/** A directory that can have entries: no junction. */
function isFolder(entry: EditedEntry): boolean {
  return (entry.attributes & FileAttribute.Directory) !== 0 && !isLink(entry);
}
