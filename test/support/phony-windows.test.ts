// The phony Windows is what others take for a Windows: hives, executables and image files are judged by their programs.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openHive } from '../../lib/registry/hive-file.ts';
import { describeWithJudges, judge } from './judges.ts';
import { phonyReleaseNames, writePhonyWim, writePhonyWindows } from './phony-windows.ts';
import { scratchFolder } from './trees.ts';

const folder = scratchFolder('phony-windows');

it.each(phonyReleaseNames)('the hives of %s are sound', async (release) => {
  const root = join(folder, release);
  const profile = writePhonyWindows(root, { release, languages: ['de-DE', 'en-US'], controlSet: 2 });
  const names = ['SYSTEM', 'SOFTWARE', 'COMPONENTS', 'DEFAULT', 'SAM', 'SECURITY'];
  if (profile.hasDriverDatabase) names.push('DRIVERS');
  for (const name of names) {
    const hive = await openHive(join(root, 'Windows/System32/config', name));
    expect(hive.check().findings, name).toEqual([]);
  }
});

it('has the size that was asked for', async () => {
  const root = join(folder, 'large');
  writePhonyWindows(root, { extraEntries: 300, hivePadding: 200_000, windowsDirectory: 'WINNT' });
  const { space } = await openHive(join(root, 'WINNT/System32/config/SYSTEM'));
  expect(space.total).toBeGreaterThan(200_000);
});

describeWithJudges(['wimlib-imagex', '7z', 'hivexget'], 'a phony Windows before its judges', () => {
  it('has executables with a version and hives with a driver database', async () => {
    const root = join(folder, 'judged');
    writePhonyWindows(root, { architecture: 'arm64' });
    const system32 = join(root, 'Windows/System32');
    const { stdout } = await judge('7z', 'l', '-slt', join(system32, 'ntoskrnl.exe'));
    expect(stdout).toMatch(/^CPU = ARM64$/m);
    expect(stdout).toMatch(/FileVersion: 10\.0\.26100\.4349/);
    const device = '\\DriverDatabase\\DeviceIds\\PCI\\CC_0600';
    const found = await judge('hivexget', join(system32, 'config/SYSTEM'), device);
    expect(found.stdout).toBe('"machine.inf"=hex(3):01,ff,00,00\n');
  });

  it('is captured to a sound image file', async () => {
    const wim = join(folder, 'phony.wim');
    const profiles = await writePhonyWim(wim, [{ release: '7', architecture: 'x86' }, { release: 'winpe' }]);
    expect(profiles.map((profile) => profile.editionId)).toEqual(['Professional', 'WindowsPE']);
    await judge('wimlib-imagex', 'verify', wim);
    const { stdout } = await judge('wimlib-imagex', 'dir', wim, '2');
    expect(stdout).toContain('/Windows/System32/config/SOFTWARE');
  });
});

describeWithJudges(['openssl', 'hivexget'], 'the root store of a phony Windows', () => {
  it('holds the certificates it was given', async () => {
    const pem = join(folder, 'root.pem');
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    await judge('openssl', ...request, '-keyout', join(folder, 'root.key'), '-out', pem, '-subj', '/CN=Phony root');
    const der = new X509Certificate(readFileSync(pem)).raw;
    const root = join(folder, 'trusting');
    writePhonyWindows(root, { trustedRoots: [der] });
    const printed = (await judge('openssl', 'x509', '-in', pem, '-noout', '-fingerprint', '-sha1')).stdout;
    const thumbprint = printed.split('=')[1]!.trim().replaceAll(':', '');
    const key = `\\Microsoft\\SystemCertificates\\ROOT\\Certificates\\${thumbprint}`;
    const { stdout } = await judge('hivexget', join(root, 'Windows/System32/config/SOFTWARE'), key);
    expect(stdout.replaceAll(/[^0-9a-f]/g, '')).toContain(der.toString('hex'));
  });
});
