// The registry cmdlets on images: a directory and the images of a WIM.
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import compareOfflineRegistry from '../../cmdlets/compare-offlineregistry.ts';
import exportOfflineRegistry from '../../cmdlets/export-offlineregistry.ts';
import getOfflineRegistryKey from '../../cmdlets/get-offlineregistrykey.ts';
import getOfflineRegistryValue from '../../cmdlets/get-offlineregistryvalue.ts';
import importOfflineRegistry from '../../cmdlets/import-offlineregistry.ts';
import removeOfflineRegistryKey from '../../cmdlets/remove-offlineregistrykey.ts';
import removeOfflineRegistryValue from '../../cmdlets/remove-offlineregistryvalue.ts';
import setOfflineRegistryValue from '../../cmdlets/set-offlineregistryvalue.ts';
import { WimFile } from '../../lib/wim/wim-file.ts';
import { runScript } from '../lib/host/session-fixture.ts';
import { acceptedByJudges, describeWithJudges } from '../support/judges.ts';
import { writePhonyWim, writePhonyWindows } from '../support/phony-windows.ts';
import { scratchFolder } from '../support/trees.ts';

const scratch = scratchFolder('image-registry');
const version = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const services = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';

describe('registry cmdlets on a directory', () => {
  let Path: string;
  beforeAll(() => {
    Path = join(mkdtempSync(join(scratch, 'tree-')), 'tree');
    writePhonyWindows(Path, { controlSet: 2 });
  });

  it('find hive and control set by the full path', async () => {
    expect(await getOfflineRegistryValue({ Path, Key: version, Name: ['EditionID'] }).toArray()).toMatchObject([
      { Path, HivePath: '', ImageIndex: null, Key: version, Name: 'EditionID', Value: 'Professional' },
    ]);
    const [top] = await getOfflineRegistryKey({ Path, Key: services }).toArray();
    expect(top).toMatchObject({ Key: 'HKLM\\SYSTEM\\ControlSet002\\Services' });
    await expect(getOfflineRegistryKey({ Path, Key: 'Services' }).toArray()).rejects.toMatchObject({
      Symbol: 'InvalidParameter',
    });
    await expect(getOfflineRegistryKey({ Path }).toArray()).rejects.toMatchObject({ Symbol: 'InvalidParameter' });
  });

  it('set, plan and remove', async () => {
    const value = { Path, Key: `${services}\\phony`, Name: 'Start', Value: 4 };
    const plan = await setOfflineRegistryValue({ ...value, PlanOnly: true }).toArray();
    expect(plan).toMatchObject([
      { Action: 'Replace', Target: '\\Windows\\System32\\config\\SYSTEM' },
      { Action: 'Create', Kind: 'RegistryKey', Target: 'HKLM\\SYSTEM\\ControlSet002\\Services\\phony' },
      { Action: 'Create', Kind: 'RegistryValue', Name: 'Start', After: { Type: 'REG_DWORD', Data: '04000000' } },
    ]);
    await expect(getOfflineRegistryKey({ Path, Key: value.Key }).toArray()).rejects.toMatchObject({
      Symbol: 'PathNotFound',
    });
    await setOfflineRegistryValue(value).toArray();
    expect(await getOfflineRegistryValue({ Path, Key: value.Key }).toArray()).toMatchObject([{ Value: 4 }]);
    const said = await runScript(`Remove-OfflineRegistryValue -Path '${Path}' '${value.Key}' Start -WhatIf`);
    expect(said.messages.join('\n')).toContain('Remove registry value');
    await removeOfflineRegistryValue({ Path, Key: value.Key, Name: 'Start' }).toArray();
    await removeOfflineRegistryKey({ Path, Key: value.Key }).toArray();
    await expect(getOfflineRegistryKey({ Path, Key: value.Key }).toArray()).rejects.toMatchObject({
      Symbol: 'PathNotFound',
    });
  });

  it('import into several hives at once, and export', async () => {
    const RegistryFile = join(scratch, 'in.reg');
    const lines = [
      'Windows Registry Editor Version 5.00',
      '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Contoso]',
      '"A"="1"',
      `[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\contoso]`,
      '"Start"=dword:3',
      '[HKEY_LOCAL_MACHINE\\HARDWARE\\X]',
    ];
    writeFileSync(RegistryFile, lines.join('\r\n'));
    expect(await importOfflineRegistry({ Path, RegistryFile }).toArray()).toMatchObject([
      { Path, KeysCreated: 2, ValuesSet: 2, Skipped: 1 },
    ]);
    const [, value] = await getOfflineRegistryValue({ Path, Key: services, Recurse: true }).toArray();
    expect(value).toBeDefined();
    const out = join(scratch, 'out.reg');
    await exportOfflineRegistry({
      Path,
      Key: 'HKLM\\SOFTWARE\\Contoso',
      RegistryFile: out,
      Encoding: 'UTF8',
    }).toArray();
    const imported = await importOfflineRegistry({ Path, RegistryFile: out }).toArray();
    expect(imported).toMatchObject([{ KeysCreated: 0, ValuesSet: 1, Skipped: 0 }]);
  });
});

describe('registry cmdlets on the images of a WIM', () => {
  it('commit all input at once', async () => {
    const ImagePath = join(mkdtempSync(join(scratch, 'wim-')), 'install.wim');
    await writePhonyWim(ImagePath, [{}, {}]);
    const sizeBefore = statSync(ImagePath).size;
    const script = `Get-OfflineRegistryValue -ImagePath '${ImagePath}' -AllImages '${version}' EditionID, InstallationType |
      Set-OfflineRegistryValue -Key HKLM\\SOFTWARE\\Copy`;
    const { values, errors, thrown } = await runScript(script);
    expect({ errors, thrown }).toEqual({ errors: [], thrown: undefined });
    expect(values.map((one) => (one as { ImageIndex: number }).ImageIndex)).toEqual([1, 1, 2, 2]);
    for (const Index of [[1], [2]]) {
      const found = await getOfflineRegistryValue({ ImagePath, Index, Key: 'HKLM\\SOFTWARE\\Copy' }).toArray();
      expect(found.map((value) => value.Value)).toEqual(['Professional', 'Client']);
    }
    await using file = await WimFile.open(ImagePath);
    expect(file.imageCount).toBe(2);
    expect(file.info.fileSize).toBeGreaterThan(sizeBefore);
    await setOfflineRegistryValue({ ImagePath, Index: [2], Key: version, Name: 'EditionID', Value: 'X' }).toArray();
    const compared = compareOfflineRegistry({
      ImagePath,
      Index: [1],
      Key: version,
      DifferenceImagePath: ImagePath,
      DifferenceIndex: 2,
    });
    expect(await compared.toArray()).toMatchObject([
      { Change: 'ValueChanged', Key: version, Name: 'EditionID', Before: 'Professional', After: 'X' },
    ]);
  });

  describeWithJudges(['wimlib-imagex', '7z'], 'before judges', () => {
    it('leave a sound file', async () => {
      const ImagePath = join(mkdtempSync(join(scratch, 'judged-')), 'install.wim');
      await writePhonyWim(ImagePath, [{}]);
      await setOfflineRegistryValue({ ImagePath, AllImages: true, Key: version, Name: 'New', Value: 'x' }).toArray();
      await acceptedByJudges(ImagePath);
    });
  });
});
