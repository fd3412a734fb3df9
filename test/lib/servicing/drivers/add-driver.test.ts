// Drivers added to phony Windows images in directories: every file and registry entry that Windows reads, nothing else.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { storeFolderName } from '../../../../lib/inf/store-folder-name.ts';
import { Hive } from '../../../../lib/registry/hive.ts';
import type { HiveKey } from '../../../../lib/registry/hive-key.ts';
import { type AddedDriver, addDriver } from '../../../../lib/servicing/drivers/add-driver.ts';
import { packageInfo, storedDriverInfo } from '../../../../lib/servicing/drivers/driver-info.ts';
import { findDriverInfs, loadDriverPackage } from '../../../../lib/servicing/drivers/driver-package.ts';
import { exportDriver } from '../../../../lib/servicing/drivers/export-driver.ts';
import { listDrivers } from '../../../../lib/servicing/drivers/list-drivers.ts';
import type { PackageSignature } from '../../../../lib/servicing/drivers/package-signature.ts';
import { removeDriver } from '../../../../lib/servicing/drivers/remove-driver.ts';
import { openServicingTarget } from '../../../../lib/servicing/open-servicing-target.ts';
import type { ServicingSession } from '../../../../lib/servicing/servicing-session.ts';
import { signedByHardwareProgram, unsigned, writeDriverPackage } from '../../../support/driver-packages.ts';
import { type PhonyWindowsOptions, writePhonyWindows } from '../../../support/phony-windows.ts';

const scratch = mkdtempSync(join(tmpdir(), 'opendism-drivers-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let count = 0;

function newFolder(): string {
  const folder = join(scratch, String(count++));
  mkdirSync(folder);
  return folder;
}

interface Image {
  readonly tree: string;
  readonly warnings: string[];
  /** Works on a session of the image; `commit` makes the edits real. */
  service<T>(work: (session: ServicingSession) => Promise<T>, commit?: boolean): Promise<T>;
  hive(name: string): Hive;
}

function phonyImage(options: PhonyWindowsOptions = {}): Image {
  const tree = join(newFolder(), 'image');
  writePhonyWindows(tree, options);
  const warnings: string[] = [];
  return {
    tree,
    warnings,
    async service(work, commit = true) {
      await using target = await openServicingTarget(
        { path: tree },
        { onWarning: (message) => warnings.push(message) },
      );
      const result = await work(target.sessions[0]!);
      if (commit) await target.commit();
      return result;
    },
    hive: (name) => Hive.open(readFileSync(join(tree, 'Windows/System32/config', name))),
  };
}

async function add(
  session: ServicingSession,
  inf: string,
  signature: PackageSignature = signedByHardwareProgram,
  forceUnsigned = false,
): Promise<AddedDriver> {
  const examineSignature = async (): Promise<PackageSignature> => signature;
  return addDriver(session, await loadDriverPackage(inf), { examineSignature, forceUnsigned });
}

/** A key with all below it, as plain data: values by name, keys by name with a backslash. */
function dump(key: HiveKey | undefined): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const { name, type, data } of key?.values() ?? []) {
    if (type === 1 || type === 2) found[name] = key!.getText(name);
    else if (type === 7) found[name] = key!.getTextList(name);
    else if (data.length === 4 && type !== 3) found[name] = [type, key!.getDword(name)];
    else found[name] = Buffer.from(data).toString('hex');
  }
  for (const below of key?.subkeys() ?? []) found[`\\${below.name}`] = dump(below);
  return found;
}

function filesOf(tree: string): string[] {
  return readdirSync(tree, { recursive: true, encoding: 'utf8' }).sort();
}

function problem(symbol: string): unknown {
  return expect.objectContaining({ Symbol: symbol });
}

