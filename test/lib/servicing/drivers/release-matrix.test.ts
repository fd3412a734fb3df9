// Every release of Windows, on every processor it was made for: a boot-critical package and one that can wait are added,
// added again, and removed. All that the driver store and the hives then hold is compared, in directories and in WIMs.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { storeFolderName } from '../../../../lib/inf/store-folder-name.ts';
import { loadDriverPackage } from '../../../../lib/servicing/drivers/driver-package.ts';
import { listDrivers } from '../../../../lib/servicing/drivers/list-drivers.ts';
import { removeDriver } from '../../../../lib/servicing/drivers/remove-driver.ts';
import { openServicingTarget } from '../../../../lib/servicing/open-servicing-target.ts';
import type { ServicingSession } from '../../../../lib/servicing/servicing-session.ts';
import { writeDriverPackage } from '../../../support/driver-packages.ts';
import {
  type PhonyArchitecture,
  type PhonyReleaseName,
  type PhonyWindowsProfile,
  writePhonyWim,
  writePhonyWindows,
} from '../../../support/phony-windows.ts';
import { add, dump, newFolder } from './driver-images.ts';

type Dump = Record<string, unknown>;

const matrix: readonly (readonly [PhonyReleaseName, readonly PhonyArchitecture[]])[] = [
  ['vista-sp2', ['x86', 'amd64']],
  ['server-2008-sp2', ['x86', 'amd64', 'ia64']],
  ['7', ['x86', 'amd64']],
  ['server-2008-r2', ['amd64', 'ia64']],
  ['8', ['x86', 'amd64', 'arm']],
  ['server-2012', ['amd64']],
  ['8.1', ['x86', 'amd64', 'arm']],
  ['server-2012-r2', ['amd64']],
  ['10', ['x86', 'amd64', 'arm64']],
  ['server-2016', ['amd64']],
  ['server-2019', ['amd64']],
  ['server-2022', ['amd64']],
  ['11', ['amd64', 'arm64']],
  ['server-2025', ['amd64', 'arm64']],
  ['winpe-2', ['x86', 'amd64', 'ia64']],
  ['winpe-3', ['x86', 'amd64']],
  ['winpe-4', ['amd64', 'arm']],
  ['winpe-5', ['x86', 'amd64']],
  ['winpe-10', ['x86', 'amd64', 'arm64']],
  ['winpe', ['amd64', 'arm64']],
];
const cases = matrix.flatMap(([release, names]) => names.map((architecture) => ({ release, architecture })));
const LOG = '\\Windows\\INF\\setupapi.offline.log';
const LOCKDOWN = 'Microsoft\\Windows\\CurrentVersion\\Setup\\PnpLockdownFiles';
const MACHINES = { x86: '0000', arm: '0500', ia64: '0600', amd64: '0900', arm64: '0c00' } as const;
const IDS = ['PCI\\VEN_1234&DEV_0001&REV_02', 'PCI\\VEN_1234&DEV_0001', 'PCI\\VEN_1234'] as const;
const DISK_CLASS = '{4d36e97b-e325-11ce-bfc1-08002be10318}';
const NET_CLASS = '{4d36e972-e325-11ce-bfc1-08002be10318}';

interface Packages {
  readonly disk: string;
  readonly net: string;
}

/** The packages of an architecture, written once. */
const packages = new Map<PhonyArchitecture, Packages>();
function packagesFor(architecture: PhonyArchitecture): Packages {
  const known = packages.get(architecture) ?? {
    disk: writeDriverPackage(newFolder(), { architecture, since: '6.0' }),
    net: writeDriverPackage(newFolder(), { architecture, since: '6.0', name: 'phonynet', class: 'Net' }),
  };
  packages.set(architecture, known);
  return known;
}

async function filesOf(session: ServicingSession, folder = '\\'): Promise<string[]> {
  const found: string[] = [];
  for await (const { path, isDirectory } of session.root.list(folder)) {
    found.push(path);
    if (isDirectory) found.push(...(await filesOf(session, path)));
  }
  return found;
}

