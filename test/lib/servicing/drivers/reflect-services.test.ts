// Services of boot-critical drivers: tags of load order groups, security, and what stays of a service that was there.
import { describe, expect, it } from 'vitest';
import { parseSddl } from '../../../../lib/base/sddl.ts';
import { removeDriver } from '../../../../lib/servicing/drivers/remove-driver.ts';
import { type PackageOptions, writeDriverPackage } from '../../../support/driver-packages.ts';
import { add, dump, newFolder, phonyImage } from './driver-images.ts';

const CONTROL = 'ControlSet001\\Control';
const SERVICES = 'ControlSet001\\Services';

const words = (...numbers: number[]): string => Buffer.from(new Uint32Array(numbers).buffer).toString('hex');

/** A package whose service has more to it. */
function packageWith(more: string, options: PackageOptions = {}): string {
  return writeDriverPackage(newFolder(), { ...options, more: more.replaceAll('\n', '\r\n') });
}

describe('a driver of a load order group', () => {
  it('gets the lowest tag that is free, and the list is left alone', async () => {
    const image = phonyImage();
    await image.service(async (session) => {
      const system = await session.getHive('SYSTEM');
      for (const [name, tag] of [
        ['a', 1],
        ['b', 2],
        ['c', 4],
      ] as const) {
        const key = system.root.create(`${SERVICES}\\${name}`);
        key.setText('Group', 'scsi MINIPORT');
        key.setDword('Tag', tag);
      }
      // 3 is in the list, for a driver that is not there.
      system.root
        .create(`${CONTROL}\\GroupOrderList`)
        .setBinary('SCSI miniport', Buffer.from(words(2, 3, 0x19), 'hex'));
      await add(session, packageWith(''));
      await add(session, packageWith('', { name: 'otherdrv' }));
    });
    const root = (): ReturnType<typeof image.hive>['root'] => image.hive('SYSTEM').root;
    expect(root().subkey(`${SERVICES}\\phonydrv`)?.getDword('Tag')).toBe(5);
    expect(root().subkey(`${SERVICES}\\otherdrv`)?.getDword('Tag')).toBe(6);
    expect(dump(root().subkey(`${CONTROL}\\GroupOrderList`))['SCSI miniport']).toBe(words(2, 3, 0x19));
    await image.service((session) => removeDriver(session, 'oem0.inf'));
    expect(dump(root().subkey(`${CONTROL}\\GroupOrderList`))['SCSI miniport']).toBe(words(2, 3, 0x19));
  });

  it('comes to the front of the list when the INF says so, and leaves it when it is removed', async () => {
    const image = phonyImage();
    const order = (): unknown => dump(image.hive('SYSTEM').root.subkey(`${CONTROL}\\GroupOrderList`));
    const before = order();
    const front = packageWith('', { serviceFlags: '3' });
    await image.service((session) => add(session, front));
    expect(order()).toMatchObject({ 'SCSI miniport': words(2, 1, 0x19) });
    await image.service((session) => removeDriver(session, 'oem0.inf'));
    expect(order()).toEqual(before);
  });

  it('keeps its tag, and takes another one in another group', async () => {
    const image = phonyImage();
    const group = async (name: string, tag: number | undefined): Promise<number | undefined> => {
      await image.service(async (session) => {
        const key = (await session.getHive('SYSTEM')).root.create(`${SERVICES}\\phonydrv`);
        key.setText('Group', name);
        if (tag !== undefined) key.setDword('Tag', tag);
        await add(session, packageWith(''));
      });
      return image.hive('SYSTEM').root.subkey(`${SERVICES}\\phonydrv`)?.getDword('Tag');
    };
    expect(await group('SCSI Miniport', 77)).toBe(77);
    await image.service((session) => removeDriver(session, 'oem0.inf'));
    expect(await group('Another group', 77)).toBe(1);
  });
});

