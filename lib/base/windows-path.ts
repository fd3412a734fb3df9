// Paths inside an image: `\Windows\INF\oem0.inf`, from its root. They come from packages, drivers and command lines, so
// whatever could name something outside the image, or something other than an entry of it, is refused here.
import { DismError } from './error.ts';
import { upcase } from './upcase.ts';

/** What NTFS holds in one name, in UTF-16 units. */
const MAX_NAME_LENGTH = 255;
/** The longest path Windows can use, in UTF-16 units. */
const MAX_PATH_LENGTH = 32767;

function unsafe(path: string, reason: string): DismError {
  return new DismError('UnsafePath', `"${path}" ${reason}. Give a path inside the image, such as \\Windows\\INF.`, {
    Target: path,
  });
}

/**
 * The parts of a path inside an image; none for the root. Backslash and slash separate, a leading one may be missing,
 * repeated and trailing ones count once.
 * @throws UnsafePath for `.` and `..`, drive letters, stream names, network and device paths (two leading separators),
 * NUL, and more than 32,767 units.
 */
export function parseWindowsPath(path: string): string[] {
  if (path.length > MAX_PATH_LENGTH) throw unsafe(`${path.slice(0, 64)}...`, 'is longer than Windows allows');
  if (/^[\\/]{2}/.test(path)) throw unsafe(path, 'begins with two separators, which is a network or device path');
  if (path.includes('\0')) throw unsafe(path.replaceAll('\0', '\\0'), 'holds a NUL character');
  const parts = path.split(/[\\/]+/).filter((part) => part !== '');
  for (const part of parts) {
    if (part === '..' || part === '.') throw unsafe(path, `holds the relative part "${part}"`);
    if (part.includes(':')) throw unsafe(path, 'holds a colon, which names a drive or a stream');
  }
  return parts;
}

/** The canonical spelling of parts: a backslash before each; the root is a single backslash. */
export function formatWindowsPath(parts: readonly string[]): string {
  return `\\${parts.join('\\')}`;
}

/** `base` continued by `parts`, each of which may hold separators. Throws as parseWindowsPath. */
export function joinWindowsPath(base: string, ...parts: readonly string[]): string {
  return formatWindowsPath([base, ...parts].flatMap(parseWindowsPath));
}

/** The path of the directory a path lies in; that of the root is the root. */
export function parentWindowsPath(path: string): string {
  return formatWindowsPath(parseWindowsPath(path).slice(0, -1));
}

/** The last part of a path; empty for the root. */
export function windowsPathName(path: string): string {
  return parseWindowsPath(path).at(-1) ?? '';
}

/**
 * Checks the name of an entry to be made: one that Windows itself could give.
 * @throws UnsafePath for control characters, `<>:"|?*\/`, a trailing dot or space; FilenameTooLong over 255 units.
 */
export function checkNewName(name: string): void {
  if (name.length > MAX_NAME_LENGTH) {
    throw new DismError('FilenameTooLong', `"${name.slice(0, 64)}..." has ${name.length} units; NTFS holds 255.`, {
      Target: name,
    });
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Windows does not allow
  if (name === '' || /[\x00-\x1f<>:"|?*\\/]|[. ]$/.test(name)) {
    throw unsafe(name, 'is not a name that Windows can give to a file');
  }
}

/** Whether a name is one of the 8.3 kind that Windows gives beside a long one. */
export function isShortName(name: string): boolean {
  return /^[^\s\p{Cc}."*+,/:;<=>?[\\\]|]{1,8}(\.[^\s\p{Cc}."*+,/:;<=>?[\\\]|]{1,3})?$/u.test(name);
}

/** Whether two names are the same to NTFS: equal under its upcase table. */
export function sameWindowsName(a: string, b: string): boolean {
  return a.length === b.length && (a === b || upcase(a) === upcase(b));
}

/** The collation order of NTFS: by upper case, then by code units. */
export function compareWindowsNames(a: string, b: string): number {
  const upperA = upcase(a);
  const upperB = upcase(b);
  if (upperA !== upperB) return upperA < upperB ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The order of paths: part by part in the collation of NTFS, a directory before what lies in it.
 * Both paths are canonical, see formatWindowsPath.
 */
export function compareWindowsPaths(a: string, b: string): number {
  const partsA = a.split('\\');
  const partsB = b.split('\\');
  for (let i = 0; i < partsA.length && i < partsB.length; i++) {
    const order = compareWindowsNames(partsA[i]!, partsB[i]!);
    if (order !== 0) return order;
  }
  return partsA.length - partsB.length;
}

/**
 * Finds a name among those of a directory: the exact one, else the only one that is the same to NTFS; undefined when
 * there is none.
 * @param directory the path of the directory, for the message.
 * @throws AmbiguousName that lists the candidates when several differ only in case and none is exact.
 */
export function findWindowsName(names: Iterable<string>, wanted: string, directory: string): string | undefined {
  const candidates: string[] = [];
  for (const name of names) {
    if (name === wanted) return name;
    if (sameWindowsName(name, wanted)) candidates.push(name);
  }
  if (candidates.length > 1) throw ambiguousName(wanted, candidates, directory);
  return candidates[0];
}

/** The error of a name that several entries match. */
export function ambiguousName(wanted: string, candidates: readonly string[], directory: string): DismError {
  const list = candidates.toSorted(compareWindowsNames).join(', ');
  return new DismError(
    'AmbiguousName',
    `"${wanted}" in ${directory} could be any of ${list}, which differ only in case: give the exact name.`,
    { Target: joinWindowsPath(directory, wanted) },
  );
}
