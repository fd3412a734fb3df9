// Whole runs on stand-ins for cmdlets: what is bound, printed, logged, and which code comes out.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { beforeAll, describe, expect, it } from 'vitest';
import { DismError } from '../../../lib/base/error.ts';
import { FileTime } from '../../../lib/base/file-time.ts';
import { defineCmdlet } from '../../../lib/host/cmdlet.ts';
import { string, switchParameter } from '../../../lib/host/parameter.ts';
import { type Calls, runLine, servicing, standIn } from '../../support/dism-host.ts';
import { describeWithJudges, judge } from '../../support/judges.ts';
import { type PhonyWindowsOptions, writePhonyWindows } from '../../support/phony-windows.ts';
import { scratchFolder } from '../../support/trees.ts';

const scratch = scratchFolder('dism-run');
const image = join(scratch, 'image');
const log = join(scratch, 'run.log');
beforeAll(() => mkdirSync(image));

const value = { help: 'A value.', pipeline: 'property' } as const;
const driverParameters = {
  Driver: string(value),
  Recurse: switchParameter(value),
  ForceUnsigned: switchParameter(value),
};
const on = (line: string): string => `/Image:"${image}" /LogPath:"${log}" ${line}`;
const emptyHost = { cwd: scratch };

describe('binding', () => {
  it('gives the image and the options to the parameters', async () => {
    const calls: Calls = [];
    const features = standIn(
      'Enable-WindowsOptionalFeature',
      {
        FeatureName: string.array({ ...value, mandatory: true }),
        Source: string.array(value),
        All: switchParameter(value),
        NoRestart: switchParameter(value),
      },
      () => [],
      calls,
    );
    const line =
      '/Enable-Feature /FeatureName:A /FeatureName:B /Source:s1 /Source:s2 /All /NoRestart /WinDir:Win /LogLevel:2';
    expect(await runLine(on(line), features)).toMatchObject({ code: 0 });
    expect(calls).toEqual([
      expect.objectContaining({
        Path: image,
        FeatureName: ['A', 'B'],
        Source: ['s1', 's2'],
        All: true,
        NoRestart: true,
        WindowsDirectory: 'Win',
        LogPath: log,
        LogLevel: 'Warnings',
        Online: false,
      }),
    ]);
  });

  it('several drivers are the input of one run, in order', async () => {
    const calls: Calls = [];
    const parameters = driverParameters;
    const drivers = standIn(
      'Add-WindowsDriver',
      parameters,
      (p) => [{ Driver: 'oem0.inf', SourcePath: p.Driver }],
      calls,
    );
    const outcome = await runLine(
      on('/Add-Driver /ForceUnsigned /DriverName:2.inf /Driver:1.inf /Driver:3.inf'),
      drivers,
    );
    expect(calls.map(({ Driver, ForceUnsigned, Path }) => [Driver, ForceUnsigned, Path])).toEqual(
      ['2.inf', '1.inf', '3.inf'].map((name) => [name, true, image]),
    );
    expect(outcome.output).toContain('Installing 3 of 3 - 3.inf: The driver package was successfully installed.\n');
  });

  it('takes paths with backslashes', async () => {
    const calls: Calls = [];
    const drivers = standIn('Add-WindowsDriver', driverParameters, () => [], calls);
    await runLine('/Image:.\\image /Add-Driver /Driver:drivers\\a.inf', drivers, emptyHost);
    expect(calls[0]).toMatchObject({ Path: image, Driver: 'drivers/a.inf' });
  });
});

