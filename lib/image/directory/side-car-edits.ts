// Edits of what the side-car keeps. The image of the side-car follows the entries of the tree: an entry that is edited is
// adopted first, which makes what is kept of it agree with what the tree shows at that moment.
import { FileTime } from '../../base/file-time.ts';
import type { EntryEdit } from '../../native/editing.ts';
import { FileAttribute } from '../image-root.ts';
import { EMPTY_DIGEST } from '../wim-entry.ts';
import { attributesOf, type DiskStatus } from './disk-status.ts';
import type { EntryLoader } from './entry-loader.ts';
import type { Body, Entry } from './entry-tree.ts';
import type { SideCar } from './side-car.ts';

const KIND = FileAttribute.ReparsePoint | FileAttribute.Directory;

export class SideCarEdits {
  readonly #sideCar: SideCar;
  readonly #loader: EntryLoader;

  /** @param sideCar is to be active when anything is called. */
  constructor(sideCar: SideCar, loader: EntryLoader) {
    this.#sideCar = sideCar;
    this.#loader = loader;
  }

  /** The node of a directory, made when there is none: then nothing is kept of the directory itself. */
  nodeFor(directory: Entry): number {
    if (directory.node !== undefined) return directory.node;
    if (directory.parent === undefined) directory.node = 0;
    else directory.node = this.#makePlain(directory);
    this.#touch(directory, true);
    return directory.node;
  }

  /** A node for an entry that has just been made. */
  create(entry: Entry, edit: EntryEdit): void {
    entry.node = this.#sideCar.image.create(this.nodeFor(entry.parent!), entry.name, edit);
    this.#touch(entry, false);
    entry.body.isAdopted = true;
  }

  /** A node for one more name of a file. */
  link(entry: Entry, existing: Entry): void {
    entry.node = this.#sideCar.image.link(this.nodeFor(entry.parent!), entry.name, existing.node!);
    this.#touch(entry, false);
  }

  /** Makes what is kept of an entry, and of the other names of its file, what the tree shows of it now. */
  async adopt(entry: Entry): Promise<number> {
    this.#adoptOne(entry);
    const { body } = entry;
    if (!body.isAdopted && body.kind === 'file' && body.status.linkCount > 1) await this.#adoptLinks(entry);
    body.isAdopted = true;
    return entry.node!;
  }

  #touch(entry: Entry, isBare: boolean): void {
    this.#sideCar.touched.set(entry.node!, { entry, isBare });
  }

  #makePlain(entry: Entry): number {
    const { image } = this.#sideCar;
    return image.create(this.nodeFor(entry.parent!), entry.name, plainEdit(entry.body.status));
  }

  #adoptOne(entry: Entry): void {
    const { image, touched } = this.#sideCar;
    const { node, body } = entry;
    if (node !== undefined && touched.get(node)?.isBare === false) return;
    if (node === undefined) entry.node = entry.parent === undefined ? 0 : this.#makePlain(entry);
    const kept = node === undefined ? undefined : this.#sideCar.kept(entry);
    if (kept === undefined) {
      const recorded = node === undefined ? undefined : this.#sideCar.file(node);
      const isOtherKind = recorded !== undefined && recorded.kind !== body.kind;
      if (isOtherKind && entry.parent !== undefined) {
        image.remove(node!);
        entry.node = this.#makePlain(entry);
      } else image.change(entry.node!, plainEdit(body.status));
    } else if (!kept.isUnchanged || !kept.hasItsTime) {
      const { attributes, lastWriteTime, lastAccessTime } = this.#sideCar.stat(entry);
      const times = { lastWriteTime: lastWriteTime.Ticks, lastAccessTime: lastAccessTime.Ticks };
      if (kept.isUnchanged || kept.entry.reparseTag === 0) image.change(node!, { ...times, attributes });
      else {
        // Reparse data belongs to the file as it was.
        const { creationTime, shortName, streams } = kept.entry;
        image.remove(node!);
        entry.node = image.create(this.nodeFor(entry.parent!), entry.name, {
          ...times,
          attributes: attributes & ~FileAttribute.ReparsePoint,
          creationTime,
          shortName,
          streams,
          ...(kept.securityDescriptor && { securityDescriptor: kept.securityDescriptor }),
        });
      }
    }
    this.#touch(entry, false);
  }

  /** The names of a file are one group in the image as well, and no other entry is in it. */
  async #adoptLinks(entry: Entry): Promise<void> {
    const { image } = this.#sideCar;
    const { body } = entry;
    if (image.entry(entry.node!).linkCount !== body.status.linkCount) {
      await this.#loader.loadAll(this.#loader.root);
      this.#detachOthers(entry, body);
      for (const name of body.entries) this.#joinGroup(name, entry);
    }
    for (const name of body.entries) if (name.node !== undefined) this.#touch(name, false);
  }

  #detachOthers(entry: Entry, body: Body): void {
    const { image } = this.#sideCar;
    const { linkId } = image.entry(entry.node!);
    if (linkId === 0n) return;
    const visit = (one: Entry): void => {
      if (one.node !== undefined && one.body.kind === 'file' && one.body !== body) {
        if (image.entry(one.node).linkId === linkId) image.change(one.node, { data: EMPTY_DIGEST });
      }
      for (const child of one.children ?? []) visit(child);
    };
    visit(this.#loader.root);
  }

  #joinGroup(name: Entry, entry: Entry): void {
    const { image } = this.#sideCar;
    if (name === entry) return;
    const known = name.node === undefined ? undefined : image.entry(name.node);
    const { linkId } = image.entry(entry.node!);
    if (known !== undefined && linkId !== 0n && known.linkId === linkId) return;
    if (known !== undefined) image.remove(known.node);
    name.node = image.link(this.nodeFor(name.parent!), name.name, entry.node!);
    if (known !== undefined && known.shortName !== '') image.change(name.node, { shortName: known.shortName });
  }
}

/** What a capture takes from the disk alone. */
function plainEdit(status: DiskStatus): EntryEdit {
  return {
    attributes: attributesOf(status) & ~(status.kind === 'directory' ? 0 : KIND),
    creationTime: FileTime.fromNanoseconds(status.born).Ticks,
    lastAccessTime: FileTime.fromNanoseconds(status.accessed).Ticks,
    lastWriteTime: FileTime.fromNanoseconds(status.modified).Ticks,
  };
}
