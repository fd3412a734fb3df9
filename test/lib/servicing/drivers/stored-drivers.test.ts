// Drivers of an image: listed, described, exported, removed; INFs below a path.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageInfo, storedDriverInfo } from '../../../../lib/servicing/drivers/driver-info.ts';
import { findDriverInfs, loadDriverPackage } from '../../../../lib/servicing/drivers/driver-package.ts';
import { exportDriver } from '../../../../lib/servicing/drivers/export-driver.ts';
import { listDrivers } from '../../../../lib/servicing/drivers/list-drivers.ts';
import { removeDriver } from '../../../../lib/servicing/drivers/remove-driver.ts';
import { writeDriverPackage } from '../../../support/driver-packages.ts';
import { add, dump, filesOf, newFolder, phonyImage, problem } from './driver-images.ts';

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
