// What scripts in the wild read out of the text of DISM.exe, tried on what the cmdlets of this project really give: the
// ways of reading are those of published tools, written anew.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DismOutcome, runLine } from '../../support/dism-host.ts';
import { writeDriverPackage } from '../../support/driver-packages.ts';
import { writePhonyWim, writePhonyWindows } from '../../support/phony-windows.ts';
import { scratchFolder } from '../../support/trees.ts';

const scratch = scratchFolder('dism-scrapers');
const log = join(scratch, 'dism.log');
const host = { cwd: scratch, lineEnd: '\r\n' } as const;
const dism = (line: string): Promise<DismOutcome> => runLine(`/English /LogPath:"${log}" ${line}`, undefined, host);

/** Lines, as `for /f` and a pipeline of PowerShell get them. */
const lines = (text: string): string[] => text.split(/\r?\n/);
/** `for /f "tokens=N delims=D"` over the lines that `find /i` lets through; the last one stays in the variable. */
function token(text: string, filter: string, position: number, delimiters: string): string | undefined {
  const found = lines(text).filter((line) => line.toLowerCase().includes(filter.toLowerCase()));
  return found
    .at(-1)
    ?.split(new RegExp(`[${delimiters}]`))
    .filter((word) => word !== '')[position - 1];
}

beforeAll(async () => {
  await writePhonyWim(join(scratch, 'install.wim'), [{ release: '11' }, { release: 'server-2022' }]);
  writePhonyWindows(join(scratch, 'mount'), { release: '10', targetEditions: ['Enterprise', 'Education'] });
  for (const name of ['disk', 'net']) {
    mkdirSync(join(scratch, 'drivers', name), { recursive: true });
    writeDriverPackage(join(scratch, 'drivers', name), { name });
  }
});

describe('the images of a file', () => {
  it('by a pattern over joined lines', async () => {
    const text = lines((await dism('/Get-WimInfo /WimFile:install.wim')).output).join('\n');
    const found = [...text.matchAll(/Index : (?<Index>\d{1,2})(\r)?\nName : (?<Name>.+)/g)].map(({ groups }) => ({
      ...groups,
    }));
    expect(found).toEqual([
      { Index: '1', Name: 'Windows 10 Pro 1' },
      { Index: '2', Name: 'Windows Server 2022 Standard 2' },
    ]);
    expect([...text.matchAll(/^\s*Index\s*:\s*(\d+)/gm)].map(([, index]) => index)).toEqual(['1', '2']);
    expect(text.match(/Index[\s\S]*?bytes/g)).toHaveLength(2);
  });

  it('by the line before the name', async () => {
    const all = lines((await dism('/Get-ImageInfo /ImageFile:install.wim')).output);
    const at = all.indexOf('Name : Windows Server 2022 Standard 2');
    expect(all[at - 1]!.replace('Index : ', '')).toBe('2');
  });

  it('by words of a batch file', async () => {
    const list = (await dism('/get-wiminfo /wimfile:install.wim')).output;
    expect(token(list, 'Index', 2, ': ')).toBe('2');
    const details = (await dism('/get-wiminfo /wimfile:install.wim /index:2')).output;
    expect(token(details, 'Version :', 4, ':. ')).toBe('20348');
    expect(token(details, 'ServicePack Build', 3, ': ')).toBe('587');
    expect(token(details, 'Edition', 2, ': ')).toBe('ServerStandard');
    expect(token(details, 'Default', 1, '\t ')).toBe('en-US');
    expect(details.toLowerCase()).toContain('version : 10.0.20348');
  });

  it('until there is no more', async () => {
    const named: string[] = [];
    for (let index = 1; ; index++) {
      const { code, output } = await dism(`/Get-WimInfo /WimFile:install.wim /Index:${index}`);
      const name = lines(output).find((line) => line.includes('Name'));
      if (name === undefined) {
        expect(code).not.toBe(0);
        break;
      }
      named.push(name.slice('Name : '.length));
    }
    expect(named).toHaveLength(2);
  });

  it('with their architecture and build', async () => {
    const { output } = await dism('/Get-WimInfo /wimFile:install.wim /index:1');
    const line = lines(output).find((one) => one.includes('Architecture : '))!;
    expect(line.replace('Architecture : ', '')).toBe('x64');
    expect(/Version : \d+\.\d+\.(\d+)/.exec(output)![1]).toBe('26100');
  });
});

