// Entries of an image in a WIM as FileStat.
import { FileTime } from '../base/file-time.ts';
import type { EditedEntry } from '../native/edit-records.ts';
import type { EditedImage } from '../wim/edited-image.ts';
import { FileAttribute, type FileMetadata, type FileStat } from './image-root.ts';

/** Tags with this bit stand for another file or directory. */
const NAME_SURROGATE = 0x20000000;

/** The digest that stands for no bytes at all. */
export const EMPTY_DIGEST: Uint8Array = new Uint8Array(20);

/** Whether an entry is a symbolic link, a junction or the like. */
export function isLink({ reparseTag }: { readonly reparseTag: number }): boolean {
  return (reparseTag & NAME_SURROGATE) !== 0;
}

/** Whether metadata makes an entry such a link. */
export function isLinkData({ reparse }: FileMetadata): boolean {
  return reparse !== undefined && isLink({ reparseTag: reparse.tag });
}

/** Whether a digest stands for no bytes at all. */
export function isEmptyDigest(digest: Uint8Array): boolean {
  return digest.every((byte) => byte === 0);
}

/** A digest as the text that FileStat has; empty for no bytes. */
export function sha1Text(digest: Uint8Array): string {
  return isEmptyDigest(digest) ? '' : Buffer.from(digest).toString('hex');
}

/** What is known of an entry. */
export function statOfEntry(image: EditedImage, entry: EditedEntry): FileStat {
  const isDirectory = (entry.attributes & FileAttribute.Directory) !== 0;
  const { path, data } = entry;
  return {
    path,
    name: path.slice(path.lastIndexOf('\\') + 1),
    isDirectory,
    size: isDirectory ? 0 : entry.size,
    attributes: entry.attributes,
    creationTime: new FileTime(entry.creationTime),
    lastAccessTime: new FileTime(entry.lastAccessTime),
    lastWriteTime: new FileTime(entry.lastWriteTime),
    shortName: entry.shortName,
    securityDescriptor: image.securityDescriptor(entry.securityId),
    reparseTag: entry.reparseTag,
    ...(entry.reparseTag === 0 ? {} : { reparseSha1: sha1Text(entry.digest) }),
    streams: entry.streams.map(({ name, size, digest }) => ({ name, size, sha1: sha1Text(digest) })),
    linkCount: entry.linkCount,
    sha1: isDirectory || isLink(entry) ? undefined : sha1Text(data),
  };
}