describe('a driver added to Windows 11', () => {
  it('is stored, published, registered and reflected', async () => {
    const image = phonyImage();
    const before = filesOf(image.tree);
    const inf = writeDriverPackage(newFolder());
    const added = await image.service((session) => add(session, inf));
    const folder = storeFolderName('phonydrv.inf', 'amd64', readFileSync(inf), { major: 10, minor: 0 });
    expect(added).toMatchObject({
      outcome: 'added',
      publishedName: 'oem0.inf',
      folder,
      isBootCritical: true,
      services: ['phonydrv'],
      files: ['\\Windows\\System32\\drivers\\phonydrv.sys'],
    });
    const store = `Windows/System32/DriverStore/FileRepository/${folder}`;
    const catalog = 'Windows/System32/CatRoot/{F750E6C3-38EE-11D1-85E5-00C04FC295EE}/oem0.cat';
    expect(filesOf(image.tree).filter((path) => !before.includes(path))).toEqual(
      [
        ...[
          'Windows/INF/oem0.inf',
          'Windows/INF/setupapi.offline.log',
          'Windows/System32/drivers/phonydrv.sys',
          catalog,
        ],
        ...[store, `${store}/phonydrv.inf`, `${store}/phonydrv.cat`, `${store}/notes.txt`],
        ...[`${store}/bin`, `${store}/bin/phonydrv.sys`],
      ].sort(),
    );
    const driver = join(inf, '../BIN/PHONYDRV.SYS');
    expect(readFileSync(join(image.tree, 'Windows/System32/drivers/phonydrv.sys'))).toEqual(readFileSync(driver));
    expect(readFileSync(join(image.tree, 'Windows/INF/oem0.inf'))).toEqual(readFileSync(inf));

    const system = image.hive('SYSTEM').root;
    const database = system.getSubkey('DriverDatabase');
    expect(database.value('OemInfMap')?.data).toEqual(Uint8Array.of(0x80));
    expect(dump(database.subkey('DriverInfFiles\\oem0.inf'))).toEqual({
      '': [folder],
      Active: folder,
      Configurations: ['Install.NT'],
    });
    const ids = database.getSubkey('DeviceIds');
    const idOf = (id: string): unknown => dump(ids.subkey(id))['oem0.inf'];
    expect(idOf('PCI\\VEN_1234&DEV_0001&REV_02')).toBe('01ff0000');
    expect(idOf('PCI\\VEN_1234&DEV_0001')).toBe('02ff0000');
    expect(idOf('PCI\\VEN_1234')).toBe('02ff0100');
    expect(ids.getSubkey('{4d36e97b-e325-11ce-bfc1-08002be10318}').value('oem0.inf')).toMatchObject({ type: 0 });
    const stored = dump(database.subkey(`DriverPackages\\${folder}`));
    expect(stored).toMatchObject({
      '': 'oem0.inf',
      // Class, 2020-06-21 at 00:00 UTC, 1.2.3.4 from its last part on.
      Version:
        '00ff0900000000007be9364d25e3ce11bfc108002be10318' +
        '000012e85e47d601' +
        '0400030002000100' +
        '0000000000000000',
      InfName: 'phonydrv.inf',
      Catalog: 'phonydrv.cat',
      Provider: 'Phony, Inc.',
      SignerName: 'Microsoft Windows Hardware Compatibility Publisher',
      SignerScore: [4, 0x0d000005],
      '\\Configurations': {
        '\\Install.NT': {
          Service: 'phonydrv',
          ConfigFlags: [4, 0],
          ConfigScope: [4, 0xf7f],
          UpperFilters: ['phonyfilter'],
          '\\Device': { '\\Interrupt Management': { '\\Affinity Policy': { DevicePolicy: [0x20004, 5] } } },
          '\\Driver': { DriverValue: 'of %SystemRoot%\\System32' },
          '\\Services': { '\\phonydrv': { '\\Parameters': { BusType: [4, 10] } } },
        },
      },
      '\\Descriptors': {
        '\\PCI': {
          '\\VEN_1234': { Configuration: 'Install.NT', Description: '%device%', Manufacturer: '%maker%' },
        },
      },
      '\\Strings': { device: 'Phony device', maker: 'Phony, Inc.' },
    });
    expect(dump(system.subkey('ControlSet001\\Services\\phonydrv'))).toEqual({
      Type: [4, 1],
      Start: [4, 0],
      ErrorControl: [4, 1],
      ImagePath: 'System32\\drivers\\phonydrv.sys',
      DisplayName: '@oem0.inf,%Service%;Phony service',
      Group: 'SCSI miniport',
      Owners: ['oem0.inf'],
      '\\Parameters': { BusType: [4, 10], '\\Wdf': { KmdfLibraryVersion: '1.15' } },
    });
    expect(dump(system.subkey('ControlSet001\\Services\\EventLog\\System\\phonydrv'))).toEqual({
      TypesSupported: [4, 7],
    });
    const lockdown = 'Microsoft\\Windows\\CurrentVersion\\Setup\\PnpLockdownFiles';
    expect(dump(image.hive('SOFTWARE').root.subkey(lockdown))).toEqual({
      '\\%SystemRoot%/System32/drivers/phonydrv.sys': {
        Class: [4, 4],
        Owners: ['oem0.inf'],
        Source: `%SystemRoot%\\System32\\DriverStore\\FileRepository\\${folder}\\bin\\phonydrv.sys`,
      },
    });
    const log = readFileSync(join(image.tree, 'Windows/INF/setupapi.offline.log'), 'latin1');
    expect(log).toMatch(/^\[Device Install Log\]\r\n/);
    expect(log).toContain('<<<  [Exit status: SUCCESS]');
    expect(image.hive('DRIVERS').root.subkey('DriverDatabase\\DriverInfFiles\\oem0.inf')).toBeUndefined();
    expect(image.warnings).toEqual([]);
  });

  it('of a class that can wait is only stored, and registered in DRIVERS', async () => {
    const image = phonyImage();
    const inf = writeDriverPackage(newFolder(), { class: 'Net', name: 'phonynet' });
    const added = await image.service((session) => add(session, inf));
    expect(added).toMatchObject({ isBootCritical: false, services: [], files: [] });
    expect(image.hive('SYSTEM').root.subkey('DriverDatabase\\DriverInfFiles\\oem0.inf')).toBeUndefined();
    expect(image.hive('SYSTEM').root.subkey('DriverDatabase')?.value('OemInfMap')?.data).toEqual(Uint8Array.of(0x80));
    const drivers = image.hive('DRIVERS').root.getSubkey('DriverDatabase');
    expect(drivers.subkey(`DriverPackages\\${added.folder}`)?.getText('')).toBe('oem0.inf');
    expect(existsSync(join(image.tree, 'Windows/System32/drivers/phonynet.sys'))).toBe(false);
  });

  it('twice changes nothing the second time', async () => {
    const image = phonyImage();
    const inf = writeDriverPackage(newFolder());
    await image.service((session) => add(session, inf));
    const changes = await image.service(async (session) => {
      expect(await add(session, inf)).toMatchObject({ outcome: 'present', publishedName: 'oem0.inf' });
      const found: string[] = [];
      for await (const change of session.root.changes()) found.push(change.path);
      return found;
    });
    expect(changes).toEqual([]);
  });

  it('takes the lowest free number, and warns of a newer one', async () => {
    const image = phonyImage();
    const newer = writeDriverPackage(newFolder(), { version: '2.0', date: '01/01/2022' });
    const other = writeDriverPackage(newFolder(), { name: 'otherdrv' });
    const older = writeDriverPackage(newFolder());
    await image.service(async (session) => {
      expect((await add(session, newer)).publishedName).toBe('oem0.inf');
      expect((await add(session, other)).publishedName).toBe('oem1.inf');
      await removeDriver(session, 'oem0.inf');
      await add(session, newer);
      expect(image.warnings.filter((text) => text.includes('older'))).toEqual([]);
      expect((await add(session, older)).publishedName).toBe('oem2.inf');
    });
    expect(image.warnings.filter((text) => text.includes('is older than oem0.inf'))).toHaveLength(1);
    expect(image.hive('SYSTEM').root.subkey('DriverDatabase')?.value('OemInfMap')?.data).toEqual(Uint8Array.of(0xe0));
  });

  it('needs a signature on 64-bit Windows', async () => {
    const inf = writeDriverPackage(newFolder(), { hasCatalog: false });
    const image = phonyImage();
    await expect(image.service((session) => add(session, inf, unsigned))).rejects.toThrowError(
      problem('DriverUnsigned'),
    );
    await image.service((session) => add(session, inf, unsigned, true));
    const [driver] = await image.service((session) => listDrivers(session));
    expect(driver).toMatchObject({ publishedName: 'oem0.inf', signature: 'Unsigned', signerScore: 0x80000000 });
    const old = phonyImage({ release: '10', architecture: 'x86' });
    const inf32 = writeDriverPackage(newFolder(), { hasCatalog: false, architecture: 'x86' });
    expect((await old.service((session) => add(session, inf32, unsigned))).outcome).toBe('added');
  });

  it('is refused before anything is changed when it cannot work', async () => {
    const image = phonyImage({ architecture: 'arm64' });
    const refused = async (inf: string, symbol: string): Promise<void> => {
      await image.service(async (session) => {
        await expect(add(session, inf)).rejects.toThrowError(problem(symbol));
        for await (const change of session.root.changes()) throw new Error(`${change.path} was changed`);
      }, false);
    };
    await refused(writeDriverPackage(newFolder()), 'DriverNotApplicable');
    const incomplete = newFolder();
    const inf = writeDriverPackage(incomplete, { architecture: 'arm64' });
    rmSync(join(incomplete, 'BIN'), { recursive: true });
    await refused(inf, 'NotFound');
    const outside = join(newFolder(), 'secret');
    mkdirSync(outside);
    cpSync(inf, join(outside, 'phonydrv.sys'));
    symlinkSync(outside, join(incomplete, 'bin'));
    await refused(inf, 'UnsafePath');
    await refused(join(incomplete, 'missing.inf'), 'NotFound');
    const evil = ['..\\..\\evil.sys', 'config\\SYSTEM', 'DriverStore\\x', 'a:b', 'con?.sys', 'x.'];
    for (const name of evil) {
      const more = `[Files]\r\n"${name}",phonydrv.sys\r\n[DestinationDirs]\r\nFiles=11`;
      await refused(writeDriverPackage(newFolder(), { architecture: 'arm64', more }), 'UnsafePath');
    }
  });
});

