// The files of a package in the image: its store folder, the published INF, the catalog.
import { parentWindowsPath } from '../../base/windows-path.ts';
import type { ServicingSession } from '../servicing-session.ts';
import type { PackageFile } from './driver-package.ts';
import { packageFileBytes } from './driver-package-file.ts';
import type { ResolvedPackage } from './resolve-package.ts';
import { catalogPath, publishedInfPath, storePath } from './store-paths.ts';

/** Writes a file of a package; it keeps the time of its last change, as copying in Windows does. Without a descriptor it inherits one. */
export async function writePackageFile(
  session: ServicingSession,
  path: string,
  file: PackageFile,
  securityDescriptor?: Uint8Array,
): Promise<void> {
  const source = file.unpack ? { bytes: await packageFileBytes(file) } : { file: file.file };
  await session.root.write(path, source, {
    lastWriteTime: file.lastWriteTime,
    ...(securityDescriptor ? { securityDescriptor } : {}),
  });
}

/** Copies everything of a package into its folder in the store, each file at its relative place. */
export async function storePackage(session: ServicingSession, driver: ResolvedPackage): Promise<void> {
  const folder = storePath(session, driver.folder);
  await session.root.createDirectory(folder, { parents: true });
  for (const file of driver.files) {
    const path = `${folder}\\${file.path}`;
    if (file.path.includes('\\')) await session.root.createDirectory(parentWindowsPath(path), { parents: true });
    await writePackageFile(session, path, file);
  }
}

/** Copies the INF to `INF\oemN.inf` and its catalog into the catalog database. */
export async function publishPackage(
  session: ServicingSession,
  driver: ResolvedPackage,
  publishedName: string,
): Promise<void> {
  const [inf] = driver.files;
  await session.root.createDirectory(session.windowsPath('INF'), { parents: true });
  await writePackageFile(session, publishedInfPath(session, publishedName), inf!);
  if (!driver.catalog) return;
  const path = catalogPath(session, publishedName);
  await session.root.createDirectory(parentWindowsPath(path), { parents: true });
  await writePackageFile(session, path, driver.catalog);
}
