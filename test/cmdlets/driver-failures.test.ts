// What fails those who inject drivers by hand or by mounting, as they report it, and the tests that say it does not happen
// here. The table is checked: each test that it names exists. What had no test elsewhere is tested below.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DismError } from '../../lib/base/error.ts';
import { newSession, runScript } from '../lib/host/session-fixture.ts';
import { writeDriverPackage } from '../support/driver-packages.ts';
import { describeWithJudges, judge } from '../support/judges.ts';
import { writePhonyWim, writePhonyWindows } from '../support/phony-windows.ts';
import { scratchFolder } from '../support/trees.ts';

const tests = fileURLToPath(new URL('..', import.meta.url));
const own = 'cmdlets/driver-failures.test.ts';

const failures: readonly { readonly failure: string; readonly provedBy: readonly (readonly [string, string])[] }[] = [
  {
    failure: 'an image cannot be unmounted or stays mounted; commits break off',
    provedBy: [
      ['e2e/servicing-killed.test.ts', 'is sound to others, with the next change behind it'],
      [own, 'needs no mount, and writes beside no image'],
    ],
  },
  { failure: 'the host knows less than the image', provedBy: [['cmdlets/tested-version.test.ts', 'newer']] },
  {
    failure: 'codes that nobody understands; an empty folder is error 2',
    provedBy: [[own, 'says what is wrong, with what, and what to do']],
  },
  {
    failure: 'drivers are wanted in boot.wim and all images of install.wim too',
    provedBy: [
      ['cmdlets/windows-driver.test.ts', 'are added where they fit, in one commit'],
      [own, 'goes into the recovery environment inside an image'],
    ],
  },
  {
    failure: 'the driver store cannot be handled offline',
    provedBy: [
      ['lib/servicing/drivers/stored-drivers.test.ts', 'are exported byte for byte'],
      ['lib/servicing/drivers/release-matrix.test.ts', 'of Windows $release for $architecture'],
    ],
  },
  {
    failure: 'drivers are to be chosen by the devices of a computer',
    provedBy: [[own, 'is found by the hardware ID of a device']],
  },
  { failure: 'root is needed', provedBy: [[own, 'works for a user who is not root']] },
  {
    failure: 'the wrong driver: boot loops, Setup stops with 0x80070103',
    provedBy: [
      ['lib/servicing/drivers/refused-drivers.test.ts', 'is refused before anything is changed'],
      ['cmdlets/driver-faults.test.ts', 'are all found, each in its package'],
    ],
  },
  {
    failure: 'a storage driver is staged, but not started with Windows',
    provedBy: [['lib/servicing/drivers/add-driver.test.ts', 'is stored, published, registered and reflected']],
  },
  {
    failure: 'the folder of the store has another name than Windows gives it',
    provedBy: [['lib/inf/corpus.test.ts', 'give the names that Windows gave their folders']],
  },
  {
    failure: 'output is text in the language of the host',
    provedBy: [['cmdlets/windows-driver.test.ts', 'add a folder, list, describe, export, remove']],
  },
  {
    failure: 'names that differ in case, and INFs in folders of other spelling, are not found',
    provedBy: [[own, 'is found in any case, in the image and in the package']],
  },
  { failure: 'files with long paths are left out without a word', provedBy: [[own, 'keeps files with long paths']] },
  {
    failure: 'reimporting makes copies',
    provedBy: [['lib/servicing/drivers/add-driver.test.ts', 'twice changes nothing the second time']],
  },
  {
    failure: 'hives with pending logs are edited without them',
    provedBy: [['lib/registry/recover-hive.test.ts', 'log']],
  },
  {
    failure: 'hives of servicing grow and slow down (hivex)',
    provedBy: [['lib/servicing/drivers/real-hive.test.ts', 'leaves no trace when it is removed']],
  },
  {
    failure: 'two at a time work only with other scratch folders, which nobody says',
    provedBy: [[own, 'is added to two images at a time']],
  },
];

