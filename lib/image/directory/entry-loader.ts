// Brings entries of the disk into the tree when they are first looked at.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DismError } from '../../base/error.ts';
import { fromSystemError } from '../../base/system-error.ts';
import { isLink } from '../wim-entry.ts';
import { readDiskStatus } from './disk-status.ts';
import { Body, Children, Entry } from './entry-tree.ts';
import type { SideCar } from './side-car.ts';
import { hiddenName } from './staging-folder.ts';

const STATUSES_AT_ONCE = 64;

export class EntryLoader {
  readonly #tree: string;
  readonly #sideCar: SideCar;
  /** Files with several names, by device and inode. */
  readonly #linked = new Map<string, Body>();
  readonly root: Entry;

  private constructor(tree: string, sideCar: SideCar, root: Entry) {
    this.#tree = tree;
    this.#sideCar = sideCar;
    this.root = root;
  }

  static async open(tree: string, sideCar: SideCar): Promise<EntryLoader> {
    const status = await readDiskStatus(tree);
    if (status?.kind !== 'directory') {
      throw new DismError('PathNotFound', `${tree} is not a directory.`, { Target: tree });
    }
    const root = new Entry(undefined, '', '', new Body(status, '', false), {
      node: sideCar.isActive ? 0 : undefined,
    });
    return new EntryLoader(tree, sideCar, root);
  }

  /** The entries of a directory that is in the tree. */
  async children(directory: Entry): Promise<Children> {
    if (directory.children !== undefined) return directory.children;
    const children = new Children();
    const kept = directory.node === undefined ? undefined : this.#sideCar.childrenOf(directory.node);
    // A directory keeps the place it has on the disk until the commit.
    const diskPath = directory.origin?.diskPath ?? [];
    const folder = join(this.#tree, ...diskPath);
    let names: string[];
    try {
      names = await readdir(folder);
    } catch (error) {
      throw fromSystemError(error, folder);
    }
    for (let at = 0; at < names.length; at += STATUSES_AT_ONCE) {
      const some = names.slice(at, at + STATUSES_AT_ONCE);
      const statuses = await Promise.all(some.map((name) => readDiskStatus(join(folder, name))));
      some.forEach((diskName, i) => {
        const status = statuses[i];
        // What an image cannot hold is no entry, as at a capture.
        if (status === undefined || diskName.includes('\\') || diskName === hiddenName) return;
        const path = [...diskPath, diskName];
        const known = kept?.get(diskName);
        const name = known === undefined ? diskName : known.path.slice(known.path.lastIndexOf('\\') + 1);
        const body = this.#bodyOf(status, path);
        const entry = new Entry(directory, name, diskName, body, { node: known?.node, diskPath: path });
        if (known !== undefined && isLink(known)) {
          entry.isKeptLink = this.#sideCar.kept(entry)?.isUnchanged === true;
        }
        children.add(entry);
      });
    }
    // What is not there any more is no entry: a new one of its name has nothing to do with it.
    for (const name of names) kept?.delete(name);
    for (const { node } of kept?.values() ?? []) this.#sideCar.image.remove(node);
    directory.children = children;
    return children;
  }

  #bodyOf(status: NonNullable<Awaited<ReturnType<typeof readDiskStatus>>>, path: readonly string[]): Body {
    const location = path.join('/');
    if (status.linkCount === 1) return new Body(status, location, false);
    const key = `${status.device}:${status.inode}`;
    const known = this.#linked.get(key);
    if (known !== undefined) return known;
    const body = new Body(status, location, false);
    this.#linked.set(key, body);
    return body;
  }

  /** Loads everything below an entry. */
  async loadAll(directory: Entry): Promise<void> {
    const pending = [directory];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (const child of await this.children(at)) if (child.body.kind === 'directory') pending.push(child);
    }
  }
}
