// Test-WindowsDriver in the shell: alone, before a directory, before an image of a WIM.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DriverTestRecord } from '../../cmdlets/driver-test-records.ts';
import { newSession, runScript } from '../lib/host/session-fixture.ts';
import { makePublisher } from '../support/catalog-builder.ts';
import { writePhonyWim, writePhonyWindows } from '../support/phony-windows.ts';
import { writeSignedPackage } from '../support/signed-packages.ts';
import { scratchFolder } from '../support/trees.ts';

const folder = scratchFolder('test-windowsdriver');
const { publisher } = makePublisher();

async function run(script: string) {
  const errors: string[] = [];
  const session = newSession([], errors);
  session.setLocation(folder);
  const { values, thrown } = await runScript(script, session);
  return { records: values as DriverTestRecord[], errors, thrown };
}

const codesOf = (record: DriverTestRecord | undefined): string[] => (record?.Findings ?? []).map((one) => one.Code);

beforeAll(async () => {
  const drivers = join(folder, 'drivers');
  writeSignedPackage(join(drivers, 'a'), { name: 'a', hardwareIds: ['PCI\\VEN_1'], signer: publisher });
  writeSignedPackage(join(drivers, 'b'), { name: 'b', hardwareIds: ['PCI\\VEN_1', 'PCI\\CC_0403'], signer: null });
  writePhonyWindows(join(folder, 'tree'));
  await writePhonyWim(join(folder, 'install.wim'), [{ architecture: 'arm64' }, {}]);
});

describe('Test-WindowsDriver', () => {
  it('yields a record for each INF', async () => {
    const { records, errors } = await run('Test-WindowsDriver ./drivers -Recurse');
    expect(errors).toEqual([]);
    expect(records).toMatchObject([
      { Provider: 'Contoso', ClassName: 'Net', Version: '1.2.3.4', CatalogFile: 'a.cat', Signer: 'Contoso Drivers' },
      { CatalogFile: '', Signer: '', Architectures: ['amd64'], Image: '', ImageIndex: null },
    ]);
    expect(records.map(codesOf)).toEqual([['UntrustedSigner'], ['NoCatalog']]);
    expect(String(records[1]?.Findings[0])).toMatch(/^error: NoCatalog: /);
  });

  it('finds conflicts with a directory', async () => {
    const { records } = await run('Test-WindowsDriver ./drivers -Recurse -Path ./tree');
    expect(records.map(codesOf)).toEqual([
      ['UntrustedSigner', 'DuplicateHardwareId'],
      ['NoCatalog', 'InboxShadowed', 'DuplicateHardwareId'],
    ]);
    const piped = await run("'./drivers/a', './drivers/b' | Test-WindowsDriver -Path ./tree");
    expect(piped.records.map(codesOf)).toEqual(records.map(codesOf));
  });

  it('finds conflicts with each image of a WIM, and leaves it as it is', async () => {
    const before = readFileSync(join(folder, 'install.wim'));
    const { records, errors, thrown } = await run('Test-WindowsDriver ./drivers/a -ImagePath install.wim -AllImages');
    expect({ errors, thrown }).toEqual({ errors: [], thrown: undefined });
    expect(records).toMatchObject([{ ImageIndex: 1 }, { ImageIndex: 2 }]);
    expect(records.map(codesOf)).toEqual([['UntrustedSigner', 'WrongArchitecture'], ['UntrustedSigner']]);
    expect(readFileSync(join(folder, 'install.wim')).equals(before)).toBe(true);
  });

  it('goes on after what cannot be read', async () => {
    writeFileSync(join(folder, 'empty.inf'), '');
    const { records, errors } = await run('Test-WindowsDriver ./missing, ./empty.inf, ./drivers/a');
    expect(errors).toHaveLength(1);
    expect(records.map((record) => record.Version)).toEqual(['', '1.2.3.4']);
    expect(codesOf(records[0])).toContain('MissingSection');
  });

  it('refuses the running Windows', async () => {
    const { errors, thrown } = await run('Test-WindowsDriver ./drivers/a -Online');
    expect([...errors, thrown].join()).toContain('-Path');
  });
});
