// Drivers from one image to another, in order, from whatever the pipeline brings.
import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newSession, runScript } from '../lib/host/session-fixture.ts';
import { writeDriverPackage } from '../support/driver-packages.ts';
import { writePhonyWim, writePhonyWindows } from '../support/phony-windows.ts';
import { scratchFolder } from '../support/trees.ts';

const folder = mkdtempSync(join(scratchFolder('driver-pipelines'), 'case-'));

interface Ran {
  readonly values: readonly Record<string, unknown>[];
  readonly errors: readonly string[];
  readonly messages: readonly string[];
}

async function run(script: string): Promise<Ran> {
  const messages: string[] = [];
  const errors: string[] = [];
  const session = newSession(messages, errors);
  session.setLocation(folder);
  const { values, thrown } = await runScript(script, session);
  if (thrown !== undefined) errors.push(thrown);
  return { values: values as readonly Record<string, unknown>[], errors, messages };
}

const names = ({ values }: Ran): (readonly [unknown, unknown])[] =>
  values.map(({ Driver, OriginalFileName }) => [Driver, String(OriginalFileName).split(/[\\/]/).at(-1)]);

beforeAll(async () => {
  await writePhonyWim(join(folder, 'a.wim'), [{}, { release: '10' }], { type: 'None' });
  writeDriverPackage(join(folder, 'drivers/disk'), { name: 'phonydisk', hasCatalog: false });
  writeDriverPackage(join(folder, 'drivers/net'), { name: 'phonynet', class: 'Net', hasCatalog: false });
});

describe('drivers', () => {
  it('keep the order in which they are given', async () => {
    const script = 'Add-WindowsDriver -ImagePath a.wim -Index 1 -Driver drivers/net, drivers/disk -ForceUnsigned';
    const added = await run(script);
    expect(added.errors).toEqual([]);
    expect(names(added)).toEqual([
      ['oem0.inf', 'phonynet.inf'],
      ['oem1.inf', 'phonydisk.inf'],
    ]);
    writePhonyWindows(join(folder, 'sorted'));
    const sorted = await run('Add-WindowsDriver -Path sorted -Driver drivers -Recurse -ForceUnsigned');
    expect(names(sorted).map(([, name]) => name)).toEqual(['phonydisk.inf', 'phonynet.inf']);
  });

  it('of an image of a WIM go into another image, and leave nothing behind', async () => {
    writePhonyWindows(join(folder, 'image'));
    const scratch = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('opendism-session-'));
    const before = scratch();
    for (const target of ['-Path image', '-ImagePath a.wim -Index 2']) {
      const copied = await run(
        `Get-WindowsDriver -ImagePath a.wim -Index 1 | Add-WindowsDriver ${target} -ForceUnsigned`,
      );
      expect(copied.errors, target).toEqual([]);
      expect(names(copied), target).toEqual([
        ['oem0.inf', 'phonynet.inf'],
        ['oem1.inf', 'phonydisk.inf'],
      ]);
    }
    const again =
      'Get-WindowsDriver -ImagePath a.wim -Index 1 -Driver oem0.inf | Add-WindowsDriver -Path image -ForceUnsigned';
    expect((await run(again)).values.map(({ Outcome }) => Outcome)).toEqual(['Present']);
    expect(scratch()).toEqual(before);
  });

  it('that were exported are added from there', async () => {
    writePhonyWindows(join(folder, 'exported-to'));
    const script =
      'Export-WindowsDriver -ImagePath a.wim -Index 1 -Destination out | Add-WindowsDriver -Path exported-to -ForceUnsigned';
    const added = await run(script);
    expect(added.errors).toEqual([]);
    expect(names(added).map(([, name]) => name)).toEqual(['phonynet.inf', 'phonydisk.inf']);
    expect(
      readdirSync(join(folder, 'out')).every((name) => /^phony(disk|net)\.inf_amd64_[0-9a-f]{16}$/.test(name)),
    ).toBe(true);
  });

  it('of a lower version are added with a warning, the same ones not at all', async () => {
    writePhonyWindows(join(folder, 'older'));
    writeDriverPackage(join(folder, 'new'), {
      name: 'phonydisk',
      version: '9.0.0.0',
      date: '01/01/2024',
      hasCatalog: false,
    });
    await run('Add-WindowsDriver -Path older -Driver new -ForceUnsigned');
    const older = await run('Add-WindowsDriver -Path older -Driver drivers/disk -ForceUnsigned');
    expect(older.messages.filter((text) => text.includes('is older than oem0.inf (9.0.0.0)'))).toHaveLength(1);
    expect(older.values).toMatchObject([{ Driver: 'oem1.inf', Outcome: 'Added' }]);
    const same = await run('Add-WindowsDriver -Path older -Driver drivers/disk -ForceUnsigned');
    expect(same.values).toMatchObject([{ Driver: 'oem1.inf', Outcome: 'Present' }]);
  });

  it('are described with a record for each hardware ID of each architecture', async () => {
    mkdirSync(join(folder, 'two'), { recursive: true });
    writeDriverPackage(join(folder, 'two'), {
      hasCatalog: false,
      more: '[Models.NTamd64.6.1]\r\n%Device% = Install,PCI\\VEN_9\r\n[Manufacturer]\r\n%Maker%=Models,NTarm64.6.1\r\n[Models.NTarm64.6.1]\r\n%Device% = Install,PCI\\VEN_ARM\r\n',
    });
    const { values } = await run('Get-WindowsDriver -ImagePath a.wim -Index 1 -Driver two/phonydrv.inf');
    expect(values.map(({ HardwareId, Architecture }) => [HardwareId, Architecture])).toEqual([
      ['PCI\\VEN_1234&DEV_0001&REV_02', 'x64'],
      ['PCI\\VEN_9', 'x64'],
      ['PCI\\VEN_ARM', 'ARM64'],
    ]);
    expect(Object.keys(values[0]!)).toEqual(
      expect.arrayContaining(['ManufacturerName', 'HardwareDescription', 'ServiceName', 'CompatibleIds', 'ExcludeIds']),
    );
  });

  it('of Windows cannot be removed; those that Windows needs to start are, with a warning', async () => {
    expect((await run('Remove-WindowsDriver -ImagePath a.wim -Index 1 -Driver machine.inf')).errors.join()).toContain(
      'came with Windows',
    );
    const removed = await run('Remove-WindowsDriver -ImagePath a.wim -Index 1 -Driver oem1.inf');
    expect(removed.errors).toEqual([]);
    expect(removed.messages.join()).toContain('oem1.inf is boot-critical');
  });
});
