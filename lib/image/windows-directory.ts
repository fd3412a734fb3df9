// Which folder of an image is the Windows folder.
import { formatWindowsPath, parseWindowsPath } from '../base/windows-path.ts';
import { FileAttribute } from './image-root.ts';
import type { ReadableTree } from './readable-tree.ts';

/** Folders at the top of an image that are looked into; images have twenty. */
const MAX_CANDIDATES = 1024;

/**
 * The path of the Windows folder as the image spells it: the one that is named, else \Windows, else any at the top. It has
 * both hives and a kernel; undefined when there is none.
 */
export async function findWindowsDirectory(tree: ReadableTree, named?: string): Promise<string | undefined> {
  if (named !== undefined) return asWindows(tree, formatWindowsPath(parseWindowsPath(withoutDrive(named))));
  const usual = await asWindows(tree, '\\Windows');
  if (usual !== undefined) return usual;
  let seen = 0;
  for await (const entry of tree.list('\\')) {
    // A link at the top, such as \Documents and Settings, leads to something that is there under its own name.
    if (!entry.isDirectory || (entry.attributes & FileAttribute.ReparsePoint) !== 0) continue;
    if (++seen > MAX_CANDIDATES) return undefined;
    const found = await asWindows(tree, entry.path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Scripts name the folder with the drive it will have: `C:\Windows`. */
function withoutDrive(path: string): string {
  return path.replace(/^[a-z]:(?=[\\/]|$)/i, '');
}

async function asWindows(tree: ReadableTree, path: string): Promise<string | undefined> {
  const folder = await tree.stat(path);
  if (!folder?.isDirectory) return undefined;
  const isFile = async (below: string): Promise<boolean> =>
    (await tree.stat(`${folder.path}\\System32\\${below}`))?.isDirectory === false;
  const hasHives = (await isFile('config\\SOFTWARE')) && (await isFile('config\\SYSTEM'));
  return hasHives && ((await isFile('ntoskrnl.exe')) || (await isFile('kernel32.dll'))) ? folder.path : undefined;
}
