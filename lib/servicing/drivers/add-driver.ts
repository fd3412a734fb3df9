// Adds a driver package to the driver store of an image, and installs what Windows needs to start.
import { access, constants } from 'node:fs/promises';
import { DismError } from '../../base/error.ts';
import { fromSystemError } from '../../base/system-error.ts';
import { upcase } from '../../base/upcase.ts';
import { checkNewName } from '../../base/windows-path.ts';
import { compareVersions } from '../../inf/inf-target.ts';
import type { ResolvedInf } from '../../inf/resolve-inf.ts';
import type { ServicingSession } from '../servicing-session.ts';
import { addCriticalDevices, addDevicePath } from './critical-devices.ts';
import { DriverDatabase, oemNumber } from './driver-database.ts';
import type { DriverPackage } from './driver-package.ts';
import { copyBesideInf } from './inf-folder-copies.ts';
import type { PackageSignature } from './package-signature.ts';
import type { ExamineSignature } from './package-signature-policy.ts';
import { reflectedFiles, reflectFiles } from './reflect-files.ts';
import { reflectServices } from './reflect-services.ts';
import { registerPackage } from './register-package.ts';
import { installsOf, type ResolvedPackage, resolvePackage } from './resolve-package.ts';
import { appendSetupLog } from './setup-log.ts';
import { publishPackage, storePackage } from './store-package.ts';
import { publishedInfPath, storePath } from './store-paths.ts';
import { findStoredPackages, type StoredDriver } from './stored-drivers.ts';

export interface AddDriverOptions {
  /** Add a package that is not signed to an image that requires signatures (64-bit ones). */
  readonly forceUnsigned?: boolean | undefined;
  readonly examineSignature: ExamineSignature;
}

export interface AddedDriver {
  /** present: the image had the very package already, and nothing was changed. */
  readonly outcome: 'added' | 'present';
  /** oem0.inf. */
  readonly publishedName: string;
  /** The folder in the driver store. */
  readonly folder: string;
  readonly isBootCritical: boolean;
  /** Services and files written outside the store. */
  readonly services: readonly string[];
  readonly files: readonly string[];
  readonly signature: PackageSignature;
}

/** More numbers than a driver store has ever seen. */
const MAX_OEM_NUMBER = 99_999;

/** A package that was examined for an image and can be added. */
export interface PreparedDriver {
  readonly found: ResolvedPackage;
  readonly signature: PackageSignature;
  /** The very package, when the image lists it. */
  readonly same: StoredDriver | undefined;
  readonly isPresent: boolean;
}

/**
 * Examines a package for an image without changing anything: everything that can be wrong is found here.
 *
 * Throws DriverNotApplicable, DriverUnsigned, NotFound for missing files, Corrupt for an INF that cannot be used, UnsafePath
 * for files that would leave their place.
 */
export async function prepareDriver(
  session: ServicingSession,
  driver: DriverPackage,
  options: AddDriverOptions,
): Promise<PreparedDriver> {
  const found = await resolvePackage(session, driver);
  const signature = await options.examineSignature(found, session);
  const stored = await findStoredPackages(session);
  const same = stored.find(({ folder }) => upcase(folder) === upcase(found.folder));
  if (same && (await isComplete(session, same, found))) return { found, signature, same, isPresent: true };
  requireSignature(session, found, signature, options);
  await requireReadable(found);
  for (const { path } of found.files) for (const part of path.split('\\')) checkNewName(part);
  if (found.isReflected) reflectedFiles(session, found);
  warnOfNewer(session, found, stored);
  warnOfLeftOut(session, found);
  for (const { message, severity } of found.findings) {
    if (severity === 'warning') session.warn(`${driver.infPath}: ${message}`);
  }
  return { found, signature, same, isPresent: false };
}

/**
 * Adds a prepared package: driver store, published INF, catalog, driver database, and for boot-critical drivers services
 * and files. Everything is staged in the session. One that is present changes nothing.
 */
