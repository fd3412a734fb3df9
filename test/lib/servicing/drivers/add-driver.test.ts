// Drivers added to phony Windows images in directories: every file and registry entry that Windows reads, nothing else.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { storeFolderName } from '../../../../lib/inf/store-folder-name.ts';
import { listDrivers } from '../../../../lib/servicing/drivers/list-drivers.ts';
import { removeDriver } from '../../../../lib/servicing/drivers/remove-driver.ts';
import { writeDriverPackage } from '../../../support/driver-packages.ts';
import { add, dump, filesOf, newFolder, phonyImage } from './driver-images.ts';

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
      Tag: [4, 1],
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
    const shapes = log
      .replaceAll(/\d{2}:\d{2}:\d{2}\.\d{3}/g, 'T')
      .replaceAll(folder, 'F')
      .split('\r\n');
    expect(shapes).toEqual(
      expect.arrayContaining([
        '     sto: {Core Driver Package Import: F} T',
        "     idb:      Created driver package object 'F' in SYSTEM database node.",
        "     idb:      Registered driver package 'F' with 'oem0.inf'.",
        "     cpy:           Published 'F\\phonydrv.inf' to 'oem0.inf'.",
        "     idb:           Indexed 3 device IDs for 'F'.",
        "     sig:      Installed catalog 'phonydrv.cat' as 'oem0.cat'.",
        '     sto: {Core Driver Package Import: exit(0x00000000)} T',
      ]),
    );
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