describe('an image file as /Image', () => {
  const file = join(scratch, 'file.wim');
  const line = (more: string): string => `/Image:"${file}" /LogPath:"${log}" ${more}`;
  const calls: Calls = [];
  const drivers = standIn('Add-WindowsDriver', driverParameters, () => [{ Driver: 'oem0.inf' }], calls);
  beforeAll(() => writeFileSync(file, 'Nobody reads it here.'));

  it('is worked on without a mount', async () => {
    expect(await runLine(line('/Add-Driver /Driver:a.inf /Index:2 /Index:5'), drivers)).toMatchObject({ code: 0 });
    expect(calls).toEqual([expect.objectContaining({ ImagePath: file, Index: [2, 5], Driver: 'a.inf' })]);
    expect(calls[0]).not.toHaveProperty('Path');
  });

  it('needs /Index, which nothing else takes', async () => {
    expect(await runLine(line('/Add-Driver /Driver:a.inf'), drivers)).toMatchObject({ code: 87 });
    expect(await runLine(on('/Add-Driver /Driver:a.inf /Index:1'), drivers)).toMatchObject({ code: 87 });
    expect(await runLine(on('/Get-OSUninstallWindow /Index:1'), drivers)).toMatchObject({ code: 87 });
  });

  it('is error 50 where the cmdlet takes directories only', async () => {
    const { ImagePath: _, Index: __, ...parameters } = { ...servicing, ...driverParameters };
    const cmdlet = defineCmdlet({ name: 'Add-WindowsDriver', synopsis: 'x', impact: 'none', parameters, examples: [] });
    const commands = { cmdlets: { 'Add-WindowsDriver': async () => ({ default: cmdlet }) }, aliases: {} };
    expect(await runLine(line('/Add-Driver /Driver:a.inf /Index:1'), commands)).toMatchObject({ code: 50 });
  });
});

describe('codes', () => {
  it('3010 when a restart is due', async () => {
    const drivers = standIn('Add-WindowsDriver', driverParameters, () => [{ Driver: 'oem0.inf', RestartNeeded: true }]);
    const { code, output } = await runLine(on('/Add-Driver /Driver:a.inf'), drivers);
    expect(code).toBe(3010);
    expect(output.endsWith('successfully.\nRestart Windows to complete this operation.\n')).toBe(true);
    const silent = await runLine(on('/Add-Driver /Driver:a.inf /NoRestart'), drivers);
    expect(silent.code).toBe(3010);
    expect(silent.output.endsWith('The operation completed successfully.\n')).toBe(true);
  });

  it('those of what was thrown', async () => {
    const failing = standIn('Add-WindowsDriver', driverParameters, () => {
      throw new DismError('IntegrityFailure', 'It is broken.');
    });
    const { code, output } = await runLine(on('/Add-Driver /Driver:a.inf'), failing);
    expect(code).toBe(0xc1420110);
    expect(output).toContain(`\nError: 0xc1420110\n\nIt is broken.\n\nThe DISM log file can be found at ${log}\n`);
  });

  it('that of an error after which the rest went on; all of it is printed', async () => {
    const drivers = standIn('Add-WindowsDriver', driverParameters, (p, context) => {
      if (p.Driver === 'good.inf') return [{ Driver: 'oem0.inf', SourcePath: 'good.inf' }];
      context.error(new DismError('Corrupt', `${String(p.Driver)} is bad.`));
      return [];
    });
    const { code, output } = await runLine(on('/Add-Driver /Driver:bad.inf /Driver:good.inf'), drivers);
    expect(code).toBe(13);
    expect(output).toContain('good.inf: The driver package was successfully installed.');
    expect(output).toContain('Error: 13');
    expect(output).not.toContain('completed successfully');
  });

  it('50 for a command without a cmdlet, with its name', async () => {
    for (const name of ['Get-Intl', 'Cleanup-Image /CheckHealth']) {
      const { code, output } = await runLine(on(`/${name}`), { cmdlets: {}, aliases: {} });
      expect(code).toBe(50);
      expect(output).toContain(`/${name.split(' ')[0]}`);
    }
  });

  it('50 for the running Windows elsewhere than on Windows', async () => {
    const calls: Calls = [];
    const drivers = standIn('Get-WindowsDriver', { All: switchParameter(value) }, () => [], calls);
    const { code, output } = await runLine(`/Online /Get-Drivers /LogPath:"${log}"`, drivers);
    expect([code, calls.length]).toEqual([50, 0]);
    expect(output).toContain('/Image');
    expect(await runLine(`/Online /Get-Drivers /LogPath:"${log}"`, drivers, { platform: 'win32' })).toMatchObject({
      code: 0,
    });
  });

  it('3 for a folder that is not there', async () => {
    const drivers = standIn('Get-WindowsDriver', {}, () => []);
    expect(await runLine(`/Image:${scratch}/none /Get-Drivers /LogPath:"${log}"`, drivers)).toMatchObject({ code: 3 });
    expect(await runLine(on(`/Get-Drivers /ScratchDir:${scratch}/none`), drivers)).toMatchObject({ code: 3 });
  });
});