describe('INFs of other kinds', () => {
  const write = (name: string, text: string): string => {
    const path = join(newFolder(), name);
    writeFileSync(path, text.replaceAll('\n', '\r\n'));
    return path;
  };
  const head = '[Version]\nSignature="$WINDOWS NT$"\nProvider="P"\nDriverVer=01/02/2023,1.0.0.0\n';
  const models = '[Manufacturer]\n%M%=M,NTamd64.10.0\n[M.NTamd64.10.0]\n"A device"=I,USB\\VID_1234&PID_0001\n';

  it('may need INFs of Windows, whose service the device then has', async () => {
    const image = phonyImage();
    const version = `${head}Class=USBDevice\nClassGuid={88BAE032-5A81-49f0-BC3D-A4FF138216D6}\n`;
    const install =
      '[I.NT]\nInclude=winusb.inf\nNeeds=WINUSB.NT\nFeatureScore=FB\n[I.NT.Services]\nInclude=WinUsb.inf\n' +
      'Needs=WINUSB.NT.Services\n[I.NT.HW]\nAddReg=R\n[R]\nHKR,,DeviceInterfaceGUIDs,0x10000,"{a}"\n[Strings]\nM="Maker"\n';
    const inf = write('needs.inf', `${version}${models}${install}`);
    const { folder } = await image.service((session) => add(session, inf, unsigned, true));
    const database = image.hive('SYSTEM').root.getSubkey('DriverDatabase');
    expect(dump(database.subkey(`DriverPackages\\${folder}\\Configurations\\I.NT`))).toMatchObject({
      Service: 'WinUSB',
      IncludedInfs: ['winusb.inf'],
      '\\Device': { DeviceInterfaceGUIDs: ['{a}'] },
    });
    expect(dump(database.subkey('DeviceIds\\USB\\VID_1234&PID_0001'))).toEqual({ 'oem0.inf': '01fb0000' });
    const service = dump(image.hive('SYSTEM').root.subkey('ControlSet001\\Services\\WinUSB'));
    expect(service).not.toHaveProperty('Owners');
  });

  it('that extend other drivers are indexed as extensions', async () => {
    const image = phonyImage();
    const version =
      `${head}Class=Extension\nClassGuid={e2f84ce7-8efa-411c-aa69-97454ca4cb57}\n` +
      'ExtensionId={11223344-5566-7788-99AA-BBCCDDEEFF00}\n';
    const inf = write(
      'extends.inf',
      `${version}${models}[I.NT]\nAddReg=R\n[R]\nHKR,,x,0x10001,1\n[Strings]\nM="Maker"\n`,
    );
    const { folder, isBootCritical } = await image.service((session) => add(session, inf, unsigned, true));
    expect(isBootCritical).toBe(false);
    const database = image.hive('SYSTEM').root.getSubkey('DriverDatabase');
    expect(dump(database.subkey('DeviceIds\\USB\\VID_1234&PID_0001'))).toEqual({ 'oem0.inf': '03ff0000' });
    expect(dump(database.subkey(`DriverPackages\\${folder}`))).toMatchObject({
      ExtensionId: '44332211665588779' + '9aabbccddeeff00',
      SignerScore: [4, 0x80000000],
    });
  });
});

