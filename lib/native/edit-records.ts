// Decodes the entries and changes of an image being edited. The layout is written in native/wim/edit/entry_records.h.
import { decodeEntry, type ListedEntry } from './entry-batch.ts';

/** An entry of an image being edited. */
export interface EditedEntry extends ListedEntry {
  /** Its number in the image. */
  readonly node: number;
  /** How many names the file has. */
  readonly linkCount: number;
  /** SHA-1 of the unnamed stream, all zero when it is empty or absent. */
  readonly data: Uint8Array;
}

const kinds = ['create', 'replace', 'metadata', 'rename', 'remove'] as const;

/** A net change of an entry. */
export interface EditedChange {
  readonly kind: (typeof kinds)[number];
  readonly before?: EditedEntry | undefined;
  readonly after?: EditedEntry | undefined;
}

/** What stands before the entry record: node, link count, digest. */
const PREFIX = 28;

function entryAt(batch: Uint8Array, view: DataView, at: number): EditedEntry {
  return {
    ...decodeEntry(batch, view, at + PREFIX),
    node: view.getUint32(at, true),
    linkCount: view.getUint32(at + 4, true),
    data: batch.slice(at + 8, at + PREFIX),
  };
}

function viewOf(batch: Uint8Array): DataView {
  return new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
}

/** The entries of a packed list, one by one. */
export function* decodeEditedEntries(batch: Uint8Array): Generator<EditedEntry, void, undefined> {
  const view = viewOf(batch);
  for (let at = 0; at < batch.length; at += PREFIX + view.getUint32(at + PREFIX, true)) yield entryAt(batch, view, at);
}

/** The one entry of a packed description. */
export function decodeEditedEntry(bytes: Uint8Array): EditedEntry {
  return entryAt(bytes, viewOf(bytes), 0);
}

/** The changes of a packed list, one by one. */
export function* decodeChanges(batch: Uint8Array): Generator<EditedChange, void, undefined> {
  const view = viewOf(batch);
  for (let at = 0; at < batch.length; ) {
    const kind = kinds[batch[at]!]!;
    const [hasBefore, hasAfter] = [batch[at + 1] === 1, batch[at + 2] === 1];
    at += 3;
    let before: EditedEntry | undefined;
    if (hasBefore) {
      before = entryAt(batch, view, at);
      at += PREFIX + view.getUint32(at + PREFIX, true);
    }
    let after: EditedEntry | undefined;
    if (hasAfter) {
      after = entryAt(batch, view, at);
      at += PREFIX + view.getUint32(at + PREFIX, true);
    }
    yield { kind, before, after };
  }
}
