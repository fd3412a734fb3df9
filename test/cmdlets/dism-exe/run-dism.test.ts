// Whole runs on stand-ins for cmdlets: what is bound, printed, logged, and which code comes out.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DismError } from '../../../lib/base/error.ts';
import { defineCmdlet } from '../../../lib/host/cmdlet.ts';
import { string, switchParameter } from '../../../lib/host/parameter.ts';
import { type Calls, runLine, servicing, standIn } from '../../support/dism-host.ts';
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