describe('the security of a service', () => {
  const sddl = 'D:P(A;;GA;;;SY)(A;;GRGX;;;BA)';
  const security = (image: ReturnType<typeof phonyImage>): string | undefined => {
    const data = image.hive('SYSTEM').root.subkey(`${SERVICES}\\phonydrv\\Security`)?.value('Security')?.data;
    return data && Buffer.from(data).toString('hex');
  };

  it('is what the INF says, owned by the system', async () => {
    const image = phonyImage();
    await image.service((session) => add(session, packageWith(`[Service]\nSecurity = "${sddl}"`)));
    const expected = Buffer.from(parseSddl(`O:SYG:SY${sddl}`)).toString('hex');
    expect(security(image)).toBe(expected);
    expect(expected.slice(0, 8)).toBe('01000490');
  });

  it('that is there stays, unless the INF replaces it; one that is none is said', async () => {
    const image = phonyImage();
    const put = async (flags: string, text: string): Promise<string | undefined> => {
      await image.service(async (session) => {
        const key = (await session.getHive('SYSTEM')).root.create(`${SERVICES}\\phonydrv\\Security`);
        key.setBinary('Security', Uint8Array.of(1, 2, 3));
        await add(session, packageWith(`[Service]\nSecurity = "${text}"`, { serviceFlags: flags }));
      });
      const found = security(image);
      await image.service((session) => removeDriver(session, 'oem0.inf'));
      return found;
    };
    expect(await put('0x2', sddl)).toBe('010203');
    expect(await put('0x402', sddl)).not.toBe('010203');
    expect(await put('0x402', 'D:(nonsense)')).toBe('010203');
    expect(image.warnings.filter((text) => text.includes('phonydrv was left out'))).toHaveLength(1);
  });
});

describe('a service that was there', () => {
  it('keeps what the flags of the INF keep', async () => {
    const image = phonyImage();
    await image.service(async (session) => {
      const key = (await session.getHive('SYSTEM')).root.create(`${SERVICES}\\phonydrv`);
      key.setDword('Start', 3);
      key.setDword('ErrorControl', 0);
      key.setText('DisplayName', 'kept');
      key.setText('Description', 'kept');
      key.setText('Group', 'kept');
      key.setTextList('DependOnService', ['kept']);
      key.setTextList('RequiredPrivileges', ['SeKeptPrivilege']);
      const more = 'Description = "new"\nDependencies = new,+newgroup\nRequiredPrivileges = SeNewPrivilege';
      await add(session, packageWith(`[Service]\n${more}`, { serviceFlags: '0x11FA' }));
    });
    expect(dump(image.hive('SYSTEM').root.subkey(`${SERVICES}\\phonydrv`))).toMatchObject({
      Start: [4, 3],
      ErrorControl: [4, 0],
      DisplayName: 'kept',
      Description: 'kept',
      Group: 'kept',
      DependOnService: ['kept'],
      RequiredPrivileges: ['SeKeptPrivilege'],
      Type: [4, 1],
    });
  });

  it('runs under the system account when it is a program and the INF names none', async () => {
    const image = phonyImage();
    const more =
      '[Install.NT.Services]\nAddService = phonyhelper,, Helper\n[Helper]\nServiceType = 0x10\nStartType = 2\n' +
      'ErrorControl = 1\nServiceBinary = %11%\\helper.exe\nDependencies = RpcSs,+TDI\nDelayedAutoStart = 1\nServiceSidType = 1';
    await image.service((session) => add(session, packageWith(more)));
    expect(dump(image.hive('SYSTEM').root.subkey(`${SERVICES}\\phonyhelper`))).toEqual({
      Type: [4, 0x10],
      Start: [4, 2],
      ErrorControl: [4, 1],
      ImagePath: '%SystemRoot%\\System32\\helper.exe',
      DependOnService: ['RpcSs'],
      DependOnGroup: ['TDI'],
      DelayedAutostart: [4, 1],
      ServiceSidType: [4, 1],
      ObjectName: 'LocalSystem',
      Owners: ['oem0.inf'],
    });
  });
});

it('a driver that owns a service under both of its names takes it along', async () => {
  const image = phonyImage();
  const { folder } = await image.service((session) => add(session, packageWith('')));
  const own = async (owners: readonly string[]): Promise<void> =>
    image.service(async (session) => {
      (await session.getHive('SYSTEM')).root.getSubkey(`${SERVICES}\\phonydrv`).setTextList('Owners', owners);
    });
  await own(['oem0.inf', `!${folder}`, 'other.inf']);
  await image.service((session) => removeDriver(session, 'oem0.inf'));
  const key = image.hive('SYSTEM').root.subkey(`${SERVICES}\\phonydrv`);
  expect(key?.getTextList('Owners')).toEqual(['other.inf']);
  await image.service((session) => add(session, packageWith('')));
  await own(['oem0.inf', `!${folder}`]);
  await image.service((session) => removeDriver(session, 'oem0.inf'));
  expect(image.hive('SYSTEM').root.subkey(`${SERVICES}\\phonydrv`)).toBeUndefined();
});
