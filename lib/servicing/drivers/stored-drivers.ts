// What lies in the driver store of an image, whatever the Windows: from the driver database, before Windows 8 from the
// published INFs and the store folders of the same hash.
import { upcase } from '../../base/upcase.ts';
import { InfFile } from '../../inf/inf-file.ts';
import { InfFindings } from '../../inf/inf-finding.ts';
import { readInfVersion } from '../../inf/inf-version.ts';
import { storeHash } from '../../inf/store-folder-name.ts';
import type { HiveKey } from '../../registry/hive-key.ts';
import type { ServicingSession } from '../servicing-session.ts';
import { type DatabaseHive, DriverDatabase, oemNumber } from './driver-database.ts';
import { architectureNumber, infTargetOf } from './driver-target.ts';
import { publishedInfPath, storePath } from './store-paths.ts';
import type { DriverVersionRecord } from './version-blob.ts';

export interface StoredDriver {
  /** oem0.inf, or the name of an inbox INF. */
  readonly publishedName: string;
  /** Its folder in the driver store. */
  readonly folder: string;
  readonly infName: string;
  readonly isInbox: boolean;
  readonly provider: string;
  readonly version: DriverVersionRecord | undefined;
  readonly catalogFile: string;
  readonly signerName: string | undefined;
  /** SIGNERSCORE_*; undefined where Windows keeps none. */
  readonly signerScore: number | undefined;
  /** undefined before Windows 8. */
  readonly hive: DatabaseHive | undefined;
  /** The services of its configurations. */
  readonly services: readonly string[];
}

/** The packages of other makers in the order of their numbers, with `all` then those of Windows by name. */
export async function findStoredPackages(
  session: ServicingSession,
  options: { readonly all?: boolean | undefined } = {},
): Promise<StoredDriver[]> {
  const database = await DriverDatabase.open(session);
  const all = options.all === true;
  const found = database ? databasePackages(database, all) : await publishedPackages(session, all);
  const rank = (driver: StoredDriver): number => oemNumber(driver.publishedName) ?? Number.POSITIVE_INFINITY;
  const name = (driver: StoredDriver): string => upcase(driver.infName);
  return found.sort((a, b) => (rank(a) === rank(b) ? (name(a) < name(b) ? -1 : 1) : rank(a) - rank(b)));
}

function databasePackages(database: DriverDatabase, all: boolean): StoredDriver[] {
  const packages = all ? database.packages() : database.oemPackages();
  return [...packages].map(({ key, publishedName, folder, infName, provider, version, hive }) => ({
    publishedName,
    folder,
    infName,
    isInbox: oemNumber(publishedName) === undefined,
    provider,
    version,
    catalogFile: key.getText('Catalog') ?? '',
    signerName: key.getText('SignerName'),
    signerScore: key.getDword('SignerScore'),
    hive,
    services: configuredServices(key),
  }));
}

function configuredServices(key: HiveKey): string[] {
  const services = new Set<string>();
  for (const configuration of key.subkey('Configurations')?.subkeys() ?? []) {
    const service = configuration.getText('Service');
    if (service !== undefined) services.add(service);
  }
  return [...services];
}

async function publishedPackages(session: ServicingSession, all: boolean): Promise<StoredDriver[]> {
  const folders = new Map<string, string>();
  if (!(await session.root.stat(storePath(session)))) return [];
  for await (const { name, isDirectory } of session.root.list(storePath(session))) {
    const hash = /_([0-9a-f]{16})$/i.exec(name)?.[1];
    if (isDirectory && hash !== undefined) folders.set(hash.toLowerCase(), name);
  }
  const found: StoredDriver[] = [];
  if (!(await session.root.stat(session.windowsPath('INF')))) return [];
  for await (const { name, isDirectory, size } of session.root.list(session.windowsPath('INF'))) {
    if (isDirectory || !/\.inf$/i.test(name) || size > 32 << 20) continue;
    if (!all && oemNumber(name) === undefined) continue;
    const bytes = await session.root.read(publishedInfPath(session, name));
    const folder = folders.get(storeHash(bytes));
    if (folder !== undefined) found.push(describeInf(session, InfFile.parse(bytes, name), name, folder));
  }
  return found;
}

function describeInf(session: ServicingSession, inf: InfFile, publishedName: string, folder: string): StoredDriver {
  const version = readInfVersion(inf, infTargetOf(session.windows), new InfFindings());
  const isInbox = oemNumber(publishedName) === undefined;
  return {
    publishedName,
    folder,
    infName: /^(.+\.inf)_/i.exec(folder)?.[1] ?? publishedName,
    isInbox,
    provider: version.provider,
    version: version.driverVersion && {
      isInbox,
      architecture: architectureNumber(session.windows),
      classGuid: version.classGuid ?? '',
      date: version.driverVersion.date,
      version: version.driverVersion.version,
    },
    catalogFile: version.catalogFile ?? '',
    signerName: undefined,
    signerScore: undefined,
    hive: undefined,
    services: [],
  };
}
