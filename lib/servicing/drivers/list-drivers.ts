// The drivers of an image, as Get-WindowsDriver lists them.
import { DismError } from '../../base/error.ts';
import { upcase } from '../../base/upcase.ts';
import type { Hive } from '../../registry/hive.ts';
import type { ServicingSession } from '../servicing-session.ts';
import { isBootCritical } from './boot-critical.ts';
import { oemNumber } from './driver-database.ts';
import { UNSIGNED_SCORE } from './package-signature-policy.ts';
import { storePath } from './store-paths.ts';
import { findStoredPackages, type StoredDriver } from './stored-drivers.ts';

export interface ListedDriver extends StoredDriver {
  /** The INF in the driver store. */
  readonly infPath: string;
  readonly className: string;
  readonly classDescription: string;
  readonly isBootCritical: boolean;
  readonly signature: 'Unknown' | 'Unsigned' | 'Signed';
}

/** @param options `all` adds the drivers that Windows came with. */
export async function listDrivers(
  session: ServicingSession,
  options: { readonly all?: boolean | undefined } = {},
): Promise<ListedDriver[]> {
  const system = await session.getHive('SYSTEM');
  const stored = await findStoredPackages(session, options);
  return stored.map((driver) => describe(session, system, driver));
}

/** A driver by its published name or the name of its store folder. Throws DriverNotFound. */
export async function getStoredDriver(session: ServicingSession, name: string): Promise<ListedDriver> {
  const drivers = await listDrivers(session, { all: oemNumber(name) === undefined });
  const wanted = upcase(name);
  const found = drivers.find(
    ({ publishedName, folder }) => upcase(publishedName) === wanted || upcase(folder) === wanted,
  );
  if (found) return found;
  const own = drivers.filter(({ isInbox }) => !isInbox).map(({ publishedName }) => publishedName);
  const list = own.length === 0 ? 'It has no third-party drivers.' : `It has ${own.slice(0, 20).join(', ')}.`;
  const message = `${session.root.label} has no driver "${name}". ${list}`;
  throw new DismError('DriverNotFound', message, { Target: name });
}

function describe(session: ServicingSession, system: Hive, driver: StoredDriver): ListedDriver {
  const control = session.windows.controlSet;
  const classKey = driver.version && system.root.subkey(`${control}\\Control\\Class\\${driver.version.classGuid}`);
  const className = classKey?.getText('Class') ?? '';
  const starts = driver.services.map((name) => system.root.subkey(`${control}\\Services\\${name}`)?.getDword('Start'));
  let signature: ListedDriver['signature'] = 'Unknown';
  if (driver.signerScore !== undefined) signature = driver.signerScore === UNSIGNED_SCORE ? 'Unsigned' : 'Signed';
  return {
    ...driver,
    infPath: `${storePath(session, driver.folder)}\\${driver.infName}`,
    className,
    classDescription: classDescription(classKey?.getText('ClassDesc') ?? classKey?.getText('')) ?? className,
    isBootCritical: isBootCritical(driver.version?.classGuid ?? '', starts),
    signature,
  };
}

/** `@c_firmware.inf,%ClassDesc%;Firmware` is Firmware; a text that only a DLL holds is none. */
function classDescription(text: string | undefined): string | undefined {
  if (text === undefined || !text.startsWith('@')) return text;
  const end = text.indexOf(';');
  return end < 0 ? undefined : text.slice(end + 1);
}