describe('drives of scripts for Windows', () => {
  const calls: Calls = [];
  const drivers = standIn('Add-WindowsDriver', driverParameters, () => [{ Driver: 'oem0.inf' }], calls);

  it('are not made folders of this system', async () => {
    for (const line of [
      '/Image:C:\\mount /Add-Driver /Driver:a.inf',
      on('/Add-Driver /Driver:D:\\a.inf'),
      on('/Add-Driver /Driver:d:'),
    ]) {
      expect(await runLine(line, drivers, emptyHost), line).toMatchObject({ code: 3 });
    }
    expect(calls).toEqual([]);
  });

  it('are taken where they are folders', async () => {
    mkdirSync(join(scratch, 'E:'));
    await runLine(on('/Add-Driver /Driver:E:\\a.inf'), drivers, emptyHost);
    expect(calls[0]).toMatchObject({ Driver: 'E:/a.inf' });
  });

  it('leave the log where it usually is, with a warning', async () => {
    const line = `/Image:"${image}" /LogPath:C:\\dism.log /Add-Driver /Driver:a.inf`;
    const { code, warnings } = await runLine(line, drivers, emptyHost);
    expect(code).toBe(0);
    expect(warnings).toContain('C:\\dism.log');
  });
});

it('nothing to install in a folder is error 2', async () => {
  const drivers = standIn('Add-WindowsDriver', driverParameters, (_, context) => {
    context.warning('a.inf was left out: use -ForceUnsigned.');
    return [];
  });
  const { code, output, warnings } = await runLine(on('/Add-Driver /Driver:folder'), drivers);
  expect(code).toBe(2);
  expect(output).toContain('Searching for driver packages to install...\n\nError: 2\n\nNo driver packages were found');
  expect(output).not.toContain('Found 0');
  expect(warnings).toContain('/ForceUnsigned');
});

describe('/Quiet', () => {
  const drivers = standIn('Get-WindowsDriver', {}, (_, context) => {
    context.warning('careful');
    return [{ Driver: 'oem0.inf' }];
  });

  it('prints nothing', async () => {
    expect(await runLine(on('/Get-Drivers /Quiet'), drivers)).toEqual({ code: 0, output: '', warnings: '' });
    expect(await runLine(on('/Get-Drivers'), drivers)).toMatchObject({ warnings: 'Warning: careful\n' });
  });

  it('prints errors', async () => {
    const { output } = await runLine(on('/Get-Packages /Quiet'), drivers);
    expect(output).toMatch(/^\nError: 50\n/);
    expect((await runLine(on('/Frobnicate /Quiet'), drivers)).output).toMatch(/^\nError: 87\n/);
  });
});

