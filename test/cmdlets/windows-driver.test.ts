// Add-, Get-, Remove- and Export-WindowsDriver in the shell: directories, images of a WIM, pipelines, plans, real packages.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newSession, runScript, type ScriptResult } from '../lib/host/session-fixture.ts';
import { hasTool, runOnHive } from '../lib/registry/judges.ts';
import { writeDriverPackage } from '../support/driver-packages.ts';
import { acceptedByJudges, describeWithCorpus, describeWithJudges, judge } from '../support/judges.ts';
import { writePhonyWim, writePhonyWindows } from '../support/phony-windows.ts';
import { describeTree, scratchFolder } from '../support/trees.ts';

const scratch = scratchFolder('windows-driver');

/** Runs a script in a folder. */
async function run(folder: string, script: string): Promise<ScriptResult> {
  const messages: string[] = [];
  const errors: string[] = [];
  const session = newSession(messages, errors);
  session.setLocation(folder);
  const result = await runScript(script, session);
  return { ...result, messages, errors };
}

/** The same, where nothing may go wrong. */
async function values(folder: string, script: string): Promise<readonly Record<string, unknown>[]> {
  const { values: found, thrown, errors } = await run(folder, script);
  expect({ thrown, errors }).toEqual({ thrown: undefined, errors: [] });
  return found as readonly Record<string, unknown>[];
}

/** What goes wrong in a script. */
async function failure(folder: string, script: string): Promise<string> {
  const { thrown, errors } = await run(folder, script);
  return thrown ?? errors.join('\n');
}

/** A folder with `image`, a phony Windows 11, and `drivers` with two packages and an INF that is none. */
function newCase(): string {
  const folder = mkdtempSync(join(scratch, 'case-'));
  writePhonyWindows(join(folder, 'image'));
  writeDriverPackage(join(folder, 'drivers/disk'), { name: 'phonydisk', hasCatalog: false });
  writeDriverPackage(join(folder, 'drivers/net'), { name: 'phonynet', class: 'Net', hasCatalog: false });
  writeFileSync(join(folder, 'drivers/none.inf'), 'this is no INF');
  return folder;
}

