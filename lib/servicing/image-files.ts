// Files of an image: found by pattern, added from the local machine, renamed, removed.
import { lstat, opendir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DismError } from '../base/error.ts';
import { FileTime } from '../base/file-time.ts';
import { fromSystemError } from '../base/system-error.ts';
import { formatWindowsPath, joinWindowsPath, parentWindowsPath, parseWindowsPath } from '../base/windows-path.ts';
import { FileAttribute, type FileStat, type ImageRoot } from '../image/image-root.ts';

/** What was done to one entry. */
export interface EditedEntry {
  readonly action: 'Added' | 'Replaced' | 'Renamed' | 'Removed';
  /** The path afterwards; of a removed entry before. */
  readonly path: string;
  readonly isDirectory: boolean;
  readonly size: number;
}

const isPattern = (text: string): boolean => /[*?]/.test(text);

function namePattern(pattern: string): RegExp {
  const source = pattern.replace(/[*?]|[.+^${}()|[\]\\]/g, (one) =>
    one === '*' ? '.*' : one === '?' ? '.' : `\\${one}`,
  );
  return new RegExp(`^${source}$`, 'isu');
}

/**
 * The entries that a path or pattern names: `*` and `?` stay within a name, `**` stands for any folders. Links are not
 * followed. Throws PathNotFound when there is none.
 */
export async function findEntries(root: ImageRoot, pattern: string): Promise<FileStat[]> {
  const parts = parseWindowsPath(pattern);
  const found = new Map<string, FileStat>();
  const visit = async (directory: string, at: number): Promise<void> => {
    const part = parts[at]!;
    const isLast = at === parts.length - 1;
    if (part !== '**' && !isPattern(part)) {
      const entry = await root.stat(joinWindowsPath(directory, part));
      if (entry === undefined) return;
      if (isLast) found.set(entry.path, entry);
      else if (isFolder(entry)) await visit(entry.path, at + 1);
      return;
    }
    if (part === '**' && !isLast) await visit(directory, at + 1);
    const matches = part === '**' ? undefined : namePattern(part);
    for await (const entry of root.list(directory)) {
      if (matches !== undefined && !matches.test(entry.name)) continue;
      if (isLast) found.set(entry.path, entry);
      if (isFolder(entry) && (part === '**' || !isLast)) await visit(entry.path, part === '**' ? at : at + 1);
    }
  };
  if (parts.length === 0) {
    const top = await root.stat('\\');
    return top === undefined ? [] : [top];
  }
  await visit('\\', 0);
  if (found.size === 0) {
    throw new DismError('PathNotFound', `Nothing in ${root.label} matches ${pattern}.`, { Target: pattern });
  }
  return [...found.values()];
}

function isFolder(entry: FileStat): boolean {
  return entry.isDirectory && (entry.attributes & FileAttribute.ReparsePoint) === 0;
}

export interface AddFilesOptions {
  /** Replace files that are there. */
  readonly replace?: boolean | undefined;
  /** Told about what is left out: links, devices. */
  readonly onLeftOut?: ((error: DismError) => void) | undefined;
}

/**
 * Copies local files and folders, with all below them, into an image. Several sources, a destination that ends with a
 * separator or is a folder: they go into it, under their names. Otherwise the destination is the name of the copy. Folders
 * that are missing are made; files keep their time of writing.
 */
export async function* addLocalFiles(
  root: ImageRoot,
  sources: readonly string[],
  destination: string,
  options: AddFilesOptions = {},
): AsyncGenerator<EditedEntry, void, undefined> {
  const target = await root.stat(destination);
  const isInto = sources.length > 1 || /[\\/]$/.test(destination) || target?.isDirectory === true;
  for (const source of sources) {
    const place = isInto ? joinWindowsPath(destination, basename(source)) : joinWindowsPath(destination);
    const parent = parentWindowsPath(place);
    if (parent !== '\\') yield* makeFolders(root, parent);
    yield* addLocal(root, source, place, options);
  }
}

async function* makeFolders(root: ImageRoot, path: string): AsyncGenerator<EditedEntry, void, undefined> {
  const parts = parseWindowsPath(path);
  for (let depth = 1; depth <= parts.length; depth++) {
    const folder = formatWindowsPath(parts.slice(0, depth));
    if ((await root.stat(folder)) !== undefined) continue;
    yield await addFolder(root, folder);
  }
}

async function addFolder(root: ImageRoot, path: string): Promise<EditedEntry> {
  await root.createDirectory(path);
  return { action: 'Added', path: (await root.stat(path))!.path, isDirectory: true, size: 0 };
}

async function* addLocal(
  root: ImageRoot,
  source: string,
  place: string,
  options: AddFilesOptions,
): AsyncGenerator<EditedEntry, void, undefined> {
  const status = await lstat(source, { bigint: true }).catch((error: unknown) => {
    throw fromSystemError(error, source);
  });
  const known = await root.stat(place);
  if (status.isDirectory()) {
    if (known === undefined) yield await addFolder(root, place);
    const names: string[] = [];
    for await (const entry of await opendir(source)) names.push(entry.name);
    for (const name of names.sort()) yield* addLocal(root, join(source, name), joinWindowsPath(place, name), options);
    return;
  }
  if (!status.isFile()) {
    const message = `${source} is not a file or folder: it was left out.`;
    options.onLeftOut?.(new DismError('NotSupported', message, { Target: source }));
    return;
  }
  if (known !== undefined && options.replace !== true) {
    throw new DismError('AlreadyExists', `${root.label}: ${known.path} exists. Use -Force to replace it.`, {
      Target: known.path,
    });
  }
  await root.write(place, { file: source }, { lastWriteTime: FileTime.fromNanoseconds(status.mtimeNs) });
  const after = (await root.stat(place))!;
  yield { action: known ? 'Replaced' : 'Added', path: after.path, isDirectory: false, size: after.size };
}

/** Removes what a path or pattern names; folders that are not empty only with `recursive`. */
export async function* removeEntries(
  root: ImageRoot,
  pattern: string,
  recursive: boolean,
): AsyncGenerator<EditedEntry, void, undefined> {
  for (const { path, isDirectory, size } of await findEntries(root, pattern)) {
    // One of the entries found may have lain below another.
    if ((await root.stat(path)) === undefined) continue;
    await root.remove(path, { recursive });
    yield { action: 'Removed', path, isDirectory, size };
  }
}

/** Gives an entry another name in its folder or, where `name` is a path, another place. */
export async function renameEntry(root: ImageRoot, path: string, name: string): Promise<EditedEntry> {
  const entry = await root.stat(path);
  if (entry === undefined) {
    throw new DismError('PathNotFound', `${root.label} has no entry ${path}.`, { Target: path });
  }
  const target = /[\\/]/.test(name) ? joinWindowsPath(name) : joinWindowsPath(parentWindowsPath(entry.path), name);
  await root.rename(entry.path, target);
  const after = (await root.stat(target))!;
  return { action: 'Renamed', path: after.path, isDirectory: after.isDirectory, size: after.size };
}