describe('the log', () => {
  const drivers = standIn('Get-WindowsDriver', {}, (_, context) => {
    context.log.info('information');
    context.log.debug('details');
    return [];
  });
  const lines = (path: string): string[] => readFileSync(path, 'utf8').replace(/\n$/, '').split('\n');
  const form = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d, (Error|Warning|Info|Debug) +DISM {3}\S/;

  it('frames what the cmdlet logs', async () => {
    const path = join(scratch, 'frame.log');
    await runLine(`/Image:"${image}" /Get-Drivers /LogPath:"${path}" /English`, drivers);
    const written = lines(path);
    const thread = threadId === 0 ? process.pid : threadId;
    for (const line of written) {
      expect(line).toMatch(form);
      expect(line.indexOf('DISM ')).toBe(43);
    }
    const texts = written.map((line) => line.slice(50));
    const begin = ['', '<----- Starting Dism.exe session ----->', ''].map((text) => `DISM.EXE: ${text}`);
    const end = ['', '<----- Ending Dism.exe session ----->', ''].map((text) => `DISM.EXE: ${text}`);
    expect(texts.slice(0, 3)).toEqual(begin);
    expect(texts.slice(-3)).toEqual(end);
    expect(texts).toContain(
      `DISM.EXE: Executing command line: dism /Image:${image} /Get-Drivers /LogPath:${path} /English`,
    );
    expect(texts).toContain(`DISM Driver Manager: PID=${process.pid} TID=${thread} information`);
    expect(texts.join()).not.toContain('details');
  });

  it('keeps what its level says', async () => {
    const path = join(scratch, 'level.log');
    await runLine(`/Image:"${image}" /Get-Drivers /LogPath:"${path}" /LogLevel:4`, drivers);
    expect(lines(path).some((line) => line.endsWith('details'))).toBe(true);
    const errors = join(scratch, 'errors.log');
    await runLine(`/Image:"${image}" /Get-Packages /LogPath:"${errors}" /LogLevel:1`, drivers);
    expect(lines(errors)).toHaveLength(1);
    expect(lines(errors)[0]).toMatch(/, Error .*\(hr:0x80070032\)$/);
  });

  it('holds lines that were refused, and no product key', async () => {
    const path = join(scratch, 'refused.log');
    await runLine(`/Image:"${image}" /Set-Edition:Pro /ProductKey:AAAAA-BBBBB /Oops /LogPath:"${path}"`, drivers);
    await runLine(`/Image:"${image}" /Set-ProductKey:AAAAA-BBBBB /LogPath="${path}"`, drivers);
    const text = lines(path).join('\n');
    expect(text).toContain('(hr:0x80070057)');
    expect(text).not.toContain('BBBBB');
  });

  it('that cannot be written is a warning', async () => {
    writeFileSync(join(scratch, 'file'), '');
    const { code, warnings } = await runLine(
      `/Image:"${image}" /Get-Drivers /LogPath:"${scratch}/file/x.log"`,
      drivers,
    );
    expect(code).toBe(0);
    expect(warnings).toContain('x.log');
  });
});

describe('the version of the image', () => {
  const drivers = standIn('Get-WindowsDriver', {}, () => []);
  const banner = async (root: string, more = ''): Promise<string> =>
    (await runLine(`/Image:"${root}" /Get-Drivers /LogPath:"${log}" ${more}`, drivers)).output.split('Obtaining')[0]!;

  const makeImage = (name: string, options: PhonyWindowsOptions): string => {
    writePhonyWindows(join(scratch, name), options);
    return join(scratch, name);
  };

  it('is a line of the banner', async () => {
    const root = makeImage('eleven', { release: '11', version: { revision: 2033 } });
    expect(await banner(root)).toBe(
      '\nDeployment Image Servicing and Management tool\nVersion: 1.2.3\n\nImage Version: 10.0.26100.2033\n\n',
    );
  });

  it('is found in any spelling and below /WinDir', async () => {
    const root = makeImage('seven', { release: '7', windowsDirectory: 'WINNT' });
    expect(await banner(root, '/WinDir:winnt')).toContain('Image Version: 6.1.7601.17514\n');
    expect(await banner(root, '/WinDir:Windows')).not.toContain('Image Version');
  });

  it('is left out when the hive cannot be read', async () => {
    const root = makeImage('broken', {});
    writeFileSync(join(root, 'Windows', 'System32', 'config', 'SOFTWARE'), 'no hive');
    expect(await banner(root)).not.toContain('Image Version');
  });
});

describeWithJudges(['wimlib-imagex'], 'the version of an image file', () => {
  it('is that of its XML', async () => {
    const tree = join(scratch, 'tree');
    const file = join(scratch, 'version.wim');
    mkdirSync(tree);
    writeFileSync(join(tree, 'file'), 'x');
    await judge('wimlib-imagex', 'capture', tree, file, 'x');
    const properties = Object.entries({ MAJOR: 10, MINOR: 0, BUILD: 26100, SPBUILD: 1742 });
    const words = properties.map(([name, number]) => `--image-property=WINDOWS/VERSION/${name}=${number}`);
    const drivers = standIn('Get-WindowsDriver', {}, () => []);
    const line = `/Image:"${file}" /Index:1 /Get-Drivers /LogPath:"${log}"`;
    expect((await runLine(line, drivers)).output).not.toContain('Image Version');
    await judge('wimlib-imagex', 'info', file, '1', ...words);
    expect((await runLine(line, drivers)).output).toContain('\nImage Version: 10.0.26100.1742\n\n');
  });
});

