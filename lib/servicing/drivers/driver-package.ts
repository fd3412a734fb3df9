// A driver package outside the image: an INF and the files it names, in a local folder. Names compare as in Windows; nothing
// outside the folder of the INF is ever taken in.
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { DismError } from '../../base/error.ts';
import { FileTime } from '../../base/file-time.ts';
import { fromSystemError } from '../../base/system-error.ts';
import { upcase } from '../../base/upcase.ts';
import { InfFile } from '../../inf/inf-file.ts';

export interface DriverPackage {
  /** The local path of the INF. */
  readonly infPath: string;
  readonly infName: string;
  /** The local folder that the INF lies in. */
  readonly folder: string;
  readonly infBytes: Uint8Array;
  readonly inf: InfFile;
}

/** A file of a package. */
export interface PackageFile {
  /** Relative to the INF, with backslashes, as the INF spells it. */
  readonly path: string;
  /** Where it lies. */
  readonly file: string;
  readonly size: number;
  readonly lastWriteTime: FileTime;
  /** The contents of one that the package holds in compressed form; `file` is what holds it. */
  readonly unpack?: (() => Promise<Uint8Array>) | undefined;
}

/** INFs that one -Recurse may find, and how deep; a collection of all drivers of a vendor has some thousand. */
const MAX_INFS = 100_000;
const MAX_DEPTH = 64;

/** Reads the INF of a package. Throws NotFound and the like when it cannot be read, LimitExceeded when it is no INF. */
export async function loadDriverPackage(infPath: string): Promise<DriverPackage> {
  const path = resolve(infPath);
  try {
    const infBytes = await readFile(path);
    const infName = basename(path);
    return { infPath: path, infName, folder: dirname(path), infBytes, inf: InfFile.parse(infBytes, infName) };
  } catch (error) {
    throw fromSystemError(error, infPath);
  }
}

/**
 * The INFs that a path means: itself, or those of a folder in the order of their names, with `recurse` those below too.
 * Links to folders are not followed. Throws NotFound when there is nothing.
 */
export async function findDriverInfs(path: string, options: { readonly recurse?: boolean } = {}): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const found: string[] = [];
    await collectInfs(path, options.recurse ? MAX_DEPTH : 0, found);
    if (found.length > 0) return found;
  } catch (error) {
    throw fromSystemError(error, path);
  }
  const hint = options.recurse ? '' : ' Folders below are searched with -Recurse.';
  throw new DismError('NotFound', `${path} holds no driver package: there is no .inf file.${hint}`, { Target: path });
}

async function collectInfs(folder: string, depth: number, found: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (upcase(a.name) < upcase(b.name) ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (/\.inf$/i.test(entry.name) && !entry.isDirectory()) {
      if (found.length >= MAX_INFS) throw new DismError('LimitExceeded', `There are more than ${MAX_INFS} INFs.`);
      found.push(path);
    }
  }
  if (depth === 0) return;
  for (const entry of entries) if (entry.isDirectory()) await collectInfs(join(folder, entry.name), depth - 1, found);
}

/** Finds files of a package by the paths an INF gives them. */
export class PackageFolder {
  readonly folder: string;
  private readonly listings = new Map<string, Promise<ReadonlyMap<string, string>>>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * The file at a relative path; undefined when there is none. Throws UnsafePath when a link leads out of the folder.
   *
   * @param path with backslashes; parts that are `..` are never found.
   */
  async find(path: string): Promise<PackageFile | undefined> {
    let place = this.folder;
    for (const part of path.split('\\')) {
      const name = (await this.list(place)).get(upcase(part));
      if (name === undefined) return undefined;
      place = join(place, name);
    }
    try {
      const [real, root, found] = await Promise.all([realpath(place), realpath(this.folder), stat(place)]);
      if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) {
        const message = `${place} is a link that leads out of the driver package. Put the file itself there.`;
        throw new DismError('UnsafePath', message, { Target: place });
      }
      if (!found.isFile()) return undefined;
      return { path, file: place, size: found.size, lastWriteTime: FileTime.fromDate(found.mtime) };
    } catch (error) {
      throw fromSystemError(error, place);
    }
  }

  private list(folder: string): Promise<ReadonlyMap<string, string>> {
    const known = this.listings.get(folder);
    if (known) return known;
    const listing = readdir(folder).then(
      (names) =>
        new Map(
          names
            .sort()
            .reverse()
            .map((name) => [upcase(name), name]),
        ),
      () => new Map<string, string>(),
    );
    this.listings.set(folder, listing);
    return listing;
  }
}