/** Files, and every hive as plain data but for the time of the last change. */
async function stateOf(session: ServicingSession): Promise<{ files: string[]; hives: Dump }> {
  const hives: Dump = {};
  for (const name of ['SYSTEM', 'SOFTWARE', 'DRIVERS'] as const) {
    const hive = await session.findHive(name);
    const content = dump(hive?.root);
    delete (content['\\DriverDatabase'] as Dump | undefined)?.UpdateDate;
    hives[name] = content;
  }
  return { files: (await filesOf(session)).filter((path) => path !== LOG).sort(), hives };
}

/** What lies below a key path in dumped hives. */
function at(hive: unknown, path: string): Dump | undefined {
  let place = hive as Dump | undefined;
  for (const part of path.split('\\')) place = place?.[`\\${part}`] as Dump | undefined;
  return place;
}

const values = (key: Dump | undefined): Dump =>
  Object.fromEntries(Object.entries(key ?? {}).filter(([name]) => !name.startsWith('\\')));

function folderOf(profile: PhonyWindowsProfile, inf: string, bytes: Uint8Array): string {
  return storeFolderName(inf, profile.architecture, bytes, profile);
}

function newFiles(folders: readonly string[], names: readonly string[], hasDriverDatabase: boolean): string[] {
  const store = '\\Windows\\System32\\DriverStore\\FileRepository';
  const catalogs = '\\Windows\\System32\\CatRoot\\{F750E6C3-38EE-11D1-85E5-00C04FC295EE}';
  const stored = folders.flatMap((folder, i) => {
    const place = `${store}\\${folder}`;
    const own = [`${names[i]}.inf`, `${names[i]}.cat`, 'notes.txt', 'bin', `bin\\${names[i]}.sys`];
    return [
      place,
      ...own.map((file) => `${place}\\${file}`),
      `\\Windows\\INF\\oem${i}.inf`,
      `${catalogs}\\oem${i}.cat`,
    ];
  });
  // Before Windows 8 the files of what starts the computer lie beside the published INF as well.
  const beside = hasDriverDatabase ? [] : ['bin', 'bin\\phonydrv.sys', 'notes.txt'];
  const copies = beside.map((file) => `\\Windows\\INF\\${file}`);
  return [...stored, ...copies, '\\Windows\\System32\\drivers\\phonydrv.sys'].sort();
}