describe('output', () => {
  const date = FileTime.parse('2024-05-17T00:00:00Z')!;
  const records = [
    {
      Driver: 'oem0.inf',
      OriginalFileName: 'C:\\W\\netwtw08.inf',
      Inbox: false,
      ClassName: 'net',
      ProviderName: 'Intel',
      Date: date,
      Version: '23.60.0.10',
    },
    {
      Driver: 'oem10.inf',
      OriginalFileName: 'x.inf',
      Inbox: true,
      ClassName: 'System',
      ProviderName: '',
      Date: date,
      Version: '1.0',
    },
  ];
  const drivers = standIn('Get-WindowsDriver', { Driver: string(value), All: switchParameter(value) }, () => records);

  it('as a table has columns as wide as their text', async () => {
    const { output } = await runLine(on('/Get-Drivers /Format:Table'), drivers);
    const table = output.split('\n').slice(8, -3);
    expect(table).toHaveLength(5);
    expect(new Set(table.map((line) => line.length)).size).toBe(1);
    expect(table[0]).toMatch(/^-+( \| -+){6}$/);
    expect(table[2]).toBe(table[0]);
    expect(table[1]!.split('|').map((cell) => cell.trim())).toEqual([
      'Published Name',
      'Original File Name',
      'Inbox',
      'Class Name',
      'Provider Name',
      'Date',
      'Version',
    ]);
    expect(table[3]).toMatch(
      /^oem0\.inf {6} \| netwtw08\.inf +\| No +\| net +\| Intel +\| 5\/17\/2024 \| 23\.60\.0\.10$/,
    );
  });

  it('ends lines as the host wants', async () => {
    const { output } = await runLine(on('/Get-Drivers'), drivers, { lineEnd: '\r\n' });
    expect(output.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('holds no line break of a value', async () => {
    const hostile = standIn('Get-WindowsDriver', {}, () => [{ Driver: 'a\nError: 5' }]);
    expect((await runLine(on('/Get-Drivers'), hostile)).output).toContain('Published Name : a Error: 5\n');
  });

  it('describes drivers by architecture and device', async () => {
    const device = {
      ...records[0],
      ManufacturerName: 'Intel',
      HardwareDescription: 'Card',
      ServiceName: 'n',
      CompatibleIds: '',
      ExcludeIds: '',
    };
    const detailed = standIn('Get-WindowsDriver', { Driver: string(value) }, () => [
      { ...device, Architecture: 9, HardwareId: 'PCI\\1' },
      { ...device, Architecture: 'x64', HardwareId: 'PCI\\2' },
      { ...device, Architecture: 12, HardwareId: 'PCI\\3' },
    ]);
    const { output } = await runLine(on('/Get-DriverInfo:oem0.inf'), detailed);
    expect(output.match(/Driver package information:/g)).toHaveLength(1);
    expect(output.match(/Drivers for architecture : (amd64|arm64)/g)).toHaveLength(2);
    expect([...output.matchAll(/^Hardware ID : (.*)$/gm)].map(([, id]) => id)).toEqual(['PCI\\1', 'PCI\\2', 'PCI\\3']);
  });
});

it('names the drivers that were removed', async () => {
  const parameters = { Driver: string.array(value) };
  const calls: Calls = [];
  const drivers = standIn('Remove-WindowsDriver', parameters, () => [{ RestartNeeded: false }], calls);
  const { output } = await runLine(on('/Remove-Driver /Driver:oem2.inf /Driver:oem1.inf'), drivers);
  expect(calls).toEqual([expect.objectContaining({ Driver: ['oem2.inf', 'oem1.inf'] })]);
  expect(output).toContain('\nFound 2 driver package(s) to remove.\nRemoving 1 of 2 - ');
  expect([...output.matchAll(/^Removing (\d) of 2 - (.*): /gm)].map(([, at, name]) => [at, name])).toEqual([
    ['1', 'oem2.inf'],
    ['2', 'oem1.inf'],
  ]);
});

it('shows help without a log, marking what is not served', async () => {
  const { code, output } = await runLine('/?', { cmdlets: {}, aliases: {} });
  expect(code).toBe(0);
  expect(output).toMatch(/\/Get-ImageInfo .*\(error 50\)/);
  expect(output).not.toContain('/Get-Packages');
  expect((await runLine('/Online /?')).output).toContain('/Get-Packages');
  expect((await runLine('dism.exe /Capture-Image /?')).output).toContain('/CaptureDir:<path>');
});
