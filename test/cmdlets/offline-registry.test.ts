// The cmdlets on hive files, called from TypeScript and from a script.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import compareOfflineRegistry from '../../cmdlets/compare-offlineregistry.ts';
import exportOfflineRegistry from '../../cmdlets/export-offlineregistry.ts';
import getOfflineRegistryKey from '../../cmdlets/get-offlineregistrykey.ts';
import getOfflineRegistryValue from '../../cmdlets/get-offlineregistryvalue.ts';
import importOfflineRegistry from '../../cmdlets/import-offlineregistry.ts';
import removeOfflineRegistryKey from '../../cmdlets/remove-offlineregistrykey.ts';
import removeOfflineRegistryValue from '../../cmdlets/remove-offlineregistryvalue.ts';
import setOfflineRegistryValue from '../../cmdlets/set-offlineregistryvalue.ts';
import { hiveFromRegText } from '../../lib/registry/reg-text-import.ts';
import { runScript } from '../lib/host/session-fixture.ts';
import { makeDirty } from '../lib/registry/samples.ts';

const system = [
  'Windows Registry Editor Version 5.00',
  '[HKLM\\SYSTEM\\Select]',
  '"Default"=dword:1',
  '[HKLM\\SYSTEM\\ControlSet001\\Services\\disk]',
  '"Start"=dword:0',
  '"ImagePath"=hex(2):41,00,00,00',
  '"Blob"=hex:01,ff',
  '"Big"=hex(b):ff,ff,ff,ff,ff,ff,ff,ff',
  '[HKLM\\SYSTEM\\ControlSet001\\Services\\disk\\Parameters]',
].join('\n');
const disk = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\disk';
const inner = 'ControlSet001\\Services\\disk';