/** The database of Windows 8 and later; the layout of section "DriverDatabase" of the FORMAT.md beside the code. */
function checkDatabase(profile: PhonyWindowsProfile, hives: Dump, folders: readonly [string, string]): void {
  const system = at(hives.SYSTEM, 'DriverDatabase');
  const drivers = at(hives.DRIVERS, 'DriverDatabase');
  expect(system?.OemInfMap).toBe('c0');
  for (const [database, other, number, folder, guid, name] of [
    [system, drivers, 0, folders[0], DISK_CLASS, 'phonydrv'],
    [drivers, system, 1, folders[1], NET_CLASS, 'phonynet'],
  ] as const) {
    const oem = `oem${number}.inf`;
    expect(at(other, `DriverInfFiles\\${oem}`)).toBeUndefined();
    expect(at(database, `DriverInfFiles\\${oem}`)).toEqual({
      '': [folder],
      Active: folder,
      Configurations: ['Install.NT'],
    });
    const indexed = IDS.map((id) => at(database, `DeviceIds\\${id}`)?.[oem]);
    expect(indexed).toEqual(['01ff0000', '02ff0000', '02ff0100']);
    expect(at(database, `DeviceIds\\${guid}`)?.[oem]).toBe('');
    const stored = at(database, `DriverPackages\\${folder}`);
    const expected = ['', 'Version', 'InfName', 'Catalog', 'Provider', 'OemPath', 'ImportDate', 'SignerName'];
    expected.push('SignerScore', 'StatusFlags', ...(profile.build >= 26100 ? ['FileSize', 'ManifestHash'] : []));
    expect(Object.keys(values(stored)).sort()).toEqual(expected.sort());
    expect(stored).toMatchObject({ '': oem, InfName: `${name}.inf`, Catalog: `${name}.cat`, Provider: 'Phony, Inc.' });
    expect(stored?.SignerScore).toEqual([4, 0x0d000005]);
    expect(stored?.StatusFlags).toEqual([4, 0x12]);
    const classBytes = guid === DISK_CLASS ? '7be9364d25e3ce11bfc108002be10318' : '72e9364d25e3ce11bfc108002be10318';
    const tail = '000012e85e47d601' + '0400030002000100' + '0000000000000000';
    expect(stored?.Version).toBe(`00ff${MACHINES[profile.architecture]}00000000${classBytes}${tail}`);
    const configuration = at(stored, 'Configurations\\Install.NT');
    const scope = profile.build >= 26100 ? 0xf7f : 0x107;
    expect(values(configuration)).toEqual({
      Service: name,
      ConfigFlags: [4, 0],
      ...(profile.major >= 10 ? { ConfigScope: [4, scope] } : {}),
      UpperFilters: ['phonyfilter'],
    });
    expect(at(configuration, 'Driver')?.DriverValue).toBe('of %SystemRoot%\\System32');
    expect(at(configuration, 'Device\\Interrupt Management\\Affinity Policy')?.DevicePolicy).toEqual([0x20004, 5]);
    expect(at(configuration, `Services\\${name}\\Parameters`)?.BusType).toEqual([4, 10]);
    for (const id of IDS) {
      expect(values(at(stored, `Descriptors\\${id}`))).toEqual({
        Configuration: 'Install.NT',
        Description: '%device%',
        Manufacturer: '%maker%',
      });
    }
    expect(at(stored, 'Strings')).toEqual({ device: 'Phony device', maker: 'Phony, Inc.' });
  }
}

/** Before Windows 8: CriticalDeviceDatabase for what starts the computer, DevicePath for both. */
function checkCriticalDevices(hives: Dump, folders: readonly [string, string]): void {
  expect(at(hives.SYSTEM, 'DriverDatabase')).toBeUndefined();
  const critical = at(hives.SYSTEM, 'ControlSet001\\Control\\CriticalDeviceDatabase');
  for (const id of IDS) {
    expect(critical?.[`\\${id.replaceAll('\\', '#')}`]).toEqual({
      ClassGUID: DISK_CLASS,
      Service: 'phonydrv',
      DriverPackageId: folders[0],
    });
  }
  const store = '%SystemRoot%\\System32\\DriverStore\\FileRepository';
  expect(at(hives.SOFTWARE, 'Microsoft\\Windows\\CurrentVersion')?.DevicePath).toBe(
    ['%SystemRoot%\\inf', ...folders.map((folder) => `${store}\\${folder}`)].join(';'),
  );
}

function checkReflection(hives: Dump, folder: string): void {
  const services = at(hives.SYSTEM, 'ControlSet001\\Services');
  expect(services?.['\\phonynet']).toBeUndefined();
  expect(services?.['\\phonydrv']).toEqual({
    Type: [4, 1],
    Start: [4, 0],
    ErrorControl: [4, 1],
    ImagePath: 'System32\\drivers\\phonydrv.sys',
    DisplayName: '@oem0.inf,%Service%;Phony service',
    Group: 'SCSI miniport',
    Tag: [4, 1],
    Owners: ['oem0.inf'],
    '\\Parameters': { BusType: [4, 10], '\\Wdf': { KmdfLibraryVersion: '1.15' } },
  });
  expect(at(services, 'EventLog\\System\\phonydrv')).toEqual({ TypesSupported: [4, 7] });
  expect(at(hives.SOFTWARE, LOCKDOWN)).toEqual({
    '\\%SystemRoot%/System32/drivers/phonydrv.sys': {
      Class: [4, 4],
      Owners: ['oem0.inf'],
      Source: `%SystemRoot%\\System32\\DriverStore\\FileRepository\\${folder}\\bin\\phonydrv.sys`,
    },
  });
}