describe('drivers of an image', () => {
  it('are listed and described', async () => {
    const image = phonyImage({ release: '10' });
    const inf = writeDriverPackage(newFolder());
    await image.service((session) => add(session, inf));
    await image.service(async (session) => {
      expect(await listDrivers(session)).toMatchObject([
        {
          publishedName: 'oem0.inf',
          infName: 'phonydrv.inf',
          className: 'SCSIAdapter',
          classDescription: 'Storage controllers',
          provider: 'Phony, Inc.',
          isInbox: false,
          isBootCritical: true,
          signature: 'Signed',
          catalogFile: 'phonydrv.cat',
          version: { version: [1, 2, 3, 4] },
        },
      ]);
      const all = await listDrivers(session, { all: true });
      expect(all.length).toBeGreaterThan(40);
      expect(all.find(({ infName }) => infName === 'winusb.inf')).toMatchObject({
        isInbox: true,
        className: 'USBDevice',
      });
      const device = {
        manufacturerName: 'Phony, Inc.',
        hardwareDescription: 'Phony device',
        hardwareId: 'PCI\\VEN_1234&DEV_0001&REV_02',
        architecture: 'amd64',
        serviceName: 'phonydrv',
        compatibleIds: ['PCI\\VEN_1234&DEV_0001', 'PCI\\VEN_1234'],
        excludeIds: [],
      };
      expect((await storedDriverInfo(session, 'OEM0.INF')).devices).toEqual([device]);
      expect((await packageInfo(session, await loadDriverPackage(inf))).devices).toEqual([device]);
      await expect(storedDriverInfo(session, 'oem9.inf')).rejects.toThrowError(problem('DriverNotFound'));
    }, false);
  });

  it('are exported byte for byte', async () => {
    const image = phonyImage();
    const inf = writeDriverPackage(newFolder());
    const { folder } = await image.service((session) => add(session, inf));
    const destination = newFolder();
    await image.service(async (session) => {
      const [driver] = await listDrivers(session);
      expect(await exportDriver(session, driver!, destination)).toBe(join(destination, folder));
      await exportDriver(session, driver!, destination);
    }, false);
    expect(readdirSync(destination)).toEqual([folder]);
    const exported = join(destination, folder);
    const stored = join(image.tree, 'Windows/System32/DriverStore/FileRepository', folder);
    expect(filesOf(exported)).toEqual(filesOf(stored));
    for (const name of ['phonydrv.inf', 'phonydrv.cat', 'bin/phonydrv.sys']) {
      expect(readFileSync(join(exported, name))).toEqual(readFileSync(join(stored, name)));
    }
    // What was exported can be added to another image, and is the same package there.
    const other = phonyImage();
    expect(await other.service((session) => add(session, join(exported, 'phonydrv.inf')))).toMatchObject({ folder });
  });

  it.each(['8.1', '10', '11'] as const)('are removed from Windows %s without a trace but the log', async (release) => {
    const image = phonyImage({ release });
    const inf = writeDriverPackage(newFolder());
    const files = filesOf(image.tree);
    const state = (): unknown => {
      const system = dump(image.hive('SYSTEM').root);
      delete (system['\\DriverDatabase'] as Record<string, unknown>).UpdateDate;
      return [system, dump(image.hive('SOFTWARE').root), dump(image.hive('DRIVERS').root)];
    };
    const before = state();
    await image.service((session) => add(session, inf));
    expect(state()).not.toEqual(before);
    expect(await image.service((session) => removeDriver(session, 'oem0.inf'))).toMatchObject({
      services: ['phonydrv'],
    });
    expect(state()).toEqual(before);
    expect(filesOf(image.tree).filter((path) => !files.includes(path))).toEqual(['Windows/INF/setupapi.offline.log']);
    expect(files.filter((path) => !existsSync(join(image.tree, path)))).toEqual([]);
    expect(image.warnings.join()).toContain('boot-critical');
    for (const [name, symbol] of [
      ['oem0.inf', 'DriverNotFound'],
      ['winusb.inf', 'NotSupported'],
    ] as const) {
      await expect(image.service((session) => removeDriver(session, name))).rejects.toThrowError(problem(symbol));
    }
  });
});

