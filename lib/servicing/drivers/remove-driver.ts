// Takes a third-party driver out of an image: what addDriver writes, and what Windows wrote for it in its place.
//
// Residue: the log keeps its lines; values that an INF set in a service that was there before stay; a file that replaced
// another one is removed only when no other driver owns it, and the one before does not come back.
import { DismError } from '../../base/error.ts';
import { upcase } from '../../base/upcase.ts';
import type { HiveKey } from '../../registry/hive-key.ts';
import type { ServicingSession } from '../servicing-session.ts';
import { removeCriticalDevices, removeDevicePath } from './critical-devices.ts';
import { DriverDatabase, oemNumber } from './driver-database.ts';
import { removeBesideInf } from './inf-folder-copies.ts';
import { getStoredDriver, type ListedDriver } from './list-drivers.ts';
import { lockdownKey } from './reflect-files.ts';
import { dropTag } from './service-order.ts';
import { appendSetupLog } from './setup-log.ts';
import { catalogPath, publishedInfPath, storePath } from './store-paths.ts';

export interface RemovedDriver {
  readonly driver: ListedDriver;
  /** Services and files taken away outside the store. */
  readonly services: readonly string[];
  readonly files: readonly string[];
}

/**
 * Removes a driver by its published name (oem0.inf). Everything is staged in the session. Throws DriverNotFound, and
 * NotSupported for drivers that Windows came with. A boot-critical one is removed with a warning.
 */
export async function removeDriver(session: ServicingSession, name: string): Promise<RemovedDriver> {
  const driver = await getStoredDriver(session, name);
  const { publishedName, folder } = driver;
  if (driver.isInbox) {
    const message = `${publishedName} came with Windows and cannot be removed. Only third-party drivers (oem*.inf) can.`;
    throw new DismError('NotSupported', message, { Target: name });
  }
  if (driver.isBootCritical) {
    session.warn(`${publishedName} is boot-critical: without it the image may not start on hardware that needs it.`);
  }
  const files = await removeReflectedFiles(session, driver);
  const services = await removeServices(session, driver);
  const database = await DriverDatabase.open(session);
  if (database) {
    unregister(session, database, driver);
  } else {
    await removeCriticalDevices(session, folder);
    await removeBesideInf(session, folder);
    await removeDevicePath(session, folder);
  }
  const inf = publishedInfPath(session, publishedName);
  await removeIfThere(session, storePath(session, folder));
  for (const path of [inf, inf.replace(/inf$/i, 'pnf'), catalogPath(session, publishedName)]) {
    await removeIfThere(session, path);
  }
  await appendSetupLog(session, `Delete Driver Package - ${publishedName}`, [
    ['sto', 0, `{Delete Driver Package: ${folder}}`],
    ['cpy', 1, `Unpublished '${publishedName}'.`],
    ['sto', 0, '{Delete Driver Package: exit(0x00000000)}'],
  ]);
  return { driver, services, files };
}

async function removeIfThere(session: ServicingSession, path: string): Promise<void> {
  const found = await session.root.stat(path);
  if (found) await session.root.remove(path, { recursive: found.isDirectory });
}

/**
 * Takes a driver out of Owners. Whether it was the only one; false when it was none. Windows 10 1709 wrote the store folder,
 * behind an exclamation mark, beside the name.
 */
function disown(key: HiveKey, { publishedName, folder }: ListedDriver): boolean {
  const owners = key.getTextList('Owners');
  if (!owners) return false;
  const own = new Set([upcase(publishedName), upcase(`!${folder}`)]);
  const others = owners.filter((name) => !own.has(upcase(name)));
  if (others.length === owners.length) return false;
  if (others.length > 0) key.setTextList('Owners', others);
  return others.length === 0;
}

async function removeServices(session: ServicingSession, driver: ListedDriver): Promise<string[]> {
  const system = await session.getHive('SYSTEM');
  const control = system.root.subkey(`${session.windows.controlSet}\\Control`);
  const services = system.root.subkey(`${session.windows.controlSet}\\Services`);
  const removed: string[] = [];
  for (const name of services?.subkeyNames() ?? []) {
    const key = services!.subkey(name);
    if (!key || !disown(key, driver)) continue;
    if (control) dropTag(control, key);
    key.delete();
    removed.push(name);
  }
  const logs = services?.subkey('EventLog');
  for (const log of logs?.subkeys() ?? []) for (const name of removed) log.deleteSubkey(name);
  return removed;
}

/** The files that PnpLockdownFiles knows as the driver's own. */
async function removeReflectedFiles(session: ServicingSession, driver: ListedDriver): Promise<string[]> {
  const lockdown = await lockdownKey(session);
  const removed: string[] = [];
  for (const name of lockdown?.subkeyNames() ?? []) {
    const key = lockdown!.subkey(name);
    if (!key || !disown(key, driver)) continue;
    key.delete();
    const path = /^%SystemRoot%\/(.+)$/i.exec(name)?.[1];
    if (path === undefined) continue;
    const full = session.windowsPath(...path.split('/'));
    const found = await session.root.stat(full);
    if (!found || found.isDirectory) continue;
    await session.root.remove(full);
    removed.push(full);
  }
  return removed;
}

function unregister(
  session: ServicingSession,
  database: DriverDatabase,
  { publishedName, folder, hive }: ListedDriver,
): void {
  const node = database.node(hive ?? 'SYSTEM');
  node.subkey('DriverPackages')?.deleteSubkey(folder);
  const inf = node.subkey(`DriverInfFiles\\${publishedName}`);
  const others = (inf?.getTextList('') ?? []).filter((name) => upcase(name) !== upcase(folder));
  if (inf && others.length > 0) {
    inf.setTextList('', others);
    inf.setText('Active', others[0]!);
    inf.deleteValue('Configurations');
  } else {
    inf?.delete();
    const ids = node.subkey('DeviceIds');
    if (ids) removeFromIndex(ids, publishedName, 0);
    const number = oemNumber(publishedName);
    if (number !== undefined) database.mark(number, false);
  }
  database.touch(hive ?? 'SYSTEM', session);
}

/** As many parts as the longest ID can have. */
const MAX_ID_DEPTH = 200;

/** Deletes the values of a name, and the keys that are empty afterwards because of it. */
function removeFromIndex(key: HiveKey, publishedName: string, depth: number): boolean {
  let changed = key.deleteValue(publishedName);
  if (depth < MAX_ID_DEPTH) {
    for (const name of key.subkeyNames()) {
      const below = key.subkey(name);
      if (!below || !removeFromIndex(below, publishedName, depth + 1)) continue;
      changed = true;
      if (below.subkeyCount === 0 && below.valueCount === 0) below.delete();
    }
  }
  return changed;
}