type Location = Parameters<typeof openServicingTarget>[0];

/** Opens the image, works on it, commits. */
async function service<T>(location: Location, work: (session: ServicingSession) => Promise<T>): Promise<T> {
  const warnings: string[] = [];
  await using target = await openServicingTarget(location, { onWarning: (text) => warnings.push(text) });
  const result = await work(target.sessions[0]!);
  await target.commit();
  return result;
}

async function checkImage(location: Location, profile: PhonyWindowsProfile): Promise<void> {
  const { disk, net } = packagesFor(profile.architecture);
  const before = await service(location, stateOf);
  const bytes = await Promise.all([disk, net].map(async (inf) => (await loadDriverPackage(inf)).infBytes));
  const folders = [folderOf(profile, 'phonydrv.inf', bytes[0]!), folderOf(profile, 'phonynet.inf', bytes[1]!)] as const;
  await service(location, async (session) => {
    expect(await add(session, disk)).toMatchObject({ outcome: 'added', folder: folders[0], isBootCritical: true });
    expect(await add(session, net)).toMatchObject({ outcome: 'added', folder: folders[1], isBootCritical: false });
  });
  const { files, hives } = await service(location, stateOf);
  expect(files.filter((path) => !before.files.includes(path))).toEqual(
    newFiles(folders, ['phonydrv', 'phonynet'], profile.hasDriverDatabase),
  );
  expect(before.files.filter((path) => !files.includes(path))).toEqual([]);
  if (profile.hasDriverDatabase) checkDatabase(profile, hives, folders);
  else checkCriticalDevices(hives, folders);
  checkReflection(hives, folders[0]);
  await service(location, async (session) => {
    const log = Buffer.from(await session.root.read(LOG)).toString('latin1');
    expect(log).toMatch(
      new RegExp(`^\\[Device Install Log\\]\\r\\n     OS Version = ${profile.major}\\.${profile.minor}\\.`),
    );
    expect(log.match(/<<< {2}\[Exit status: SUCCESS\]/g)).toHaveLength(2);
    const listed = await listDrivers(session);
    expect(listed.map(({ publishedName, className }) => [publishedName, className])).toEqual([
      ['oem0.inf', 'SCSIAdapter'],
      ['oem1.inf', 'Net'],
    ]);
    expect([(await add(session, disk)).outcome, (await add(session, net)).outcome]).toEqual(['present', 'present']);
    for await (const change of session.root.changes()) throw new Error(`${change.path} was changed`);
  });
  expect(await service(location, stateOf)).toEqual({ files, hives });
  await service(location, async (session) => {
    for (const name of ['oem0.inf', 'oem1.inf']) await removeDriver(session, name);
  });
  // What stays: the log, and the time of the last change of the database, which stateOf leaves out.
  expect(await service(location, stateOf)).toEqual(before);
}

describe('drivers in a directory', () => {
  it.each(cases)('of Windows $release for $architecture', async ({ release, architecture }) => {
    const path = join(newFolder(), 'image');
    const profile = writePhonyWindows(path, { release, architecture });
    await checkImage({ path }, profile);
  });
});

describe('drivers in an image of a WIM', () => {
  const inWim = ['vista-sp2', '7', '8', '8.1', '10', 'server-2022', '11', 'winpe'] as const;

  it('of every generation of Windows', async () => {
    const imagePath = join(newFolder(), 'windows.wim');
    const options = inWim.map((release) => ({ release, architecture: release === '10' ? 'arm64' : 'amd64' }) as const);
    const profiles = await writePhonyWim(imagePath, options, { type: 'None' });
    for (const [i, profile] of profiles.entries()) await checkImage({ imagePath, indexes: [i + 1] }, profile);
  }, 60_000);
});