describe('the driver cmdlets on a directory', () => {
  it('warn before Windows has finished what it has begun', async () => {
    const folder = newCase();
    writeFileSync(join(folder, 'image/Windows/WinSxS/pending.xml'), '<pending/>');
    const { messages, errors } = await run(folder, 'Add-WindowsDriver -Path image -Driver drivers/disk -ForceUnsigned');
    expect(errors).toEqual([]);
    expect(messages.filter((message) => message.includes('pending.xml'))).toHaveLength(1);
    expect(await values(folder, 'Get-WindowsDriver -Path image')).toMatchObject([{ Driver: 'oem0.inf' }]);
  });

  it('add a folder, list, describe, export, remove', async () => {
    const folder = newCase();
    const added = await run(folder, 'Add-WindowsDriver -Path image -Driver drivers -Recurse -ForceUnsigned');
    expect(added.errors).toEqual([]);
    expect(added.messages.join('\n')).toContain('none.inf');
    expect(added.values).toMatchObject([
      {
        Driver: 'oem0.inf',
        Outcome: 'Added',
        BootCritical: true,
        Services: ['phonydisk'],
        DriverSignature: 'Unsigned',
      },
      { Driver: 'oem1.inf', Outcome: 'Added', BootCritical: false, ClassName: 'Net', Services: [] },
    ]);
    const [disk] = await values(folder, 'Get-WindowsDriver -Path image');
    expect(disk).toMatchObject({
      ...{ Driver: 'oem0.inf', Inbox: false, ClassName: 'SCSIAdapter', ClassDescription: 'Storage controllers' },
      ...{ ProviderName: 'Phony, Inc.', Version: '1.2.3.4', MajorVersion: 1, Revision: 4, RestartNeeded: false },
    });
    expect(readFileSync(String(disk?.OriginalFileName))).toEqual(
      readFileSync(join(folder, 'image/Windows/INF/oem0.inf')),
    );
    expect((await values(folder, 'Get-WindowsDriver -Path image -All')).length).toBeGreaterThan(40);
    expect(await values(folder, 'Get-WindowsDriver -Path image -Driver OEM1.inf')).toMatchObject([
      { Driver: 'oem1.inf', HardwareId: 'PCI\\VEN_1234&DEV_0001&REV_02', Architecture: 'x64', ServiceName: 'phonynet' },
    ]);
    expect(await values(folder, 'Get-WindowsDriver -Path image -Driver drivers/disk')).toMatchObject([
      { ManufacturerName: 'Phony, Inc.', HardwareDescription: 'Phony device', BootCritical: true },
    ]);
    const exported = await values(folder, 'Export-WindowsDriver -Path image -Destination out');
    expect(exported.map(({ FullName }) => basename(String(FullName))).sort()).toEqual(readdirSync(join(folder, 'out')));
    const removed = await values(folder, 'Remove-WindowsDriver -Path image -Driver oem0.inf, oem1.inf');
    expect(removed).toMatchObject([{ Online: false, RestartNeeded: false }]);
    expect(await values(folder, 'Get-WindowsDriver -Path image')).toEqual([]);
  });

  it('take paths, files and drivers from the pipeline', async () => {
    const folder = newCase();
    const [first] = await values(
      folder,
      "'drivers/disk/phonydisk.inf' | Add-WindowsDriver -Path image -ForceUnsigned -WarningAction SilentlyContinue",
    );
    expect(first).toMatchObject({ Driver: 'oem0.inf', Outcome: 'Added' });
    const script = 'Get-ChildItem drivers -Recurse -Filter phony*.inf | Add-WindowsDriver -Path image -ForceUnsigned';
    expect(await values(folder, script)).toMatchObject([
      { Outcome: 'Present' },
      { Driver: 'oem1.inf', Outcome: 'Added' },
    ]);
    writePhonyWindows(join(folder, 'other'), { release: '10' });
    const copied = await values(folder, 'Get-WindowsDriver -Path image | Add-WindowsDriver -Path other -ForceUnsigned');
    expect(copied).toMatchObject([{ Driver: 'oem0.inf' }, { Driver: 'oem1.inf' }]);
    const all = await values(
      folder,
      'Get-WindowsDriver -Path other | Remove-WindowsDriver; Get-WindowsDriver -Path other',
    );
    expect(all).toMatchObject([{ Online: false }, { Online: false }]);
  });

  it('change nothing when asked to plan, or when a package cannot be added', async () => {
    const folder = newCase();
    const before = describeTree(join(folder, 'image'));
    const plan = await values(folder, 'Add-WindowsDriver -Path image -Driver drivers/disk -ForceUnsigned -PlanOnly');
    const targets = plan.map(({ Target }) => String(Target));
    expect(targets).toContain('\\Windows\\INF\\oem0.inf');
    expect(targets.some((target) => target.includes('Services\\phonydisk'))).toBe(true);
    await values(folder, 'Add-WindowsDriver -Path image -Driver drivers/disk -ForceUnsigned -WhatIf');
    const refused: [string, RegExp][] = [
      ['-Driver drivers/disk/phonydisk.inf', /0x80070241|not signed/],
      ['-Driver drivers/none.inf -ForceUnsigned', /none\.inf/],
      ['-Driver nowhere.inf -ForceUnsigned', /nowhere\.inf/],
      ['-Driver drivers -ForceUnsigned -Recurse -WarningAction SilentlyContinue -ErrorAction Stop', /none\.inf/],
      ['-ForceUnsigned', /-Driver/],
    ];
    for (const [parameters, message] of refused) {
      expect(await failure(folder, `Add-WindowsDriver -Path image ${parameters}`), parameters).toMatch(message);
    }
    expect(await failure(folder, 'Remove-WindowsDriver -Path image -Driver winusb.inf')).toMatch(/came with Windows/);
    expect(describeTree(join(folder, 'image'))).toEqual(before);
  });
});