describe('the failures of injection by hand', () => {
  it.each(failures)('have tests: $failure', ({ provedBy }) => {
    for (const [file, title] of provedBy) expect(readFileSync(join(tests, file), 'utf8')).toContain(title);
  });
});

const scratch = scratchFolder('driver-failures');

interface Ran {
  readonly values: readonly Record<string, unknown>[];
  readonly problem: string;
  readonly error: unknown;
}

async function run(folder: string, script: string): Promise<Ran> {
  const errors: string[] = [];
  const session = newSession([], errors);
  session.setLocation(folder);
  const { values, thrown } = await runScript(script, session);
  const problem = [thrown, ...errors].filter((text) => text !== undefined).join('\n');
  return { values: values as readonly Record<string, unknown>[], problem, error: thrown };
}

function newCase(): string {
  const folder = mkdtempSync(join(scratch, 'case-'));
  writeDriverPackage(join(folder, 'drivers/disk'), { hasCatalog: false });
  return folder;
}

describe('a driver', () => {
  it('says what is wrong, with what, and what to do', async () => {
    const folder = newCase();
    writePhonyWindows(join(folder, 'image'));
    mkdirSync(join(folder, 'empty'));
    for (const [parameters, texts] of [
      ['-Driver empty', [join(folder, 'empty'), 'no .inf file', '-Recurse']],
      ['-Driver gone', [join(folder, 'gone')]],
      ['-Driver drivers/disk/phonydrv.inf', ['phonydrv.inf', 'not signed', '-ForceUnsigned']],
    ] as const) {
      const { problem } = await run(folder, `Add-WindowsDriver -Path image ${parameters}`);
      for (const text of texts) expect(problem).toContain(text);
    }
    expect(new DismError('NotFound', 'x').HResult).toBe(0x80070002);
  });

  it('needs no mount, and writes beside no image', async () => {
    const folder = newCase();
    await writePhonyWim(join(folder, 'a.wim'), [{}], { type: 'None' });
    const { problem } = await run(
      folder,
      'Add-WindowsDriver -ImagePath a.wim -Index 1 -Driver drivers/disk -ForceUnsigned',
    );
    expect(problem).toBe('');
    expect((await run(folder, 'Get-ChildItem | ForEach-Object Name')).values).toEqual(['a.wim', 'drivers']);
  });

  it('goes into the recovery environment inside an image', async () => {
    const folder = newCase();
    await writePhonyWim(join(folder, 'winre.wim'), [{ release: 'winpe' }], { type: 'None' });
    await writePhonyWim(join(folder, 'install.wim'), [{}], { type: 'None' });
    const nested = "-ImagePath install.wim -Index 1 -NestedImagePath '\\windows\\System32\\winre.wim'";
    const script =
      "Add-WindowsImageContent -ImagePath install.wim -Index 1 -SourcePath winre.wim -Destination '\\Windows\\System32\\Winre.wim'";
    expect((await run(folder, script)).problem).toBe('');
    const added = await run(folder, `Add-WindowsDriver ${nested} -Driver drivers/disk -ForceUnsigned`);
    expect([added.problem, added.values.length]).toEqual(['', 1]);
    expect((await run(folder, `Get-WindowsDriver ${nested}`)).values).toMatchObject([{ Driver: 'oem0.inf' }]);
    expect((await run(folder, 'Get-WindowsDriver -ImagePath install.wim -Index 1')).values).toEqual([]);
  });

  it('is found by the hardware ID of a device', async () => {
    const folder = newCase();
    writePhonyWindows(join(folder, 'image'));
    writeDriverPackage(join(folder, 'drivers/net'), { name: 'phonynet', class: 'Net', hasCatalog: false });
    const script =
      "Get-ChildItem drivers -Recurse -Filter *.inf | ForEach-Object { Get-WindowsDriver -Path image -Driver $_.FullName } | Where-Object { $_.HardwareId -like 'PCI\\VEN_1234*' -and $_.ClassName -eq 'Net' } | Add-WindowsDriver -Path image -ForceUnsigned";
    expect((await run(folder, script)).values).toMatchObject([{ ClassName: 'Net', Outcome: 'Added' }]);
  });

  it('is found in any case, in the image and in the package', async () => {
    const folder = newCase();
    writePhonyWindows(join(folder, 'image'));
    const image = join(folder, 'image');
    renameSync(join(image, 'Windows/System32'), join(image, 'Windows/SYSTEM32'));
    renameSync(join(image, 'Windows/SYSTEM32/config/SYSTEM'), join(image, 'Windows/SYSTEM32/config/System'));
    renameSync(join(image, 'Windows/INF'), join(image, 'Windows/inf'));
    renameSync(join(folder, 'drivers/disk/phonydrv.inf'), join(folder, 'drivers/disk/PhonyDrv.INF'));
    const added = await run(folder, 'Add-WindowsDriver -Path image -Driver drivers/disk -ForceUnsigned');
    expect(added.problem).toBe('');
    expect(readFileSync(join(image, 'Windows/SYSTEM32/drivers/phonydrv.sys')).length).toBeGreaterThan(100);
    expect(readFileSync(join(image, 'Windows/inf/oem0.inf')).length).toBeGreaterThan(100);
  });

  it('keeps files with long paths', async () => {
    const folder = newCase();
    writePhonyWindows(join(folder, 'image'));
    const deep = Array.from({ length: 12 }, (_, i) => `folder-with-a-long-name-${i}`);
    const inf = join(folder, 'drivers/disk/phonydrv.inf');
    const text = readFileSync(inf, 'latin1').replace('notes.txt = 1', `notes.txt = 1,${deep.join('\\')}`);
    writeFileSync(inf, text, 'latin1');
    mkdirSync(join(folder, 'drivers/disk', ...deep), { recursive: true });
    renameSync(join(folder, 'drivers/disk/Notes.txt'), join(folder, 'drivers/disk', ...deep, 'Notes.txt'));
    const [added] = (await run(folder, 'Add-WindowsDriver -Path image -Driver drivers/disk -ForceUnsigned')).values;
    const stored = join(String(added?.OriginalFileName), '..', ...deep, 'notes.txt');
    expect(stored.length).toBeGreaterThan(300);
    expect(readFileSync(stored, 'utf8')).toBe('notes\r\n');
  });

  it('is added to two images at a time', async () => {
    const folder = newCase();
    for (const name of ['one', 'two']) await writePhonyWim(join(folder, `${name}.wim`), [{}], { type: 'None' });
    const both = await Promise.all(
      ['one', 'two'].map((name) =>
        run(folder, `Add-WindowsDriver -ImagePath ${name}.wim -Index 1 -Driver drivers/disk -ForceUnsigned`),
      ),
    );
    expect(both.map(({ problem, values }) => [problem, values.length])).toEqual([
      ['', 1],
      ['', 1],
    ]);
  });
});

describeWithJudges(['wimlib-imagex'], 'a driver', () => {
  it.skipIf(process.getuid?.() !== 0)('works for a user who is not root', async () => {
    const folder = newCase();
    await writePhonyWim(join(folder, 'a.wim'), [{}], { type: 'None' });
    execFileSync('chmod', ['-R', 'a+rwX', folder]);
    execFileSync('chmod', ['a+x', scratch]);
    const [getuid, geteuid] = [process.getuid!(), process.geteuid!()];
    expect(getuid).toBe(0);
    process.seteuid!(65534);
    try {
      const script = 'Add-WindowsDriver -ImagePath a.wim -Index 1 -Driver drivers/disk -ForceUnsigned';
      const { problem, values } = await run(folder, script);
      expect([problem, values.length]).toEqual(['', 1]);
    } finally {
      process.seteuid!(geteuid);
    }
    await judge('wimlib-imagex', 'verify', join(folder, 'a.wim'));
  });
});
