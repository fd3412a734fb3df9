// A directory looked at as an image. Links are entries and are never followed, what is neither file nor directory cannot be
// read, and nothing outside the directory is reached.
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DismError } from '../base/error.ts';
import { FileTime } from '../base/file-time.ts';
import { fromSystemError } from '../base/system-error.ts';
import { upcase } from '../base/upcase.ts';
import { formatWindowsPath, parseWindowsPath } from '../base/windows-path.ts';
import { FileAttribute, type FileStat } from './image-root.ts';
import type { ReadableTree } from './readable-tree.ts';

interface Located {
  readonly file: string;
  readonly parts: readonly string[];
}

/** The tree of a directory, for reading. It remembers the names it has seen: make a new one after changes. */
export function directoryTree(directory: string): ReadableTree {
  const listings = new Map<string, readonly string[]>();

  const namesIn = async (file: string): Promise<readonly string[]> => {
    const known = listings.get(file);
    if (known) return known;
    const isDirectory = (await lstat(file)).isDirectory();
    const names = isDirectory ? (await readdir(file)).sort() : [];
    listings.set(file, names);
    return names;
  };

  const locate = async (path: string): Promise<Located | undefined> => {
    let file = directory;
    const parts: string[] = [];
    for (const part of parseWindowsPath(path)) {
      const name = matchName(await namesIn(file), part);
      if (name === undefined) return undefined;
      file = join(file, name);
      parts.push(name);
    }
    return { file, parts };
  };

  const getLocated = async (path: string): Promise<Located> => {
    const found = await locate(path);
    if (found) return found;
    throw new DismError('PathNotFound', `${directory} has no ${path}.`, { Target: path });
  };

  return {
    label: directory,
    stat: (path) =>
      withPath(directory, async () => {
        const found = await locate(path);
        return found && describe(found);
      }),
    async *list(path) {
      const { file, parts } = await getLocated(path);
      for (const name of await withPath(file, () => namesIn(file))) {
        yield await withPath(file, () => describe({ file: join(file, name), parts: [...parts, name] }));
      }
    },
    read: (path, range) =>
      withPath(join(directory, path), async () => {
        const { file } = await getLocated(path);
        const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
        try {
          return await readPart(handle, file, range);
        } finally {
          await handle.close();
        }
      }),
  };
}

/** The exact name, else the only one that Windows takes for the same. */
function matchName(names: readonly string[], wanted: string): string | undefined {
  if (names.includes(wanted)) return wanted;
  const folded = upcase(wanted);
  const found = names.filter((name) => upcase(name) === folded);
  if (found.length < 2) return found[0];
  throw new DismError('NameCollision', `"${wanted}" could be any of ${found.join(', ')}.`, { Target: wanted });
}

async function readPart(
  handle: FileHandle,
  file: string,
  range: { readonly offset: number; readonly length: number } | undefined,
): Promise<Uint8Array> {
  const status = await handle.stat();
  if (!status.isFile()) throw new DismError('PathNotFound', `${file} is not a file.`, { Target: file });
  const offset = range?.offset ?? 0;
  const bytes = new Uint8Array(Math.max(0, Math.min(range?.length ?? status.size, status.size - offset)));
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

async function describe({ file, parts }: Located): Promise<FileStat> {
  const status = await lstat(file);
  const isDirectory = status.isDirectory();
  const isLink = status.isSymbolicLink();
  return {
    path: formatWindowsPath(parts),
    name: parts.at(-1) ?? '',
    isDirectory,
    size: status.isFile() ? status.size : 0,
    attributes: isLink ? FileAttribute.ReparsePoint : isDirectory ? FileAttribute.Directory : FileAttribute.Archive,
    creationTime: FileTime.fromDate(status.birthtime),
    lastAccessTime: FileTime.fromDate(status.atime),
    lastWriteTime: FileTime.fromDate(status.mtime),
    shortName: '',
    reparseTag: isLink ? IO_REPARSE_TAG_SYMLINK : 0,
    streams: [],
    linkCount: isDirectory ? 1 : status.nlink,
  };
}

const IO_REPARSE_TAG_SYMLINK = 0xa000000c;

async function withPath<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw fromSystemError(error, path);
  }
}
