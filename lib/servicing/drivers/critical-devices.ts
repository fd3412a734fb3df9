// Windows 7 and older: boot-critical devices are in CriticalDeviceDatabase, and the index of the driver store is a file of
// unknown layout. Packages are therefore offered through DevicePath, where Windows looks for INFs when it sets up devices.
import { upcase } from '../../base/upcase.ts';
import type { ServicingSession } from '../servicing-session.ts';
import type { ResolvedPackage } from './resolve-package.ts';
import { storePath } from './store-paths.ts';

const VERSION = 'Microsoft\\Windows\\CurrentVersion';

/** Enters the IDs of a package whose install section has a service. */
export async function addCriticalDevices(session: ServicingSession, driver: ResolvedPackage): Promise<void> {
  const system = await session.getHive('SYSTEM');
  const database = system.root.create(`${session.windows.controlSet}\\Control\\CriticalDeviceDatabase`);
  for (const model of driver.resolved.models) {
    const service = model.install?.services.find(({ isAssociated }) => isAssociated);
    if (!service) continue;
    for (const id of [model.hardwareId, ...model.compatibleIds]) {
      if (id === '') continue;
      const name = id.replaceAll('\\', '#');
      const key = database.subkey(name) ?? database.createSubkey(name);
      key.setText('ClassGUID', driver.classGuid);
      key.setText('Service', service.name);
      key.setText('DriverPackageId', driver.folder);
    }
  }
}

/** Takes out the entries of a package. */
export async function removeCriticalDevices(session: ServicingSession, folder: string): Promise<void> {
  const system = await session.getHive('SYSTEM');
  const database = system.root.subkey(`${session.windows.controlSet}\\Control\\CriticalDeviceDatabase`);
  if (!database) return;
  for (const name of database.subkeyNames()) {
    const key = database.subkey(name);
    if (upcase(key?.getText('DriverPackageId') ?? '') === upcase(folder)) key?.delete();
  }
}

function devicePathOf(session: ServicingSession, folder: string): string {
  return `%SystemRoot%${storePath(session, folder).slice(session.windows.systemRoot.length)}`;
}

/** Adds the store folder of a package to the folders that Windows looks for INFs in. */
export async function addDevicePath(session: ServicingSession, folder: string): Promise<void> {
  const key = (await session.getHive('SOFTWARE')).root.create(VERSION);
  const paths = (key.getText('DevicePath') ?? '%SystemRoot%\\inf').split(';').filter((path) => path !== '');
  const path = devicePathOf(session, folder);
  if (paths.some((other) => upcase(other) === upcase(path))) return;
  key.setExpandableText('DevicePath', [...paths, path].join(';'));
}

/** Takes it out again. */
export async function removeDevicePath(session: ServicingSession, folder: string): Promise<void> {
  const key = (await session.getHive('SOFTWARE')).root.subkey(VERSION);
  const old = key?.getText('DevicePath');
  if (!key || old === undefined) return;
  const path = upcase(devicePathOf(session, folder));
  const paths = old.split(';').filter((other) => upcase(other) !== path);
  key.setExpandableText('DevicePath', paths.join(';'));
}
