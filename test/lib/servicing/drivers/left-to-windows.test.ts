// What adding a boot-critical driver leaves to Windows, which does it when it meets the device.
import { expect, it } from 'vitest';
import { writeDriverPackage } from '../../../support/driver-packages.ts';
import { add, dump, newFolder, phonyImage } from './driver-images.ts';

it('installs nothing of a package that must not be reflected', async () => {
  const image = phonyImage();
  const more = '[Version]\r\nDontReflectOffline = 1';
  const added = await image.service((session) => add(session, writeDriverPackage(newFolder(), { more })));
  expect(added).toMatchObject({ outcome: 'added', isBootCritical: true, services: [], files: [] });
  const system = image.hive('SYSTEM').root;
  expect(system.subkey('ControlSet001\\Services\\phonydrv')).toBeUndefined();
  expect(system.subkey('DriverDatabase\\DriverInfFiles\\oem0.inf')).toBeDefined();
});

it('names files and services that the INF takes away, and edits HKR alone', async () => {
  const image = phonyImage();
  const before = dump(image.hive('SOFTWARE').root.subkey('Microsoft\\Windows NT'));
  const more = [
    '[Install.NT]\r\nDelFiles = Gone\r\n[Gone]\r\nold.dll\r\n[Install.NT.Services]\r\nDelService = olddrv',
    '[Driver.Reg]\r\nHKLM,"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion",ProductName,,"Another"',
  ].join('\r\n');
  await image.service((session) => add(session, writeDriverPackage(newFolder(), { more })));
  expect(image.warnings.filter((text) => /deletes or renames old\.dll, olddrv/.test(text))).toHaveLength(1);
  expect(dump(image.hive('SOFTWARE').root.subkey('Microsoft\\Windows NT'))).toEqual(before);
});
