// Where the driver store and what belongs to it lie in an image.
import { upcase } from '../../base/upcase.ts';
import type { InfDestination } from '../../inf/inf-directories.ts';
import { expandDirectories, infDirectory, joinInfPath } from '../../inf/inf-directories.ts';
import type { ServicingSession } from '../servicing-session.ts';

/** The catalogs of drivers: the system catalog database. */
const CATALOG_FOLDER = '{F750E6C3-38EE-11D1-85E5-00C04FC295EE}';
const STORE = 'System32\\DriverStore\\FileRepository';

/** The folder of a package, or the one that holds all of them. */
export function storePath(session: ServicingSession, folder = ''): string {
  return session.windowsPath(...[...STORE.split('\\'), folder].filter((part) => part !== ''));
}

/** `INF\oem0.inf` below the Windows folder. */
export function publishedInfPath(session: ServicingSession, publishedName: string): string {
  return session.windowsPath('INF', publishedName);
}

/** Where the catalog of a published INF is: `oem0.cat` for `oem0.inf`. */
export function catalogPath(session: ServicingSession, publishedName: string): string {
  return session.windowsPath('System32', 'CatRoot', CATALOG_FOLDER, publishedName.replace(/\.inf$/i, '.cat'));
}

/** The text that Windows itself has for a directory number: `%SystemRoot%\System32\drivers`. */
export function directoryText(session: ServicingSession, id: number, folder: string): string | undefined {
  const directory = infDirectory(id, session.windows.architecture);
  switch (directory?.base) {
    case 'windows':
      return joinInfPath('%SystemRoot%', directory.path);
    case 'drive':
      return joinInfPath('%SystemDrive%', directory.path);
    case 'package':
      return joinInfPath('%SystemRoot%', STORE, folder);
    default:
      return undefined;
  }
}

/** Replaces directory numbers in text by what Windows has for them. */
export function expandImageDirectories(session: ServicingSession, text: string, folder: string): string {
  return expandDirectories(text, (id) => directoryText(session, id, folder));
}

/** The path in the image that a file is copied to; undefined when it stays in the store or its place is not known. */
export function destinationPath(
  session: ServicingSession,
  destination: InfDestination | undefined,
  name: string,
): string | undefined {
  const directory = destination && infDirectory(destination.directoryId, session.windows.architecture);
  if (!directory || directory.base === 'package' || directory.base === 'absolute') return undefined;
  const parts = [directory.path, destination!.subdirectory, name].flatMap((part) => part.split('\\'));
  const present = parts.filter((part) => part !== '');
  // INFs are hostile: what could leave the image is refused by the root, and what lies above Windows is not its business.
  return directory.base === 'windows' ? session.windowsPath(...present) : `\\${present.join('\\')}`;
}

/** `%SystemRoot%/System32/drivers/x.sys`, as PnpLockdownFiles names a file of the image; undefined outside Windows. */
export function lockdownName(session: ServicingSession, path: string): string | undefined {
  const root = `${session.windows.systemRoot}\\`;
  if (!upcase(path).startsWith(upcase(root))) return undefined;
  return `%SystemRoot%/${path.slice(root.length).replaceAll('\\', '/')}`;
}