export async function addPreparedDriver(session: ServicingSession, prepared: PreparedDriver): Promise<AddedDriver> {
  const { found, signature, same } = prepared;
  const result = { folder: found.folder, isBootCritical: found.isBootCritical, signature };
  if (prepared.isPresent) {
    return { ...result, outcome: 'present', publishedName: same!.publishedName, services: [], files: [] };
  }
  const database = await DriverDatabase.open(session);
  const publishedName = same?.publishedName ?? (await freeName(session, database));
  await storePackage(session, found);
  await publishPackage(session, found, publishedName);
  const hive = database && registerPackage(session, database, found, publishedName, signature);
  let services: readonly string[] = [];
  let files: readonly string[] = [];
  if (found.isReflected) {
    services = await reflectServices(session, found, publishedName);
    files = await reflectFiles(session, found, publishedName);
  }
  if (!database) {
    if (found.isReflected) {
      await addCriticalDevices(session, found);
      await copyBesideInf(session, found);
    }
    await addDevicePath(session, found.folder);
    warnOfIndex(session, found);
  }
  await log(session, found, publishedName, hive);
  return { ...result, outcome: 'added', publishedName, services, files };
}

/** Prepares and adds a package. A package older than one of the same name and provider is added, with a warning. */
export async function addDriver(
  session: ServicingSession,
  driver: DriverPackage,
  options: AddDriverOptions,
): Promise<AddedDriver> {
  return addPreparedDriver(session, await prepareDriver(session, driver, options));
}

/** Whether a package that the image lists is all there. */
async function isComplete(session: ServicingSession, same: StoredDriver, found: ResolvedPackage): Promise<boolean> {
  const folder = storePath(session, same.folder);
  const paths = [publishedInfPath(session, same.publishedName), ...found.files.map(({ path }) => `${folder}\\${path}`)];
  for (const path of paths) if (!(await session.root.stat(path))) return false;
  return true;
}

function requireSignature(
  session: ServicingSession,
  found: ResolvedPackage,
  signature: PackageSignature,
  options: AddDriverOptions,
): void {
  if (signature.isSigned) return;
  const { infPath } = found.package;
  const reason = signature.findings[0]?.message ?? 'It has no catalog.';
  if (session.windows.architecture === 'x86' || options.forceUnsigned) {
    session.warn(`${infPath} is not signed. ${reason}`);
    return;
  }
  const advice = 'Windows will not load it unless test signing is on. -ForceUnsigned adds it all the same.';
  throw new DismError('DriverUnsigned', `${infPath} is not signed. ${reason} ${advice}`, { Target: infPath });
}

/** Before Windows 8 nobody but Windows can write the index of the store. */
function warnOfIndex(session: ServicingSession, found: ResolvedPackage): void {
  if (found.isReflected) return;
  session.warn(
    `${found.package.infName}: the index of this driver store cannot be written. Windows finds the driver through DevicePath ` +
      'when it sets up devices; should it not, run pnputil -i -a on it once.',
  );
}

/** Makes sure of everything that copying needs, so that an error comes before the first change. */
async function requireReadable(found: ResolvedPackage): Promise<void> {
  for (const { file, unpack } of found.files) {
    try {
      await access(file, constants.R_OK);
    } catch (error) {
      throw fromSystemError(error, file);
    }
    await unpack?.();
  }
}

/** What an INF wants done to files of Windows waits for the device: Windows itself does it then. */
function warnOfLeftOut(session: ServicingSession, found: ResolvedPackage): void {
  if (!found.isReflected) return;
  const installs = installsOf(found.resolved);
  const changed = installs.flatMap(({ deletedFiles, renamedFiles }) => [...deletedFiles, ...renamedFiles]);
  const removed = installs.flatMap(({ removedServices }) => removedServices);
  const names = [...new Set([...changed.map(({ name }) => name), ...removed])].slice(0, 3).join(', ');
  if (names === '') return;
  session.warn(
    `${found.package.infPath} deletes or renames ${names}: that is left to Windows, when it sets up the device.`,
  );
}

