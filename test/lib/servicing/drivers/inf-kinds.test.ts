// Driver packages that lean on others: INFs of Windows that are included, extension INFs.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unsigned } from '../../../support/driver-packages.ts';
import { add, dump, newFolder, phonyImage } from './driver-images.ts';

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
