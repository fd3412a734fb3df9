// Paths of scripts written for Windows, on a system with other separators and without drives.
import { existsSync } from 'node:fs';
import { CommandLineError, win32 } from './command-line-error.ts';

/**
 * The path as this system spells it; `resolve` makes it absolute. Throws error 3 for a drive that is not here: what is
 * written to `C:\images` is not to end up in a new folder named `C:`.
 */
export function hostPath(path: string, resolve: (path: string) => string, platform: string = process.platform): string {
  if (platform === 'win32') return path;
  const [, drive] = /^([a-z]:)(?=[\\/]|$)/i.exec(path) ?? [];
  if (drive !== undefined && !existsSync(resolve(drive))) {
    throw new CommandLineError(
      win32.pathNotFound,
      `Unable to access ${path}: this system has no drive ${drive}\nGive a path of this system, such as /srv/images.`,
    );
  }
  if (!path.includes('\\') || existsSync(resolve(path))) return path;
  return path.replaceAll('\\', '/');
}
