// What the file system of a directory cannot keep, so that it needs a side-car.
import { createHash } from 'node:crypto';
import { DismError } from '../../base/error.ts';
import { FileAttribute, type FileMetadata } from '../image-root.ts';
import type { Children } from './entry-tree.ts';

const LONGEST_NAME = 255;
const LONGEST_STAND_IN_PREFIX = 200;

/** The properties that the file system alone does not keep, in words. */
export function beyondDisk(metadata: FileMetadata, isDirectory: boolean): string[] {
  const { attributes, reparse } = metadata;
  const shown = isDirectory ? FileAttribute.Directory : FileAttribute.Archive | FileAttribute.ReadOnly;
  const isMore =
    attributes !== undefined &&
    ((attributes & ~shown & ~FileAttribute.Directory) !== 0 ||
      (!isDirectory && (attributes & FileAttribute.Archive) === 0));
  const beyond: readonly (readonly [boolean, string])[] = [
    [(metadata.securityDescriptor?.length ?? 0) > 0, 'security descriptors'],
    [(metadata.shortName ?? '') !== '', 'short names'],
    [(metadata.streams?.length ?? 0) > 0, 'named streams'],
    [metadata.creationTime !== undefined, 'creation times'],
    [isMore, 'attributes other than READONLY'],
    [reparse !== undefined, 'reparse points'],
  ];
  return beyond.filter(([is]) => is).map(([, what]) => what);
}

/** Whether a name is too long for the file system. */
export function needsStandIn(name: string): boolean {
  return Buffer.byteLength(name) > LONGEST_NAME;
}

/** The name on the disk of one that is too long (native/wim/capture/FORMAT.md, "Side-car"). */
export function standInName(name: string, siblings: Children): string {
  let prefix = Buffer.from(name).subarray(0, LONGEST_STAND_IN_PREFIX + 1);
  let end = LONGEST_STAND_IN_PREFIX;
  while (((prefix[end] ?? 0) & 0xc0) === 0x80) end--;
  prefix = prefix.subarray(0, end);
  const taken = new Set([...siblings].map(({ diskName }) => diskName));
  for (let units = Buffer.from(name, 'utf16le'); ; units = Buffer.concat([units, Buffer.alloc(1)])) {
    const digest = createHash('sha1').update(units).digest('hex').slice(0, 12);
    const standIn = `${prefix.toString().replaceAll('/', '_')}~${digest}`;
    if (!taken.has(standIn)) return standIn;
  }
}

/** A name that the file system cannot hold, where no side-car can. */
export function nameTooLong(name: string): DismError {
  return new DismError('FilenameTooLong', `"${name}" has more than the 255 bytes that the file system holds.`, {
    Target: name,
  });
}
