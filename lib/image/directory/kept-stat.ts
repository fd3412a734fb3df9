// What an entry of a directory is to Windows: what the disk tells, completed by what the side-car keeps. The rules are those
// by which a capture restores (native/wim/capture/FORMAT.md, "Side-car").
import { FileTime } from '../../base/file-time.ts';
import type { EditedEntry } from '../../native/edit-records.ts';
import { FileAttribute, type FileStat } from '../image-root.ts';
import { sha1Text } from '../wim-entry.ts';
import { attributesOf, type DiskStatus, SYMBOLIC_LINK_TAG } from './disk-status.ts';

const ENCRYPTED = 0x4000;
const KIND = FileAttribute.ReparsePoint | FileAttribute.Directory;

/** What is kept of an entry, and whether the file is still the one that it was kept of. */
export interface Kept {
  readonly entry: EditedEntry;
  readonly securityDescriptor: Uint8Array | undefined;
  /** Inode, size and times are those of then. */
  readonly isUnchanged: boolean;
  /** The time of writing is that of then. */
  readonly hasItsTime: boolean;
  /** READONLY is shown by the mode. */
  readonly modesShowReadOnly: boolean;
}

/** @param kept undefined when nothing is kept, or of another kind of file. */
export function statOf(
  { path, name }: { readonly path: string; readonly name: string },
  status: DiskStatus,
  kept: Kept | undefined,
): FileStat {
  const shown = attributesOf(status);
  const attributes = kept === undefined ? shown : keptAttributes(kept, status, shown);
  const hasReparse = kept?.isUnchanged === true && kept.entry.reparseTag !== 0;
  const times = kept?.hasItsTime === true ? kept.entry : undefined;
  return {
    path,
    name,
    isDirectory: (attributes & FileAttribute.Directory) !== 0,
    size: status.size,
    attributes,
    creationTime: kept ? new FileTime(kept.entry.creationTime) : FileTime.fromNanoseconds(status.born),
    lastAccessTime: times ? new FileTime(times.lastAccessTime) : FileTime.fromNanoseconds(status.accessed),
    lastWriteTime: times ? new FileTime(times.lastWriteTime) : FileTime.fromNanoseconds(status.modified),
    shortName: kept?.entry.shortName ?? '',
    ...(kept?.securityDescriptor === undefined ? {} : { securityDescriptor: kept.securityDescriptor }),
    reparseTag: hasReparse ? kept.entry.reparseTag : status.kind === 'link' ? SYMBOLIC_LINK_TAG : 0,
    ...(hasReparse ? { reparseSha1: sha1Text(kept.entry.digest) } : {}),
    streams:
      kept?.entry.streams.map(({ name: stream, size, digest }) => ({ name: stream, size, sha1: sha1Text(digest) })) ??
      [],
    linkCount: status.linkCount,
  };
}

function keptAttributes({ entry, isUnchanged, modesShowReadOnly }: Kept, status: DiskStatus, shown: number): number {
  let attributes = (entry.attributes & ~(KIND | ENCRYPTED)) | (shown & KIND);
  if ((entry.attributes & ENCRYPTED) !== 0 && (isUnchanged || status.kind === 'directory')) attributes |= ENCRYPTED;
  if (entry.reparseTag !== 0 && isUnchanged) {
    if (status.kind === 'link') attributes &= ~FileAttribute.Directory;
    attributes |= FileAttribute.ReparsePoint | (entry.attributes & FileAttribute.Directory);
  }
  if (status.kind !== 'file' || !modesShowReadOnly) return attributes;
  return (attributes & ~FileAttribute.ReadOnly) | (shown & FileAttribute.ReadOnly);
}
