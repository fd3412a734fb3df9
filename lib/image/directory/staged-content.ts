// Contents and properties on their way into a directory: copied into the staging folder, and made durable at the commit.
import { constants } from 'node:fs';
import { chmod, chown, copyFile, link, mkdir, open, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DismError } from '../../base/error.ts';
import type { FileTime } from '../../base/file-time.ts';
import { fromSystemError } from '../../base/system-error.ts';
import { addon } from '../../native/addon.ts';
import { toDismError } from '../../native/job.ts';
import { FileAttribute, type FileContent, type FileMetadata, type ImageRoot } from '../image-root.ts';
import { flush } from './commit-files.ts';
import type { CommitSteps } from './commit-steps.ts';
import { type DiskStatus, modeWithReadOnly, nanosecondsFromFileTime, readDiskStatus } from './disk-status.ts';
import { Body } from './entry-tree.ts';
import type { StagingFolder } from './staging-folder.ts';

const COPY_CHUNK = 4 << 20;
const FLUSHES_AT_ONCE = 16;

/** A file in the staging folder. `old` is the file that it replaces. */
export async function stageFile(
  staging: StagingFolder,
  content: FileContent,
  old: DiskStatus | undefined,
  metadata: FileMetadata,
  now: FileTime,
  modesShowReadOnly: boolean,
): Promise<Body> {
  const location = join(staging.path, staging.nextName());
  if ('bytes' in content) await writeFile(location, content.bytes, { flag: 'wx', mode: 0o644 });
  else if ('file' in content) await copyLocal(content.file, location);
  else await copyFromRoot(content.root, content.path, location);
  return stagedBody(location, old, metadata, now, modesShowReadOnly);
}

/** A directory in the staging folder. */
export async function stageDirectory(staging: StagingFolder, metadata: FileMetadata, now: FileTime): Promise<Body> {
  const location = join(staging.path, staging.nextName());
  await mkdir(location, { mode: 0o755 });
  return stagedBody(location, undefined, metadata, now, true);
}

/** A link in the staging folder. `old` is what it replaces. */
export async function stageLink(
  staging: StagingFolder,
  text: Uint8Array,
  old: DiskStatus | undefined,
  metadata: FileMetadata,
  now: FileTime,
): Promise<Body> {
  const location = join(staging.path, staging.nextName());
  await symlink(Buffer.from(text), location);
  return stagedBody(location, old, metadata, now, true);
}

/** A body for what was staged, with the status that it will have. */
async function stagedBody(
  location: string,
  old: DiskStatus | undefined,
  metadata: FileMetadata,
  time: FileTime,
  modesShowReadOnly: boolean,
): Promise<Body> {
  const made = (await readDiskStatus(location))!;
  const now = nanosecondsFromFileTime(time);
  const status: DiskStatus = {
    ...made,
    mode: (old?.kind === made.kind ? old.mode : undefined) ?? (made.kind === 'directory' ? 0o755 : 0o644),
    owner: old?.owner ?? made.owner,
    modified: now,
    accessed: old?.accessed ?? now,
    linkCount: 1,
  };
  return new Body(withMetadata(status, metadata, modesShowReadOnly), location, true);
}

/**
 * A status with what the file system keeps of the metadata.
 * @param modesShowReadOnly READONLY is shown by the mode; else it is kept in the side-car alone.
 */
export function withMetadata(status: DiskStatus, metadata: FileMetadata, modesShowReadOnly: boolean): DiskStatus {
  const { attributes, lastWriteTime, lastAccessTime } = metadata;
  return {
    ...status,
    mode:
      attributes === undefined || !modesShowReadOnly
        ? status.mode
        : modeWithReadOnly(status, (attributes & FileAttribute.ReadOnly) !== 0),
    modified: timeFor(status.modified, lastWriteTime),
    accessed: timeFor(status.accessed, lastAccessTime),
  };
}

/** A time that is the same to Windows keeps the digits that Windows does not have. */
function timeFor(now: bigint, time: FileTime | undefined): bigint {
  if (time === undefined) return now;
  const wanted = nanosecondsFromFileTime(time);
  return now - wanted >= 0n && now - wanted < 100n ? now : wanted;
}

/** Makes what was staged durable, with all its properties, before the commit record. */
export async function settleStaged(staging: StagingFolder, { links, staged }: CommitSteps): Promise<void> {
  for (const { name, target } of links) await link(target, join(staging.path, name));
  for (let at = 0; at < staged.length; at += FLUSHES_AT_ONCE) {
    await Promise.all(staged.slice(at, at + FLUSHES_AT_ONCE).map(settle));
  }
  await flush(join(staging.path, 'new'));
}

async function copyLocal(file: string, location: string): Promise<void> {
  try {
    await copyFile(file, location, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  } catch (error) {
    throw fromSystemError(error, file);
  }
}

async function copyFromRoot(root: ImageRoot, path: string, location: string): Promise<void> {
  const local = await root.localFile?.(path);
  if (local !== undefined) return copyLocal(local, location);
  const stat = await root.stat(path);
  if (stat === undefined || stat.isDirectory) {
    throw new DismError('PathNotFound', `${root.label} has no file ${path}.`, { Target: path });
  }
  await using file = await open(location, 'wx', 0o644);
  for (let offset = 0; offset < stat.size; offset += COPY_CHUNK) {
    await file.writeFile(await root.read(path, { offset, length: Math.min(COPY_CHUNK, stat.size - offset) }));
  }
}

/** Gives a staged entry its owner, mode and times, and flushes it. */
async function settle({ location, status }: Body): Promise<void> {
  if (status.kind === 'file') {
    // Only root may give files away.
    await chown(location, status.owner.user, status.owner.group).catch(() => {});
    const handle = await open(location, 'r');
    await handle.sync().finally(() => handle.close());
  }
  if (status.kind !== 'link') await chmod(location, status.mode);
  const error = addon().setFileTimes(location, status.modified, status.accessed);
  if (error !== undefined) throw toDismError(error);
}