describeWithJudges(['wimlib-imagex', '7z', 'hivexsh'], 'drivers in images of a WIM, judged by others', () => {
  const folder = mkdtempSync(join(scratch, 'wim-'));

  beforeAll(async () => {
    await writePhonyWim(join(folder, 'windows.wim'), [
      { release: '11' },
      { release: '8.1', architecture: 'x86' },
      { release: '10', architecture: 'arm64' },
    ]);
    for (const architecture of ['amd64', 'x86', 'arm64'] as const) {
      writeDriverPackage(join(folder, 'drivers', architecture), { architecture, hasCatalog: false });
    }
  });

  it('are added where they fit, in one commit', async () => {
    const script = 'Add-WindowsDriver -ImagePath windows.wim -AllImages -Driver drivers -Recurse -ForceUnsigned';
    const added = await values(folder, script);
    expect(added).toMatchObject([1, 2, 3].map((ImageIndex) => ({ ImageIndex, Driver: 'oem0.inf', Outcome: 'Added' })));
    await acceptedByJudges(join(folder, 'windows.wim'));
    for (const [index, { Files }] of (added as readonly { Files: readonly string[] }[]).entries()) {
      expect(Files).toEqual(['\\Windows\\System32\\drivers\\phonydrv.sys']);
      const out = join(folder, `out${index + 1}`);
      await judge(
        'wimlib-imagex',
        'extract',
        join(folder, 'windows.wim'),
        String(index + 1),
        '/Windows',
        `--dest-dir=${out}`,
      );
      const architecture = (['amd64', 'x86', 'arm64'] as const)[index]!;
      const source = join(folder, 'drivers', architecture);
      expect(readFileSync(join(out, 'Windows/INF/oem0.inf'))).toEqual(readFileSync(join(source, 'phonydrv.inf')));
      expect(readFileSync(join(out, 'Windows/System32/drivers/phonydrv.sys'))).toEqual(
        readFileSync(join(source, 'BIN/PHONYDRV.SYS')),
      );
      const system = readFileSync(join(out, 'Windows/System32/config/SYSTEM'));
      const commands =
        'cd \\ControlSet001\\Services\\phonydrv\nlsval\ncd \\DriverDatabase\\DriverInfFiles\\oem0.inf\nlsval\n';
      const seen = runOnHive('hivexsh', [], system, commands);
      expect(seen).toContain('"Start"=dword:00000000');
      expect(seen).toContain('"ImagePath"=');
      expect(seen).toContain('"Active"="phonydrv.inf_');
      if (hasTool('reglookup')) {
        const lines = runOnHive('reglookup', ['-p', '/DriverDatabase/DeviceIds/PCI'], system);
        expect(lines).toMatch(
          /VEN_1234&DEV_0001&REV_02\/oem0\.inf,BINARY,\\x01\\xFF\\x00\\x00|VEN_1234.*oem0\.inf,BINARY/,
        );
      }
    }
  });

  it('are listed and removed, and exported byte for byte', async () => {
    expect(await values(folder, 'Get-WindowsDriver -ImagePath windows.wim -AllImages')).toMatchObject(
      [1, 2, 3].map((ImageIndex) => ({ ImageIndex, Driver: 'oem0.inf', ProviderName: 'Phony, Inc.' })),
    );
    const [exported] = await values(
      folder,
      'Export-WindowsDriver -ImagePath windows.wim -Index 3 -Destination exported',
    );
    const source = join(folder, 'drivers/arm64');
    expect(readFileSync(join(String(exported?.FullName), 'bin/phonydrv.sys'))).toEqual(
      readFileSync(join(source, 'BIN/PHONYDRV.SYS')),
    );
    await values(folder, 'Remove-WindowsDriver -ImagePath windows.wim -AllImages -Driver oem0.inf');
    await acceptedByJudges(join(folder, 'windows.wim'));
    expect(await values(folder, 'Get-WindowsDriver -ImagePath windows.wim -AllImages')).toEqual([]);
  });
});

describeWithCorpus('inf/wimboot-install', 'real virtio packages', (root) => {
  /** The files as they were; large ones are kept compressed. */
  function restore(from: string, to: string): void {
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(join(root, 'win10/drv/virtio-win-0.1.240', from))) {
      const file = join(root, 'win10/drv/virtio-win-0.1.240', from, name);
      if (!name.endsWith('.xz')) cpSync(file, join(to, name));
      else writeFileSync(join(to, name.slice(0, -3)), execFileSync('xz', ['-dc', file], { maxBuffer: 1 << 28 }));
    }
  }

  it('are signed, and added without force', async () => {
    const folder = mkdtempSync(join(scratch, 'virtio-'));
    const cases = [
      ['11', 'amd64', 'viostor/w10/amd64', 'SCSIAdapter', ['viostor']],
      ['11', 'arm64', 'vioscsi/w10/ARM64', 'SCSIAdapter', ['vioscsi']],
      ['10', 'arm64', 'Balloon/w10/ARM64', 'System', ['BALLOON']],
      ['10', 'x86', 'Balloon/w10/x86', 'System', ['BALLOON']],
      ['11', 'amd64', 'NetKVM/w10/amd64', 'Net', []],
    ] as const;
    for (const [release, architecture, source, className, services] of cases) {
      const image = join(folder, `${release}-${architecture}-${basename(join(source, '../..'))}`);
      writePhonyWindows(image, { release, architecture });
      restore(source, `${image}-driver`);
      const [added] = await values(folder, `Add-WindowsDriver -Path '${image}' -Driver '${image}-driver'`);
      expect(added).toMatchObject({
        ...{ Outcome: 'Added', ClassName: className, Services: services, BootCritical: services.length > 0 },
        ...{ ProviderName: expect.stringContaining('Red Hat'), DriverSignature: 'Signed' },
      });
    }
    const wrong = await failure(
      folder,
      `Add-WindowsDriver -Path 11-amd64-viostor -Driver 11-arm64-vioscsi-driver/vioscsi.inf`,
    );
    expect(wrong).toMatch(/has no driver for Windows 10\.0\.26100 on amd64/);
  });
});
