// Edits of the tree of a directory: the entries, what is staged for them, and what the side-car keeps of them.
import { join } from 'node:path';
import { DismError } from '../../base/error.ts';
import type { FileTime } from '../../base/file-time.ts';
import { checkNewName, formatWindowsPath, parseWindowsPath } from '../../base/windows-path.ts';
import { addon } from '../../native/addon.ts';
import type { EntryEdit } from '../../native/editing.ts';
import { FileAttribute, type FileContent, type FileMetadata } from '../image-root.ts';
import { EMPTY_DIGEST, isLinkData } from '../wim-entry.ts';
import { entryEdit, newEntry } from '../wim-entry-edit.ts';
import { beyondDisk, nameTooLong, needsStandIn, standInName } from './disk-limits.ts';
import type { DiskStatus } from './disk-status.ts';
import type { EntryLoader } from './entry-loader.ts';
import { type Body, Children, Entry } from './entry-tree.ts';
import type { SideCar } from './side-car.ts';
import { SideCarEdits } from './side-car-edits.ts';
import { stageDirectory, stageFile, stageLink, withMetadata } from './staged-content.ts';
import type { StagingFolder } from './staging-folder.ts';
import {
  alreadyExists,
  directoryNotEmpty,
  entryAt,
  getEntry,
  isRoot,
  notFound,
  refuseEncrypted,
} from './tree-lookup.ts';

const KIND_ATTRIBUTES = FileAttribute.Directory | FileAttribute.ReparsePoint | 0x4000;

/** What a link has for contents. */
const NOTHING: FileContent = { bytes: new Uint8Array(0) };

/** Where and how edits are made. */
export interface EditContext {
  /** The real path of the tree. */
  readonly tree: string;
  readonly label: string;
  readonly now: FileTime;
  readonly loader: EntryLoader;
  readonly sideCar: SideCar;
  readonly staging: StagingFolder;
  /** Told what could not be kept. */
  readonly onLoss: (what: string) => void;
}

/** The place a path names: a directory, the name in it, and the entry that is there. */
interface Place {
  readonly parent: Entry;
  readonly name: string;
  readonly entry: Entry | undefined;
}

export class TreeEditor {
  /** Entries of the tree that are gone. */
  readonly removed = new Set<Entry>();
  readonly staging: StagingFolder;
  readonly #context: EditContext;
  readonly #edits: SideCarEdits;

  constructor(context: EditContext) {
    this.#context = context;
    this.staging = context.staging;
    this.#edits = new SideCarEdits(context.sideCar, context.loader);
  }

  async write(path: string, content: FileContent, metadata: FileMetadata): Promise<void> {
    const { sideCar, now } = this.#context;
    const { parent, name, entry } = await this.#place(path);
    if (entry !== undefined) this.#refuseToReplace(entry);
    // A new file has a time of creation of its own, which nothing but the side-car can make that of the old one.
    if (entry !== undefined) await sideCar.activate();
    const isKept = await this.#prepare(metadata, false, entry === undefined ? name : undefined);
    const edit = isKept ? await this.#editOf(metadata, parent, entry) : {};
    const old = entry?.body.status;
    const body = await this.#stageBody(isLinkData(metadata) ? NOTHING : content, old, metadata);
    if (entry === undefined) {
      const attributes = (metadata.attributes ?? FileAttribute.Archive) & ~KIND_ATTRIBUTES;
      const added = await this.#add(parent, name, body);
      if (isKept) this.#edits.create(added, { ...this.#inherited(parent, false), ...edit, attributes });
      added.isKeptLink = isLinkData(metadata);
      return;
    }
    if (isKept) {
      const node = await this.#edits.adopt(entry);
      sideCar.image.change(node, { lastWriteTime: now.Ticks, ...edit, data: EMPTY_DIGEST });
    }
    this.#setBody(entry, body, isKept);
    entry.isKeptLink ||= isLinkData(metadata);
  }

