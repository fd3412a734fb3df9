// One image of a WimEditor: its entries in memory, found, described and changed by plain calls.
import { addon, type NativeHandle } from '../native/addon.ts';
import {
  decodeChanges,
  decodeEditedEntries,
  decodeEditedEntry,
  type EditedChange,
  type EditedEntry,
} from '../native/edit-records.ts';
import type { AmbiguousEntry, EntryEdit } from '../native/editing.ts';

/** An image that is loaded. Entries are named by their node, a number that is valid until they are removed. */
export class EditedImage {
  readonly #editor: NativeHandle;
  readonly index: number;
  readonly #descriptors = new Map<number, Uint8Array | undefined>();

  constructor(editor: NativeHandle, index: number) {
    this.#editor = editor;
    this.index = index;
  }

  /** The node of a canonical path; what a name that is not unique could mean; undefined when there is no entry. */
  find(path: string): number | AmbiguousEntry | undefined {
    return addon().findEntry(this.#editor, this.index, path);
  }

  entry(node: number): EditedEntry {
    return decodeEditedEntry(addon().describeEntry(this.#editor, this.index, node));
  }

  /** What an entry was before it was edited; it may be removed now. */
  original(node: number): EditedEntry {
    return decodeEditedEntry(addon().describeOriginal(this.#editor, this.index, node));
  }

  /** All nodes as they are now in the order of the metadata (pre-order), each with the place of its directory there. */
  nodes(): { readonly node: Uint32Array; readonly parent: Uint32Array } {
    const bytes = addon().listNodes(this.#editor, this.index);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = bytes.length / 8;
    const list = { node: new Uint32Array(count), parent: new Uint32Array(count) };
    for (let i = 0; i < count; i++) {
      list.node[i] = view.getUint32(8 * i, true);
      list.parent[i] = view.getUint32(8 * i + 4, true);
    }
    return list;
  }

  /** The entries of a directory as they are now, in the collation order of NTFS. */
  children(node: number): Generator<EditedEntry, void, undefined> {
    return decodeEditedEntries(addon().describeChildren(this.#editor, this.index, node));
  }

  /** The net changes as they are now, in the order of paths. */
  changes(): Generator<EditedChange, void, undefined> {
    return decodeChanges(addon().describeChanges(this.#editor, this.index));
  }

  /** Whether another entry of a directory than `except` has a name or short name that is the same. */
  hasName(directory: number, name: string, except: number): boolean {
    return addon().hasName(this.#editor, this.index, directory, name, except);
  }

  /** A descriptor by its id; undefined when the id names none. */
  securityDescriptor(id: number): Uint8Array | undefined {
    if (!this.#descriptors.has(id)) {
      this.#descriptors.set(id, addon().securityDescriptor(this.#editor, this.index, id));
    }
    return this.#descriptors.get(id);
  }

  create(parent: number, name: string, edit: EntryEdit): number {
    return addon().createEntry(this.#editor, this.index, parent, name, edit);
  }

  /** What belongs to the file is given to all its names; new data makes this name a file of its own. */
  change(node: number, edit: EntryEdit): void {
    addon().changeEntry(this.#editor, this.index, node, edit);
  }

  link(parent: number, name: string, existing: number): number {
    return addon().linkEntry(this.#editor, this.index, parent, name, existing);
  }

  move(node: number, parent: number, name: string): void {
    addon().moveEntry(this.#editor, this.index, node, parent, name);
  }

  /** With all below it. */
  remove(node: number): void {
    addon().removeEntry(this.#editor, this.index, node);
  }
}