function warnOfNewer(session: ServicingSession, found: ResolvedPackage, stored: readonly StoredDriver[]): void {
  const { version } = found.resolved;
  const own = version.driverVersion;
  if (!own) return;
  for (const other of stored) {
    const isSame = upcase(other.infName) === upcase(found.package.infName) && other.provider === version.provider;
    if (!isSame || !other.version) continue;
    const byDate = other.version.date.compare(own.date);
    const isNewer = byDate > 0 || (byDate === 0 && compareVersions(other.version.version, own.version) > 0);
    if (!isNewer) continue;
    session.warn(
      `${found.package.infPath} (${own.text}) is older than ${other.publishedName} (${other.version.version.join('.')}), ` +
        'which the image has. Windows prefers the newer one for devices that both know.',
    );
  }
}

/** The lowest number that neither the database nor a file uses. */
async function freeName(session: ServicingSession, database: DriverDatabase | undefined): Promise<string> {
  const files = new Set<number>();
  if (await session.root.stat(session.windowsPath('INF'))) {
    for await (const { name } of session.root.list(session.windowsPath('INF'))) {
      const number = oemNumber(name);
      if (number !== undefined) files.add(number);
    }
  }
  for (let number = 0; number <= MAX_OEM_NUMBER; number++) {
    if (!files.has(number) && !database?.isTaken(number)) return `oem${number}.inf`;
  }
  throw new DismError('LimitExceeded', `The image has more than ${MAX_OEM_NUMBER} driver packages.`);
}

/** The IDs of all models, each once. */
function deviceIdCount({ models }: ResolvedInf): number {
  const ids = models.flatMap(({ hardwareId, compatibleIds }) => [hardwareId, ...compatibleIds]);
  return new Set(ids.filter((id) => id !== '').map(upcase)).size;
}

async function log(
  session: ServicingSession,
  found: ResolvedPackage,
  publishedName: string,
  hive: string | undefined,
): Promise<void> {
  const { package: driver, resolved, folder, catalog } = found;
  const { version } = resolved;
  await appendSetupLog(session, `Import Driver Package - ${driver.infPath}`, [
    ['inf', 0, `Provider       = ${version.provider}`],
    ['inf', 0, `Class GUID     = ${found.classGuid}`],
    ['inf', 0, `Driver Version = ${version.driverVersion?.text ?? ''}`],
    ['inf', 0, `Catalog File   = ${catalog?.path ?? ''}`],
    ['sto', 0, `{Core Driver Package Import: ${folder}}`],
    ...(hive === undefined
      ? []
      : ([
          ['idb', 1, `Created driver package object '${folder}' in ${hive} database node.`],
          ['idb', 1, `Created driver INF file object '${publishedName}' in ${hive} database node.`],
          ['idb', 1, `Registered driver package '${folder}' with '${publishedName}'.`],
        ] as const)),
    ['sto', 1, `{Publish Driver Package: ${driver.infPath}}`],
    ['sto', 2, `Activating driver package '${folder}'.`],
    ['cpy', 2, `Published '${folder}\\${driver.infName}' to '${publishedName}'.`],
    ...(hive === undefined
      ? []
      : ([
          ['idb', 2, `Indexed ${deviceIdCount(resolved)} device IDs for '${folder}'.`],
          ['sto', 2, `Flushed driver database node '${hive}'. Time = 0 ms`],
        ] as const)),
    ['sto', 1, '{Publish Driver Package: exit(0x00000000)}'],
    ...(catalog
      ? ([['sig', 1, `Installed catalog '${catalog.path}' as '${publishedName.replace(/inf$/, 'cat')}'.`]] as const)
      : []),
    ...(found.isReflected
      ? ([
          ['sto', 1, `{Reflect Driver Package: ${folder}}`],
          ['sto', 1, '{Reflect Driver Package: exit(0x00000000)}'],
        ] as const)
      : []),
    ['sto', 0, '{Core Driver Package Import: exit(0x00000000)}'],
  ]);
}