  async createDirectory(path: string, metadata: FileMetadata, withParents: boolean): Promise<void> {
    const parts = parseWindowsPath(path);
    for (let depth = withParents ? 1 : Math.max(parts.length, 1); depth <= parts.length; depth++) {
      const place = await this.#place(formatWindowsPath(parts.slice(0, depth)));
      if (place.entry !== undefined) {
        if (place.entry.isFolder) continue;
        const message = `${this.#context.label}: ${place.entry.path} exists and is not a directory.`;
        throw new DismError('AlreadyExists', message, { Target: path });
      }
      await this.#createOne(place, depth === parts.length ? metadata : {});
    }
  }

  async #createOne({ parent, name }: Place, metadata: FileMetadata): Promise<void> {
    const { staging, now } = this.#context;
    const isKept = await this.#prepare(metadata, true, name);
    const edit = isKept ? await this.#editOf(metadata, parent, undefined) : {};
    const text = this.#linkText(metadata);
    const body =
      text === undefined
        ? await stageDirectory(staging, metadata, now)
        : await stageLink(staging, text, undefined, metadata, now);
    const created = await this.#add(parent, name, body);
    if (body.kind === 'directory') created.children = new Children();
    created.isKeptLink = isLinkData(metadata);
    if (!isKept) return;
    const attributes = ((metadata.attributes ?? 0) & ~KIND_ATTRIBUTES) | FileAttribute.Directory;
    this.#edits.create(created, { ...this.#inherited(parent, true), ...edit, attributes });
  }

  async setMetadata(path: string, metadata: FileMetadata): Promise<void> {
    const { loader, sideCar, label } = this.#context;
    const entry = await getEntry(loader, path, label);
    const { body } = entry;
    if (isLinkData(metadata) && entry.isFolder && !(await loader.children(entry)).isEmpty) {
      throw directoryNotEmpty(label, entry);
    }
    const isKept = await this.#prepare(metadata, body.kind === 'directory', undefined);
    const edit = isKept ? await this.#editOf(metadata, entry.parent, entry) : {};
    const other = await this.#bodyWithReparse(entry, metadata);
    if (isKept) {
      const node = await this.#edits.adopt(entry);
      // A link has no contents.
      const data = isLinkData(metadata) && body.kind !== 'directory' ? { data: EMPTY_DIGEST } : {};
      sideCar.image.change(node, { ...edit, ...data });
    }
    if (other !== undefined) {
      this.#setBody(entry, other, isKept);
      entry.children = other.kind === 'directory' ? new Children() : undefined;
    } else entry.body.status = withMetadata(entry.body.status, metadata, sideCar.modesShowReadOnly);
    if (metadata.reparse !== undefined) entry.isKeptLink = isLinkData(metadata);
  }

  async link(path: string, existing: string): Promise<void> {
    const { loader, sideCar, label } = this.#context;
    const source = await getEntry(loader, existing, label);
    if (source.body.kind !== 'file' || sideCar.stat(source).reparseTag !== 0) {
      const message = `${label}: ${source.path} is not a plain file; only those can have several names.`;
      throw new DismError('NotSupported', message, { Target: existing });
    }
    const { parent, name, entry } = await this.#place(path);
    if (entry !== undefined) throw alreadyExists(label, entry);
    const isKept = await this.#prepare({}, false, name);
    if (isKept) await this.#edits.adopt(source);
    const added = await this.#add(parent, name, source.body);
    countLinks(source.body, 1);
    if (isKept) this.#edits.link(added, source);
  }

  async rename(from: string, to: string): Promise<void> {
    const { loader, sideCar, label } = this.#context;
    const entry = await getEntry(loader, from, label);
    if (entry.parent === undefined) throw isRoot('renamed');
    const { parent, name, entry: other } = await this.#place(to, entry);
    if (other !== undefined && other !== entry) throw alreadyExists(label, other);
    for (let at: Entry | undefined = parent; at !== undefined; at = at.parent) {
      if (at !== entry) continue;
      throw new DismError('InvalidParameter', `${label}: ${entry.path} cannot be moved into itself.`, { Target: to });
    }
    await this.#prepare({}, entry.body.kind === 'directory', name);
    const isBack = entry.origin?.parent === parent && entry.origin.name === name;
    const diskName = isBack ? entry.origin.diskName : await this.#diskName(parent, name);
    if (entry.body.kind === 'directory') await loader.loadAll(entry);
    if (entry.node !== undefined || needsStandIn(name)) {
      const node = await this.#edits.adopt(entry);
      sideCar.image.move(node, this.#edits.nodeFor(parent), name);
    }
    entry.parent.children?.delete(entry);
    entry.parent = parent;
    entry.name = name;
    entry.diskName = diskName;
    (await loader.children(parent)).add(entry);
  }

  async remove(path: string, recursive: boolean): Promise<void> {
    const { loader, sideCar, label } = this.#context;
    const entry = await getEntry(loader, path, label);
    if (entry.parent === undefined) throw isRoot('removed');
    if (entry.body.kind === 'directory') {
      if (!recursive && !(await loader.children(entry)).isEmpty) throw directoryNotEmpty(label, entry);
      await loader.loadAll(entry);
    }
    entry.parent.children?.delete(entry);
    if (entry.node !== undefined) sideCar.image.remove(entry.node);
    this.#forget(entry);
  }

  /** The directory that a path names a place in, and what is there. `renamed`: the entry that is to have the name. */
  async #place(path: string, renamed?: Entry): Promise<Place> {
    const { loader, sideCar, label } = this.#context;
    const parts = parseWindowsPath(path);
    const name = parts.pop();
    if (name === undefined) throw isRoot('written');
    const directory = formatWindowsPath(parts);
    const parent = await entryAt(loader, directory);
    if (parent?.isFolder !== true) throw notFound(label, directory, 'directory');
    const entry = (await loader.children(parent)).find(name, parent.path);
    if (entry === undefined || renamed !== undefined) checkNewName(name);
    const except = renamed?.node ?? 0;
    // To Windows a short name names a file as well as its long one.
    if (entry === undefined && name.length <= 12 && parent.node !== undefined) {
      if (sideCar.image.hasName(parent.node, name, except)) {
        const message = `${label}: ${name} is the short name of an entry of ${directory}.`;
        throw new DismError('NameCollision', message, { Target: path });
      }
    }
    return { parent, name, entry };
  }

  /**
   * Sees to a side-car where one is needed.
   * @returns whether what is edited is kept there.
   */
  async #prepare(metadata: FileMetadata, isDirectory: boolean, newName: string | undefined): Promise<boolean> {
    const { sideCar, label, onLoss } = this.#context;
    if (sideCar.isActive) return true;
    const beyond = beyondDisk(metadata, isDirectory);
    const isLong = newName !== undefined && needsStandIn(newName);
    if (beyond.length === 0 && !isLong) return false;
    if (await sideCar.activate()) return true;
    if (isLong) throw nameTooLong(newName);
    if (metadata.reparse !== undefined) {
      const message = `${label}: a reparse point needs a side-car, which cannot be made beside the directory.`;
      throw new DismError('NotSupported', message, { Target: label });
    }
    for (const what of beyond) onLoss(what);
    return false;
  }

  async #editOf(metadata: FileMetadata, parent: Entry | undefined, entry: Entry | undefined): Promise<EntryEdit> {
    const { loader, sideCar, label } = this.#context;
    const { shortName = '' } = metadata;
    if (shortName !== '' && parent !== undefined && (await loader.children(parent)).has(shortName, entry)) {
      throw new DismError('NameCollision', `${label}: the short name ${shortName} is taken in its directory.`, {
        Target: shortName,
      });
    }
    const place = {
      image: sideCar.image,
      parent: parent === undefined ? 0 : this.#edits.nodeFor(parent),
      node: entry?.node ?? 0,
      label,
      stage: (content: FileContent) => this.#stage(content),
    };
    return entryEdit(place, metadata);
  }

  async #stage(content: FileContent): Promise<Uint8Array> {
    const { draft } = this.#context.sideCar;
    if (!('root' in content)) return draft.stage(content);
    const file = await content.root.localFile?.(content.path);
    return draft.stage(file === undefined ? { bytes: await content.root.read(content.path) } : { file });
  }

  #inherited(parent: Entry, isDirectory: boolean): EntryEdit {
    const { image } = this.#context.sideCar;
    return newEntry(image, image.entry(this.#edits.nodeFor(parent)), isDirectory, this.#context.now.Ticks);
  }

  /** What takes the place of an entry that gets reparse data; undefined where that does not show on the disk. */
  async #bodyWithReparse(entry: Entry, metadata: FileMetadata): Promise<Body | undefined> {
    const { body } = entry;
    if (metadata.reparse === undefined) return undefined;
    const { attributes, lastAccessTime, lastWriteTime } = this.#context.sideCar.stat(entry);
    const kept = { attributes, lastAccessTime, lastWriteTime, ...metadata };
    if (isLinkData(metadata)) {
      const isPlaceholder = body.kind === 'directory' && this.#linkText(metadata) === undefined;
      return isPlaceholder ? undefined : this.#stageBody(NOTHING, body.status, kept);
    }
    if (body.kind === 'link') {
      // It is no link any more, but what it was a link to stays: a file or a directory.
      const { isDirectory } = this.#context.sideCar.stat(entry);
      if (!isDirectory) return this.#stageBody(NOTHING, body.status, kept);
      return stageDirectory(this.#context.staging, kept, this.#context.now);
    }
    // A reparse point is a file of its own.
    if (body.kind !== 'file' || body.status.linkCount === 1) return undefined;
    const file = body.isStaged ? body.location : join(this.#context.tree, body.location);
    return this.#stageBody({ file }, body.status, kept);
  }

  /** A file, or the link that the metadata makes of it. */
  #stageBody(content: FileContent, old: DiskStatus | undefined, metadata: FileMetadata): Promise<Body> {
    const { staging, sideCar, now } = this.#context;
    const text = this.#linkText(metadata);
    return text === undefined
      ? stageFile(staging, content, old, metadata, now, sideCar.modesShowReadOnly)
      : stageLink(staging, text, old, metadata, now);
  }

  #linkText({ reparse }: FileMetadata): Uint8Array | undefined {
    return reparse && addon().linkText(reparse.tag, reparse.data, this.#context.tree);
  }

  async #add(parent: Entry, name: string, body: Body): Promise<Entry> {
    const entry = new Entry(parent, name, await this.#diskName(parent, name), body);
    parent.children!.add(entry);
    return entry;
  }

  async #diskName(parent: Entry, name: string): Promise<string> {
    return needsStandIn(name) ? standInName(name, await this.#context.loader.children(parent)) : name;
  }

  #setBody(entry: Entry, body: Body, isAdopted: boolean): void {
    entry.body.entries.delete(entry);
    countLinks(entry.body, -1);
    entry.body = body;
    body.entries.add(entry);
    body.isAdopted = isAdopted;
  }

  #forget(entry: Entry): void {
    for (const child of entry.children ?? []) this.#forget(child);
    entry.body.entries.delete(entry);
    countLinks(entry.body, -1);
    entry.parent = undefined;
    if (entry.origin !== undefined) this.removed.add(entry);
  }

  #refuseToReplace(entry: Entry): void {
    const { label, sideCar } = this.#context;
    if (entry.isFolder) {
      const message = `${entry.path} is a directory: a file cannot take its place.`;
      throw new DismError('AlreadyExists', message, { Target: entry.path });
    }
    refuseEncrypted(label, sideCar.stat(entry));
    if (!entry.isLink) return;
    throw new DismError('NotSupported', `${label}: ${entry.path} is a link: remove it before a file is written.`, {
      Target: entry.path,
    });
  }
}

function countLinks(body: Body, difference: number): void {
  if (body.kind === 'file') body.status = { ...body.status, linkCount: body.status.linkCount + difference };
}
