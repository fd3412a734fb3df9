// The net changes of an image in a WIM as FileChange, with hashes of contents on request.
import { createHash } from 'node:crypto';
import type { EditedChange, EditedEntry } from '../native/edit-records.ts';
import type { EditedImage } from '../wim/edited-image.ts';
import type { FileChange } from './image-root.ts';
import { isLink, statOfEntry } from './wim-entry.ts';

type ReadPart = (digest: Uint8Array, offset: number, length: number) => Promise<Uint8Array>;

/** Contents are hashed in parts of this size, larger ones than fit into one array. */
const PART = 64 << 20;

/** @param read reads contents for their SHA-256; without it there are no hashes. */
export async function* fileChanges(
  image: EditedImage,
  changes: Iterable<EditedChange>,
  read: ReadPart | undefined,
): AsyncGenerator<FileChange, void, undefined> {
  for (const { kind, before, after } of changes) {
    const path = (after ?? before)!.path;
    const hashOf = (entry: EditedEntry | undefined): Promise<string | undefined> => hashEntry(image, entry, read);
    const sha256Before = await hashOf(before);
    const isSame = before && after && Buffer.compare(before.data, after.data) === 0;
    const sha256After = isSame ? sha256Before : await hashOf(after);
    yield {
      kind,
      path,
      ...(before && { before: statOfEntry(image, before) }),
      ...(after && { after: statOfEntry(image, after) }),
      ...(sha256Before !== undefined && { sha256Before }),
      ...(sha256After !== undefined && { sha256After }),
    };
  }
}

async function hashEntry(
  image: EditedImage,
  entry: EditedEntry | undefined,
  read: ReadPart | undefined,
): Promise<string | undefined> {
  if (entry === undefined || read === undefined) return undefined;
  const { isDirectory, size } = statOfEntry(image, entry);
  if (isDirectory || isLink(entry)) return undefined;
  const hash = createHash('sha256');
  for (let offset = 0; offset < size; offset += PART) {
    hash.update(await read(entry.data, offset, Math.min(PART, size - offset)));
  }
  return hash.digest('hex');
}
