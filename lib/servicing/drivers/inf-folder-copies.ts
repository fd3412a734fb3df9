// Windows 7 and older: copies of the files of boot-critical packages beside their published INF. Without an index of the
// store Windows takes INF\oemN.inf for the source of the driver, and looks for the files where that lies.
import { parentWindowsPath } from '../../base/windows-path.ts';
import type { ServicingSession } from '../servicing-session.ts';
import type { ResolvedPackage } from './resolve-package.ts';
import { writePackageFile } from './store-package.ts';
import { storePath } from './store-paths.ts';

/** Copies all files but INF and catalog; one of that name that is there is left alone. */
export async function copyBesideInf(session: ServicingSession, driver: ResolvedPackage): Promise<void> {
  const [inf] = driver.files;
  for (const file of driver.files) {
    if (file === inf || file === driver.catalog) continue;
    const path = session.windowsPath('INF', ...file.path.split('\\'));
    if (await session.root.stat(path)) continue;
    await session.root.createDirectory(parentWindowsPath(path), { parents: true });
    await writePackageFile(session, path, file);
  }
}

const MAX_DEPTH = 64;
/** Bytes of files that are compared before a copy is removed. */
const MAX_COMPARED = 512 << 20;

async function isSame(session: ServicingSession, one: string, other: string, size: number): Promise<boolean> {
  if (size > MAX_COMPARED) return false;
  return Buffer.compare(await session.root.read(one), await session.root.read(other)) === 0;
}

/** Removes the copies of a package that is still in the store: those that are what the store holds. */
export async function removeBesideInf(session: ServicingSession, folder: string): Promise<void> {
  await removeBelow(session, storePath(session, folder), session.windowsPath('INF'), 0);
}

async function removeBelow(session: ServicingSession, store: string, copies: string, depth: number): Promise<void> {
  if (depth > MAX_DEPTH || !(await session.root.stat(store))) return;
  for await (const { name, path, size, isDirectory } of session.root.list(store)) {
    const copy = `${copies}\\${name}`;
    const found = await session.root.stat(copy);
    if (!found || found.isDirectory !== isDirectory) continue;
    if (!isDirectory) {
      // The INF and the catalog have no copies of that name.
      const isCopied = depth > 0 || !/\.(?:inf|cat)$/i.test(name);
      if (isCopied && found.size === size && (await isSame(session, path, copy, size))) await session.root.remove(copy);
      continue;
    }
    await removeBelow(session, path, copy, depth + 1);
    if (await isEmpty(session, copy)) await session.root.remove(copy, { recursive: true });
  }
}

async function isEmpty(session: ServicingSession, folder: string): Promise<boolean> {
  for await (const _ of session.root.list(folder)) return false;
  return true;
}
