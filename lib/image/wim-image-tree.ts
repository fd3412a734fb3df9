// An image of an open WIM, ESD or split set as a tree for reading: nothing is extracted, and files are decompressed up to
// the last byte that is wanted.
import { isDismError } from '../base/error.ts';
import { FileTime } from '../base/file-time.ts';
import { formatWindowsPath, parseWindowsPath } from '../base/windows-path.ts';
import type { ListedEntry } from '../native/entry-batch.ts';
import type { EngineOptions } from '../wim/engine-options.ts';
import type { WimImage } from '../wim/wim-image.ts';
import { FileAttribute, type FileStat } from './image-root.ts';
import type { ReadableTree } from './readable-tree.ts';

/** The tree of an image, which must stay open. */
export function wimImageTree(image: WimImage, options: EngineOptions = {}): ReadableTree {
  const entries = (path: string): AsyncGenerator<ListedEntry[]> =>
    image.entryBatches({ ...options, path: formatWindowsPath(parseWindowsPath(path)) });

  return {
    label: `${image.file}, image ${image.index}`,
    async stat(path) {
      try {
        for await (const [first] of entries(path)) return first && describe(first);
      } catch (error) {
        if (!isDismError(error) || error.Symbol !== 'PathNotFound') throw error;
      }
      return undefined;
    },
    async *list(path) {
      let depth: number | undefined;
      for await (const batch of entries(path)) {
        for (const entry of batch) {
          const parts = parseWindowsPath(entry.path).length;
          depth ??= parts;
          if (parts === depth + 1) yield describe(entry);
        }
      }
    },
    async read(path, range) {
      const start = range?.offset ?? 0;
      const end = range === undefined ? Number.POSITIVE_INFINITY : start + range.length;
      const parts: Uint8Array[] = [];
      let at = 0;
      for await (const chunk of image.read(path, '', options)) {
        const part = chunk.subarray(Math.max(0, start - at), Math.max(0, Math.min(chunk.length, end - at)));
        if (part.length > 0) parts.push(Uint8Array.from(part));
        at += chunk.length;
        if (at >= end) break;
      }
      return parts.length === 1 ? parts[0]! : Uint8Array.from(Buffer.concat(parts));
    },
  };
}

const NO_DIGEST = '0'.repeat(40);

function describe(entry: ListedEntry): FileStat {
  const path = entry.path === '' ? '\\' : entry.path;
  const digest = Buffer.from(entry.digest).toString('hex');
  return {
    path,
    name: path.slice(path.lastIndexOf('\\') + 1),
    isDirectory: (entry.attributes & FileAttribute.Directory) !== 0,
    size: entry.size,
    attributes: entry.attributes,
    creationTime: new FileTime(entry.creationTime),
    lastAccessTime: new FileTime(entry.lastAccessTime),
    lastWriteTime: new FileTime(entry.lastWriteTime),
    shortName: entry.shortName,
    reparseTag: entry.reparseTag,
    streams: entry.streams.map(({ name, size }) => ({ name, size })),
    linkCount: 1,
    sha1: digest === NO_DIGEST ? '' : digest,
  };
}