describe('a driver added to Windows 7', () => {
  it('is stored, published, and known to CriticalDeviceDatabase and DevicePath; removing it takes all back', async () => {
    const image = phonyImage({ release: '7', architecture: 'x86' });
    const inf = writeDriverPackage(newFolder(), { architecture: 'x86' });
    const state = (): unknown => [dump(image.hive('SYSTEM').root), dump(image.hive('SOFTWARE').root)];
    const before = state();
    const { folder } = await image.service((session) => add(session, inf));
    expect(folder).toMatch(/^phonydrv\.inf_x86_neutral_[0-9a-f]{16}$/);
    const system = image.hive('SYSTEM').root;
    expect(system.subkey('DriverDatabase')).toBeUndefined();
    const critical = 'ControlSet001\\Control\\CriticalDeviceDatabase\\PCI#VEN_1234&DEV_0001&REV_02';
    expect(dump(system.subkey(critical))).toEqual({
      ClassGUID: '{4d36e97b-e325-11ce-bfc1-08002be10318}',
      Service: 'phonydrv',
      DriverPackageId: folder,
    });
    expect(system.subkey('ControlSet001\\Services\\phonydrv')?.getDword('Start')).toBe(0);
    const path = image.hive('SOFTWARE').root.subkey('Microsoft\\Windows\\CurrentVersion')?.getText('DevicePath');
    expect(path).toBe(`%SystemRoot%\\inf;%SystemRoot%\\System32\\DriverStore\\FileRepository\\${folder}`);
    await image.service(async (session) => {
      expect(await listDrivers(session)).toMatchObject([
        { publishedName: 'oem0.inf', infName: 'phonydrv.inf', provider: 'Phony, Inc.', isBootCritical: true },
      ]);
      expect((await add(session, inf)).outcome).toBe('present');
    }, false);
    await image.service((session) => removeDriver(session, 'oem0.inf'));
    expect(state()).toEqual(before);
  });
});

describe('INFs below a path', () => {
  it('are found in order, in folders below only on demand', async () => {
    const folder = newFolder();
    for (const name of ['b/one.INF', 'B.inf', 'a.inf', 'readme.txt']) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      cpSync(writeDriverPackage(newFolder()), join(folder, name));
    }
    const names = async (recurse: boolean): Promise<string[]> =>
      (await findDriverInfs(folder, { recurse })).map((path) => path.slice(folder.length + 1));
    expect(await names(false)).toEqual(['a.inf', 'B.inf']);
    expect(await names(true)).toEqual(['a.inf', 'B.inf', 'b/one.INF']);
    await expect(findDriverInfs(newFolder())).rejects.toThrowError(problem('NotFound'));
    await expect(findDriverInfs(join(folder, 'nowhere'))).rejects.toThrowError(problem('NotFound'));
  });
});
