// What a POSIX file system tells of an entry, and what that is to Windows. The rules are those of a capture
// (native/wim/capture/FORMAT.md, "Entries").
import { type BigIntStats, constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import type { FileTime } from '../../base/file-time.ts';
import { fromSystemError } from '../../base/system-error.ts';
import { FileAttribute } from '../image-root.ts';

const WRITE_BITS = 0o222;
const NANOSECONDS_PER_TICK = 100n;
/** Nanoseconds from 1601-01-01 to 1970-01-01. */
const EPOCH_NANOSECONDS = 11_644_473_600_000_000_000n;

export const SYMBOLIC_LINK_TAG = 0xa000000c;

/** An entry as it lies on the disk. Times are nanoseconds since 1970. */
export interface DiskStatus {
  readonly kind: 'file' | 'directory' | 'link';
  /** Permission bits. */
  readonly mode: number;
  readonly owner: { readonly user: number; readonly group: number };
  /** 0 for what is no file. */
  readonly size: number;
  /** What the file system calls the size, of links and directories too. */
  readonly storedSize: bigint;
  readonly modified: bigint;
  readonly accessed: bigint;
  readonly changed: bigint;
  readonly born: bigint;
  /** 1 for what is no file. */
  readonly linkCount: number;
  readonly device: bigint;
  readonly inode: bigint;
}

/** The status of an entry, of a link itself; undefined when it is missing or something an image cannot hold. */
export async function readDiskStatus(path: string): Promise<DiskStatus | undefined> {
  let stats: BigIntStats;
  try {
    stats = await lstat(path, { bigint: true });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fromSystemError(error, path);
  }
  const kind = stats.isFile()
    ? 'file'
    : stats.isDirectory()
      ? 'directory'
      : stats.isSymbolicLink()
        ? 'link'
        : undefined;
  if (kind === undefined) return undefined;
  const earliest = [stats.mtimeNs, stats.atimeNs, stats.ctimeNs].reduce((a, b) => (a < b ? a : b));
  return {
    kind,
    mode: Number(stats.mode & 0o7777n),
    owner: { user: Number(stats.uid), group: Number(stats.gid) },
    size: kind === 'file' ? Number(stats.size) : 0,
    storedSize: stats.size,
    modified: stats.mtimeNs,
    accessed: stats.atimeNs,
    changed: stats.ctimeNs,
    born: stats.birthtimeNs > 0n ? stats.birthtimeNs : earliest,
    linkCount: kind === 'file' ? Number(stats.nlink) : 1,
    device: stats.dev,
    inode: stats.ino,
  };
}

/** Whether there is something at a path, be it a link that leads nowhere. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Whether an error of node:fs says that there is no such entry. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

export function nanosecondsFromFileTime(time: FileTime): bigint {
  return time.Ticks * NANOSECONDS_PER_TICK - EPOCH_NANOSECONDS;
}

/** The attributes that a file system without attributes shows. Where a link leads is not asked: that may change. */
export function attributesOf(status: Pick<DiskStatus, 'kind' | 'mode'>): number {
  if (status.kind === 'directory') return FileAttribute.Directory;
  if (status.kind === 'link') return FileAttribute.ReparsePoint | FileAttribute.Archive;
  return FileAttribute.Archive | ((status.mode & WRITE_BITS) === 0 ? FileAttribute.ReadOnly : 0);
}

/** The mode that shows READONLY or its absence; directories never do. */
export function modeWithReadOnly(status: Pick<DiskStatus, 'kind' | 'mode'>, isReadOnly: boolean): number {
  if (status.kind !== 'file') return status.mode;
  if (isReadOnly) return status.mode & ~WRITE_BITS;
  return (status.mode & WRITE_BITS) === 0 ? status.mode | 0o200 : status.mode;
}

/** Opens a file for reading without following a link and, where that is allowed, without touching its time of access. */
export async function openQuietly(path: string): ReturnType<typeof open> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW;
  try {
    return await open(path, flags | (constants.O_NOATIME ?? 0));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EPERM') return open(path, flags);
    throw error;
  }
}
