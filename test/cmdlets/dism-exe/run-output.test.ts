// What a run on stand-ins for cmdlets prints.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { FileTime } from '../../../lib/base/file-time.ts';
import { string, switchParameter } from '../../../lib/host/parameter.ts';
import { type Calls, runLine, standIn } from '../../support/dism-host.ts';
import { scratchFolder } from '../../support/trees.ts';

const scratch = scratchFolder('dism-output');
const image = join(scratch, 'image');
const log = join(scratch, 'run.log');
beforeAll(() => mkdirSync(image));

const value = { help: 'A value.', pipeline: 'property' } as const;
const on = (line: string): string => `/Image:"${image}" /LogPath:"${log}" ${line}`;

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
