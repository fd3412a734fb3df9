// Files of boot-critical drivers, copied to where the INF sends them, and PnpLockdownFiles, which guards them.
import { DismError, isDismError } from '../../base/error.ts';
import { parseSddl } from '../../base/sddl.ts';
import { upcase } from '../../base/upcase.ts';
import { checkNewName, parentWindowsPath, parseWindowsPath } from '../../base/windows-path.ts';
import type { InfFileCopy } from '../../inf/inf-copy-files.ts';
import type { HiveKey } from '../../registry/hive-key.ts';
import type { ServicingSession } from '../servicing-session.ts';
import type { PackageFile } from './driver-package.ts';
import { addOwner } from './reflect-services.ts';
import { installsOf, type ResolvedPackage } from './resolve-package.ts';
import { writePackageFile } from './store-package.ts';
import { destinationPath, lockdownName } from './store-paths.ts';

/** COPYFLG_NO_OVERWRITE and COPYFLG_REPLACEONLY. */
const CopyFlag = { NoOverwrite: 0x10, ReplaceOnly: 0x400 } as const;
const LOCKDOWN = 'Microsoft\\Windows\\CurrentVersion\\Setup\\PnpLockdownFiles';

/** A file outside the store that the package brings. */
export interface ReflectedFile {
  readonly path: string;
  readonly source: PackageFile;
  readonly flags: number;
  /** SDDL of the INF. */
  readonly security: string | undefined;
}

/** Hives and the driver store are written by servicing alone: no package copies files there. */
function requireHarmless(session: ServicingSession, driver: ResolvedPackage, path: string): void {
  const guarded = [session.windowsPath('System32', 'config'), session.windowsPath('System32', 'DriverStore')];
  const parts = parseWindowsPath(path);
  for (const part of parts) checkNewName(part);
  if (!guarded.some((folder) => upcase(path).startsWith(`${upcase(folder)}\\`))) return;
  const message = `${driver.package.infPath} would write ${path}, which belongs to Windows alone.`;
  throw new DismError('UnsafePath', message, { Target: path, File: driver.package.infPath });
}

/** The files that the package copies out of the store, each destination once. Throws UnsafePath. */
export function reflectedFiles(session: ServicingSession, driver: ResolvedPackage): ReflectedFile[] {
  const byPath = new Map(driver.files.map((file) => [upcase(file.path), file]));
  const sources = new Map(driver.resolved.files.map((file) => [upcase(file.name), byPath.get(upcase(file.path))]));
  const found = new Map<string, ReflectedFile>();
  const copies: InfFileCopy[] = installsOf(driver.resolved).flatMap((install) => install.files);
  for (const copy of copies) {
    const source = copy.isOwn ? sources.get(upcase(copy.source)) : undefined;
    const path = source && destinationPath(session, copy.destination, copy.name);
    if (source && path !== undefined && !found.has(upcase(path))) {
      requireHarmless(session, driver, path);
      found.set(upcase(path), { path, source, flags: copy.flags, security: copy.security });
    }
  }
  return [...found.values()];
}

/** Copies the files and enters them in PnpLockdownFiles. Returns their paths. */
export async function reflectFiles(
  session: ServicingSession,
  driver: ResolvedPackage,
  publishedName: string,
): Promise<string[]> {
  const paths: string[] = [];
  const lockdown = await lockdownKey(session);
  for (const { path, source, flags, security } of reflectedFiles(session, driver)) {
    const exists = (await session.root.stat(path)) !== undefined;
    if (exists ? (flags & CopyFlag.NoOverwrite) !== 0 : (flags & CopyFlag.ReplaceOnly) !== 0) continue;
    await session.root.createDirectory(parentWindowsPath(path), { parents: true });
    await writePackageFile(session, path, source, securityOf(session, path, security));
    paths.push(path);
    const name = lockdownName(session, path);
    if (!lockdown || name === undefined) continue;
    const key = lockdown.subkey(name) ?? lockdown.createSubkey(name);
    key.setDword('Class', driver.resolved.version.pnpLockdown ? 4 : 5);
    key.setExpandableText(
      'Source',
      `%SystemRoot%\\System32\\DriverStore\\FileRepository\\${driver.folder}\\${source.path}`,
    );
    addOwner(key, publishedName);
  }
  return paths;
}

/** What the INF says of the security of a file; undefined when it says nothing that makes sense, after a warning. */
function securityOf(session: ServicingSession, path: string, security: string | undefined): Uint8Array | undefined {
  if (security === undefined) return undefined;
  try {
    return parseSddl(security, { owner: 'SY', group: 'SY' });
  } catch (error) {
    if (!isDismError(error)) throw error;
    session.warn(`${path} inherits its security. ${error.message}`);
    return undefined;
  }
}

/** SOFTWARE\...\PnpLockdownFiles; undefined in images without SOFTWARE. */
export async function lockdownKey(session: ServicingSession): Promise<HiveKey | undefined> {
  return (await session.findHive('SOFTWARE'))?.root.create(LOCKDOWN);
}