describe('a Windows', () => {
  it('has an edition', async () => {
    const { output } = await dism('/Image:mount /Get-CurrentEdition');
    expect(/Current Edition : (?<Edition>[^\r\n]+)/.exec(output)!.groups!.Edition).toBe('Professional');
    // Tools look for the label with a colon after a blank: the heading has none.
    expect(lines(output).filter((line) => /^current edition :/i.test(line))).toHaveLength(1);
    expect(/^Image Version: ([\d.]+)/m.exec(output)![1]).toBe('10.0.19045.3803');
  });

  it('has editions it could be', async () => {
    const { output } = await dism('/Image:mount /Get-TargetEditions');
    expect([...output.matchAll(/^Target Edition : (.*?)\r?$/gm)].map(([, name]) => name).sort()).toEqual([
      'Education',
      'Enterprise',
    ]);
  });
});

describe('drivers', () => {
  it('are followed while they are installed, then listed', async () => {
    const { code, output } = await dism('/Image:mount /Add-Driver /Driver:drivers /Recurse /ForceUnsigned');
    expect(code).toBe(0);
    const steps = lines(output);
    expect(steps).toContain('Searching for driver packages to install...');
    expect(/Found (\d+) driver package\(s\) to install\./.exec(output)![1]).toBe('2');
    const installed = [...output.matchAll(/Installing\s+(\d+)\s+of\s+(\d+)\s+-\s+(.+?): (.+?)\r?$/gm)];
    expect(installed.map(([, at, of]) => `${at}/${of}`)).toEqual(['1/2', '2/2']);
    expect(installed.map(([, , , path]) => path!.split('/').at(-1))).toEqual(['disk.inf', 'net.inf']);
    const last = steps.filter((line) => line.includes('Installing')).at(-1)!;
    expect(last.split(':').at(-1)).toBe(' The driver package was successfully installed.');

    const list = (await dism('/Image:mount /Get-Drivers')).output;
    const blocks = list.split(/\r\n\r\n/).filter((block) => block.startsWith('Published Name : '));
    expect(blocks.map((block) => Object.fromEntries(block.split('\r\n').map((line) => line.split(' : '))))).toEqual([
      expect.objectContaining({ 'Published Name': 'oem0.inf', 'Original File Name': 'disk.inf', Inbox: 'No' }),
      expect.objectContaining({ 'Published Name': 'oem1.inf', 'Original File Name': 'net.inf', Version: '1.2.3.4' }),
    ]);
    const table = lines((await dism('/Image:mount /Get-Drivers /Format:Table')).output).filter((line) =>
      line.startsWith('oem'),
    );
    expect(table.map((row) => row.split('|').map((cell) => cell.trim())[1])).toEqual(['disk.inf', 'net.inf']);
  });

  it('leave their way in the log', () => {
    const text = readFileSync(log, 'utf8');
    expect(text).toMatch(/^[\d-]{10} [\d:]{8}, Info {18}DISM {3}DISM Driver Manager: PID=\d+ TID=\d+ \S/m);
    expect(text).toMatch(
      /DISM\.EXE: Target image information: OS Version=10\.0\.19045\.3803, Image architecture=amd64\n/,
    );
  });

  it('that are not there are an error', async () => {
    mkdirSync(join(scratch, 'none'));
    const { code, output } = await dism('/Image:mount /Add-Driver /Driver:none /Recurse');
    expect(code).toBe(2);
    expect(output).toMatch(/\r\nError: 2\r\n/);
  });
});

it('errors have a code behind a word', async () => {
  const errorOf = (text: string): string | undefined => /Error\s*: ((?:0x)?[0-9a-f]+)/.exec(text)?.[1];
  expect(errorOf((await dism('/Image:nowhere /Get-CurrentEdition')).output)).toBe('3');
  expect(errorOf((await dism('/Get-ImageInfo /ImageFile:install.wim /Index:9')).output)).toBe('0xc1510113');
  expect(errorOf((await dism('/Get-ImageInfo /ImageFile:install.wim')).output)).toBeUndefined();
});

it('mounts: there are none', async () => {
  const { code, output } = await dism('/Get-MountedWimInfo');
  expect(code).toBe(0);
  expect(output).toContain('No mounted images found.');
  expect(output).not.toMatch(/Mount Dir|Status/);
  for (const line of ['/Cleanup-Wim', '/Cleanup-Mountpoints']) expect(await dism(line)).toMatchObject({ code: 0 });
});

it('progress ends at a hundred', async () => {
  const { output } = await dism(
    '/Export-Image /SourceImageFile:install.wim /SourceIndex:1 /DestinationImageFile:one.wim',
  );
  const percents = [...output.matchAll(/(\d+\.\d+)%/g)].map(([, percent]) => Number(percent));
  expect(percents.at(-1)).toBe(100);
  expect([...percents].sort((a, b) => a - b)).toEqual(percents);
  expect(
    lines(output)
      .filter((line) => line.includes('%'))
      .every((line) => /^\[[= ]+\d+\.\d%[= ]+\]$/.test(line)),
  ).toBe(true);
  expect(output.endsWith('The operation completed successfully.\r\n')).toBe(true);
});
