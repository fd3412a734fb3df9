// Entries of the tree of a directory by path, and the errors of paths.
import { DismError } from '../../base/error.ts';
import { parseWindowsPath } from '../../base/windows-path.ts';
import type { FileStat } from '../image-root.ts';
import type { EntryLoader } from './entry-loader.ts';
import type { Entry } from './entry-tree.ts';

const ENCRYPTED = 0x4000;

/** Links on the way are not followed. Throws as Children.find and parseWindowsPath. */
export async function entryAt(loader: EntryLoader, path: string): Promise<Entry | undefined> {
  let entry: Entry | undefined = loader.root;
  for (const name of parseWindowsPath(path)) {
    if (entry?.isFolder !== true) return undefined;
    entry = (await loader.children(entry)).find(name, entry.path);
  }
  return entry;
}

/** The same; throws PathNotFound where there is nothing. */
export async function getEntry(loader: EntryLoader, path: string, label: string): Promise<Entry> {
  const entry = await entryAt(loader, path);
  if (entry === undefined) throw notFound(label, path, 'entry');
  return entry;
}

export function notFound(label: string, path: string, what: string): DismError {
  return new DismError('PathNotFound', `${label} has no ${what} ${path}.`, { Target: path });
}

export function alreadyExists(label: string, { path }: Entry): DismError {
  return new DismError('AlreadyExists', `${label}: ${path} exists already.`, { Target: path });
}

export function directoryNotEmpty(label: string, { path }: Entry): DismError {
  return new DismError('DirectoryNotEmpty', `${label}: the directory ${path} is not empty.`, { Target: path });
}

export function isRoot(what: string): DismError {
  return new DismError('InvalidParameter', `The root of an image cannot be ${what}.`, { Target: '\\' });
}

/** Throws NotSupported for a file whose content is there in encrypted form alone. */
export function refuseEncrypted(label: string, { path, attributes, isDirectory }: FileStat): void {
  if (isDirectory || (attributes & ENCRYPTED) === 0) return;
  throw new DismError('NotSupported', `${label}: the content of ${path} is encrypted (EFS).`, { Target: path });
}
