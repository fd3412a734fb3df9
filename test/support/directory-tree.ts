// A directory as an image that can only be read: the smallest thing that identification can be tested with.
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DismError } from '../../lib/base/error.ts';
import { FileTime } from '../../lib/base/file-time.ts';
import { formatWindowsPath, parseWindowsPath } from '../../lib/base/windows-path.ts';
import { FileAttribute, type FileStat } from '../../lib/image/image-root.ts';
import type { ReadableTree } from '../../lib/image/readable-tree.ts';

/** What was asked of a tree, to prove how little was read. */
export interface ReadCounts {
  bytes: number;
  lists: number;
}

/** A tree over a directory; letter case does not matter. */
export function directoryTree(directory: string, counts: ReadCounts = { bytes: 0, lists: 0 }): ReadableTree {
  const locate = async (path: string): Promise<{ file: string; parts: string[] } | undefined> => {
    let file = directory;
    const parts: string[] = [];
    for (const part of parseWindowsPath(path)) {
      const names = await readdir(file).catch((): string[] => []);
      const name = names.includes(part) ? part : names.find((one) => one.toLowerCase() === part.toLowerCase());
      if (name === undefined) return undefined;
      file = join(file, name);
      parts.push(name);
    }
    return { file, parts };
  };
  const describe = async (file: string, parts: readonly string[]): Promise<FileStat> => {
    const status = await lstat(file);
    const time = (date: Date): FileTime => FileTime.fromDate(date);
    return {
      path: formatWindowsPath(parts),
      name: parts.at(-1) ?? '',
      isDirectory: status.isDirectory(),
      size: status.isDirectory() ? 0 : status.size,
      attributes: status.isDirectory() ? FileAttribute.Directory : FileAttribute.Archive,
      creationTime: time(status.birthtime),
      lastAccessTime: time(status.atime),
      lastWriteTime: time(status.mtime),
      shortName: '',
      reparseTag: 0,
      streams: [],
      linkCount: 1,
    };
  };
  const missing = (path: string): DismError =>
    new DismError('PathNotFound', `${path} does not exist.`, { Target: path });
  return {
    label: directory,
    async stat(path) {
      const found = await locate(path);
      return found && describe(found.file, found.parts);
    },
    async *list(path) {
      counts.lists++;
      const found = await locate(path);
      if (!found) throw missing(path);
      for (const name of (await readdir(found.file)).sort()) {
        yield describe(join(found.file, name), [...found.parts, name]);
      }
    },
    async read(path, range) {
      const found = await locate(path);
      if (!found) throw missing(path);
      const handle = await open(found.file);
      try {
        const offset = range?.offset ?? 0;
        const length = range?.length ?? (await handle.stat()).size;
        const bytes = new Uint8Array(length);
        const { bytesRead } = await handle.read(bytes, 0, length, offset);
        counts.bytes += bytesRead;
        return bytes.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
  };
}