describe('offline registry cmdlets', () => {
  let folder: string;
  let HivePath: string;
  let original: Uint8Array;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hive-'));
    HivePath = join(folder, 'SYSTEM');
    original = hiveFromRegText(system).toBytes();
    await writeFile(HivePath, original);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('match keys by pattern, take a name as it is first, and go on after a key that is not there', async () => {
    const keysOf = async (Key: string, Depth = 0) =>
      (await getOfflineRegistryKey({ HivePath, Key, Depth }).toArray()).map((key) => key.Key);
    const services = 'HKLM\\SYSTEM\\CurrentControlSet\\Serv*';
    expect(await keysOf(`${services}\\d?sk`, 1)).toEqual([inner, `${inner}\\Parameters`]);
    expect(await keysOf('none*')).toEqual([]);
    expect(await valuesOf('*\\Services\\*', ['Start'])).toMatchObject([{ Key: inner, Value: 0 }]);
    await setOfflineRegistryValue({ HivePath, Key: 'd[ae]', Value: 'literal' }).toArray();
    await setOfflineRegistryValue({ HivePath, Key: 'da', Value: 'matched' }).toArray();
    expect(await keysOf('d[ae]')).toEqual(['d[ae]']);
    const { errors, thrown } = await runScript(
      `'nothing', '${inner}' | ForEach-Object { Get-OfflineRegistryKey '${HivePath}' $_ } | Measure-Object | Out-Null`,
    );
    expect(errors).toHaveLength(1);
    expect(thrown).toBeUndefined();
  });

  it('call the default value (default), as PowerShell does', async () => {
    await setOfflineRegistryValue({ HivePath, Key: disk, Name: '(Default)', Value: 'text' }).toArray();
    expect(await valuesOf(disk, [''])).toMatchObject([{ Name: '', Value: 'text' }]);
    expect(await valuesOf(disk, ['(default)'])).toMatchObject([{ Name: '', Value: 'text' }]);
    await removeOfflineRegistryValue({ HivePath, Key: disk, Name: '(default)' }).toArray();
    expect(await valuesOf(disk, ['*'])).toHaveLength(4);
  });

  const isUnchanged = async (): Promise<boolean> => Buffer.compare(await readFile(HivePath), original) === 0;
  const valuesOf = (Key: string, Name?: string[]) =>
    getOfflineRegistryValue({ HivePath, Key, ...(Name && { Name }) }).toArray();

  it('read keys and values, by path inside the hive or full path', async () => {
    const keys = await getOfflineRegistryKey({ HivePath, Recurse: true }).toArray();
    expect(keys.map((key) => key.Key)).toEqual([
      '',
      'ControlSet001',
      'ControlSet001\\Services',
      inner,
      `${inner}\\Parameters`,
      'Select',
    ]);
    expect(await getOfflineRegistryKey({ HivePath, Key: disk, Depth: 1 }).toArray()).toMatchObject([
      { Key: inner, SubkeyCount: 1, ValueCount: 4 },
      { Key: `${inner}\\Parameters`, SubkeyCount: 0, ValueCount: 0 },
    ]);
    expect(await valuesOf(disk)).toMatchObject([
      { Name: 'Start', Type: 'REG_DWORD', Value: 0 },
      { Name: 'ImagePath', Type: 'REG_EXPAND_SZ', Value: 'A' },
      { Name: 'Blob', Type: 'REG_BINARY', Value: [1, 255] },
      { Name: 'Big', Type: 'REG_QWORD', Value: '18446744073709551615' },
    ]);
    expect((await valuesOf(inner, ['B*', 'start'])).map((value) => value.Name)).toEqual(['Start', 'Blob', 'Big']);
    await expect(valuesOf(inner, ['missing'])).rejects.toMatchObject({ Symbol: 'NotFound' });
    await expect(valuesOf('no\\such')).rejects.toMatchObject({ Symbol: 'PathNotFound' });
  });

  it('set values, keeping a type or choosing one', async () => {
    const set = (Key: string, Name: string, Value: unknown, Type?: string) =>
      setOfflineRegistryValue({ HivePath, Key, Name, Value, ...(Type && { Type }) }).toArray();
    expect(await set(disk, 'Start', '3')).toMatchObject([{ Key: inner, Name: 'Start', Type: 'REG_DWORD', Value: 3 }]);
    await set(`${disk}\\New`, 'List', ['a', 'b']);
    await set(`${disk}\\New`, 'Path', '%x%', 'ExpandString');
    expect(await valuesOf(`${inner}\\New`)).toMatchObject([
      { Name: 'List', Type: 'REG_MULTI_SZ', Value: ['a', 'b'] },
      { Name: 'Path', Type: 'REG_EXPAND_SZ', Value: '%x%' },
    ]);
    await expect(set(disk, 'Start', 'three')).rejects.toMatchObject({ Symbol: 'InvalidParameter' });
    expect(await valuesOf(inner, ['Start'])).toMatchObject([{ Value: 3 }]);
  });

  it('remove keys and values; a key with subkeys only with -Recurse', async () => {
    await removeOfflineRegistryValue({ HivePath, Key: disk, Name: 'Blob' }).toArray();
    expect((await valuesOf(inner)).map((value) => value.Name)).not.toContain('Blob');
    await expect(removeOfflineRegistryValue({ HivePath, Key: disk, Name: 'Blob' }).toArray()).rejects.toMatchObject({
      Symbol: 'NotFound',
    });
    await expect(removeOfflineRegistryKey({ HivePath, Key: disk }).toArray()).rejects.toMatchObject({
      Symbol: 'DirectoryNotEmpty',
    });
    await removeOfflineRegistryKey({ HivePath, Key: disk, Recurse: true }).toArray();
    await expect(valuesOf(inner)).rejects.toMatchObject({ Symbol: 'PathNotFound' });
  });

  it('change nothing under -WhatIf', async () => {
    const RegistryFile = join(folder, 'x.reg');
    await writeFile(RegistryFile, 'REGEDIT4\n[HKLM\\SYSTEM\\New]');
    const target = { HivePath, WhatIf: true };
    expect(await setOfflineRegistryValue({ ...target, Key: disk, Name: 'Start', Value: 4 }).toArray()).toEqual([]);
    expect(await removeOfflineRegistryKey({ ...target, Key: disk, Recurse: true }).toArray()).toEqual([]);
    expect(await removeOfflineRegistryValue({ ...target, Key: disk, Name: 'Start' }).toArray()).toEqual([]);
    expect(await importOfflineRegistry({ ...target, RegistryFile }).toArray()).toEqual([]);
    expect(await exportOfflineRegistry({ ...target, RegistryFile: join(folder, 'out.reg') }).toArray()).toEqual([]);
    expect(await isUnchanged()).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['SYSTEM', 'x.reg']);
  });

  it('export and import .reg files, and compare hives', async () => {
    const RegistryFile = join(folder, 'disk.reg');
    await exportOfflineRegistry({ HivePath, Key: disk, RegistryFile }).toArray();
    const text = (await readFile(RegistryFile)).subarray(2).toString('utf16le');
    expect(text).toContain(`[HKEY_LOCAL_MACHINE\\SYSTEM\\${inner}]\r\n"Start"=dword:00000000\r\n`);
    await expect(exportOfflineRegistry({ HivePath, RegistryFile }).toArray()).rejects.toMatchObject({
      Symbol: 'AlreadyExists',
    });
    const before = join(folder, 'before');
    await writeFile(before, original);
    await writeFile(
      RegistryFile,
      `${system}\n"Start"=-\n[HKLM\\SYSTEM\\CurrentControlSet\\Services\\disk]\n"Start"=dword:4\n[HKLM\\SOFTWARE\\Other]`,
    );
    const imported = await importOfflineRegistry({
      HivePath,
      RegistryFile,
      Root: 'HKEY_LOCAL_MACHINE\\SYSTEM',
    }).toArray();
    expect(imported).toMatchObject([{ KeysCreated: 0, ValuesSet: 6, Skipped: 1 }]);
    const differences = await compareOfflineRegistry({ HivePath: before, DifferenceHivePath: HivePath }).toArray();
    expect(differences).toEqual([
      expect.objectContaining({ Change: 'ValueChanged', Key: inner, Name: 'Start', Before: 0, After: 4 }),
    ]);
  });

  it('take records of the pipeline, one write of the hive for all of them', async () => {
    const script = `Get-OfflineRegistryValue '${HivePath}' '${disk}' Start, ImagePath | Set-OfflineRegistryValue -Key Copy | Measure-Object | Select-Object -ExpandProperty Count`;
    expect(await runScript(script)).toMatchObject({ values: [2], errors: [], thrown: undefined });
    expect((await valuesOf('Copy')).map((value) => value.Name)).toEqual(['Start', 'ImagePath']);
    expect((await readFile(HivePath)).readUInt32LE(4)).toBe(Buffer.from(original).readUInt32LE(4) + 1);
  });

  it('refuse to write a hive that was not written completely', async () => {
    original = makeDirty(original, 5);
    await writeFile(HivePath, original);
    const set = setOfflineRegistryValue({ HivePath, Key: disk, Name: 'Start', Value: 4 });
    await expect(set.toArray()).rejects.toMatchObject({ Symbol: 'WriteInProgress' });
    expect(await isUnchanged()).toBe(true);
    const warnings: string[] = [];
    const options = { onWarning: (text: string) => void warnings.push(text) };
    await getOfflineRegistryValue({ HivePath, Key: disk }, options).toArray();
    expect(warnings).toHaveLength(1);
  });
});
