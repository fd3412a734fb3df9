// The text layouts against published captures of DISM.exe (skipped where OPENDISM_CORPUS is not set) and against the
// ways in which known tools read them.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { FileTime } from '../../../lib/base/file-time.ts';
import type { CmdletList } from '../../../lib/host/command-table.ts';
import { path, string, switchParameter, uint32 } from '../../../lib/host/parameter.ts';
import { runLine, standIn } from '../../support/dism-host.ts';
import { describeWithCorpus } from '../../support/judges.ts';
import { scratchFolder } from '../../support/trees.ts';

const scratch = scratchFolder('dism-layouts');
const image = join(scratch, 'image');
beforeAll(() => mkdirSync(image));

const value = { help: 'A value.', pipeline: 'property' } as const;
const optional = { FeatureName: string(value), PackageName: string(value), Driver: string(value), Name: string(value) };

/** What DISM prints for records of a servicing cmdlet. */
async function printed(
  line: string,
  cmdlet: string,
  records: readonly object[],
  lineEnd: '\n' | '\r\n' = '\n',
): Promise<string> {
  const commands = standIn(cmdlet, { ...optional, All: switchParameter(value) }, () => records);
  const { code, output } = await runLine(`/Image:"${image}" /LogPath:"${scratch}/l.log" ${line}`, commands, {
    lineEnd,
  });
  expect(code).toBe(0);
  return output;
}

function imageInfo(record: object): CmdletList {
  return standIn(
    'Get-WindowsImage',
    { ImagePath: path(value), Index: uint32(value), Path: path(value), Online: switchParameter(value) },
    () => [record],
  );
}

/** From the report on, without blanks at line ends, which published captures lost. */
const report = (text: string): string => text.replaceAll('\r', '').replace(/[ \t]+$/gm, '');

describeWithCorpus('dism-output', 'captures', (folder) => {
  const capture = (name: string): string => report(readFileSync(join(folder, name), 'utf8'));

  it('of features', async () => {
    const text = capture('get-features-win7.txt');
    const records = [...text.matchAll(/^Feature Name : (.*)\nState : (.*)$/gm)].map(([, FeatureName, State]) => ({
      FeatureName,
      State,
      PackageName: /listing for package : (.*)/.exec(text)![1],
    }));
    expect(records.length).toBeGreaterThan(50);
    const ours = report(await printed('/Get-Features', 'Get-WindowsOptionalFeature', records));
    const from = (whole: string): string => whole.slice(whole.indexOf('Features listing'));
    expect(from(ours).trimEnd()).toBe(from(text).trimEnd());
  });

  it('of capabilities', async () => {
    const text = capture('transcribed/get-capabilities-17704-head.txt');
    const records = [...text.matchAll(/^Capability Identity : (.*)\nState : (.*)$/gm)].map(([, Name]) => ({
      Name,
      State: 'NotPresent',
    }));
    const ours = report(await printed('/Get-Capabilities', 'Get-WindowsCapability', records));
    expect(ours).toContain(text.slice(text.indexOf('Capability listing:')).trimEnd());
  });

  it('of drivers', async () => {
    const runs = capture('transcribed/add-get-driver-26100.txt')
      .split(/^PS .*\n/m)
      .slice(1);
    const body = (text: string): string => text.slice(text.search(/^(Obtaining|Found)/m)).trimEnd();
    expect(body(await printed('/Get-Drivers', 'Get-WindowsDriver', []))).toBe(body(runs[0]!));
    const added = [{ Driver: 'oem0.inf', SourcePath: 'C:\\drivers\\Netwtw08.INF' }];
    expect(body(await printed('/Add-Driver /Driver:Netwtw08.INF', 'Add-WindowsDriver', added))).toBe(body(runs[1]!));
    const listed = {
      Driver: 'oem0.inf',
      OriginalFileName: 'C:\\mount\\Windows\\System32\\DriverStore\\FileRepository\\n_1\\netwtw08.inf',
      Inbox: false,
      ClassName: 'net',
      ProviderName: 'Intel',
      Date: '17/05/2024',
      Version: '23.60.0.10',
    };
    expect(body(await printed('/Get-Drivers', 'Get-WindowsDriver', [listed]))).toBe(body(runs[2]!));
  });

  it('of an image', async () => {
    const text = capture('transcribed/get-imageinfo-index-26100-undefined.txt');
    const local = (date: Date): FileTime => FileTime.fromDate(date);
    const record = {
      ImageIndex: 1,
      ImageName: 'Windows 11 Pro',
      ImageDescription: 'Windows 11 Pro',
      ImageSize: 24_354_379_074,
      WIMBoot: false,
      Architecture: 'x64',
      Hal: '',
      Version: '10.0.26100.7920',
      SPBuild: 7920,
      SPLevel: 0,
      EditionId: '',
      InstallationType: '',
      ProductType: '',
      ProductSuite: '',
      SystemRoot: 'WINDOWS',
      DirectoryCount: 32_064,
      FileCount: 139_371,
      CreatedTime: local(new Date(2026, 2, 6, 20, 7, 5)),
      ModifiedTime: local(new Date(2026, 4, 1, 14, 0, 28)),
      Languages: [],
      DefaultLanguageIndex: -1,
    };
    const line = `/Get-ImageInfo /ImageFile:E:\\sources\\install.wim /Index:1 /LogPath:"${scratch}/l.log"`;
    mkdirSync(join(scratch, 'E:'));
    const { output } = await runLine(line, imageInfo(record), { cwd: scratch });
    expect(output.slice(output.indexOf('Details')).trimEnd()).toBe(text.slice(text.indexOf('Details')).trimEnd());
  });

  it('of the images of a file', async () => {
    const text = capture('transcribed/get-wiminfo-19041-win11-head.txt');
    const blocks = [...text.matchAll(/^Index : (.*)\nName : (.*)\nDescription : (.*)\nSize : (.*) bytes$/gm)];
    const records = blocks.map(([, index, name, description, size]) => ({
      ImageIndex: Number(index),
      ImageName: name,
      ImageDescription: description,
      ImageSize: Number(size!.replaceAll(',', '')),
    }));
    const commands = standIn(
      'Get-WindowsImage',
      { ImagePath: path(value), Path: path(value), Online: switchParameter(value) },
      () => records,
    );
    const { output } = await runLine(
      `/English /Get-WimInfo /WimFile:install.wim /LogPath:"${scratch}/l.log"`,
      commands,
    );
    expect(output).toContain(text.slice(text.indexOf('Details')).trimEnd());
  });

  it('of progress', async () => {
    const text = capture('transcribed/mount-add-6.3.9600.17031.txt');
    const commands = standIn(
      'Mount-WindowsImage',
      { ImagePath: path(value), Index: uint32(value), Path: path(value), Online: switchParameter(value) },
      () => [],
    );
    const { output } = await runLine(
      `/Mount-Image /ImageFile:x /Index:1 /MountDir:m /LogPath:"${scratch}/l.log"`,
      commands,
    );
    expect(output.slice(output.indexOf('Mounting')).trimEnd()).toBe(text.slice(text.indexOf('Mounting')).trimEnd());
  });
});

const features = [
  { FeatureName: 'TelnetClient', State: 'Disabled' },
  { FeatureName: 'NetFx3', State: 'DisabledWithPayloadRemoved' },
  { FeatureName: 'SMB1Protocol', State: 'Enabled' },
];
const capabilities = [
  { Name: 'OpenSSH.Client~~~~0.0.1.0', State: 'Installed' },
  { Name: 'OpenSSH.Server~~~~0.0.1.0', State: 'NotPresent' },
];

describe('what tools read', () => {
  it('configuration management: a name, and its state on the next line, with the line ends of Windows', async () => {
    const text = await printed('/Get-Capabilities', 'Get-WindowsCapability', capabilities, '\r\n');
    const named = (state: string): (string | undefined)[] =>
      [...text.matchAll(new RegExp(`Capability Identity : (.*)\\r\\n.*State : ${state}\\r\\n`, 'g'))].map(
        ([, name]) => name,
      );
    expect(named('Installed')).toEqual(['OpenSSH.Client~~~~0.0.1.0']);
    expect(named('Not Present')).toEqual(['OpenSSH.Server~~~~0.0.1.0']);
    const list = await printed('/Get-Features', 'Get-WindowsOptionalFeature', features, '\r\n');
    expect([...list.matchAll(/Feature Name : (.*)\r\n.*State : Enabled\r\n/g)].map(([, name]) => name)).toEqual([
      'SMB1Protocol',
    ]);
  });

  it('configuration management: features line by line', async () => {
    const text = await printed('/Get-Features', 'Get-WindowsOptionalFeature', features);
    expect(
      [...text.matchAll(/^Feature Name : ([\w-]+)\nState : (\w+)/gm)].map(([, name, state]) => [name, state]),
    ).toEqual([
      ['TelnetClient', 'Disabled'],
      ['NetFx3', 'Disabled'],
      ['SMB1Protocol', 'Enabled'],
    ]);
    const info = await printed('/Get-FeatureInfo /FeatureName:NetFx3', 'Get-WindowsOptionalFeature', [features[1]!]);
    expect(/^State : (.*)$/m.exec(info)![1]).toBe('Disabled with Payload Removed');
  });

  it('scripts: features from the table', async () => {
    const text = await printed('/Get-Features /Format:Table', 'Get-WindowsOptionalFeature', features);
    const rows = text.split('\n').flatMap((line) => /^(\S+)\s+\|\s(\S.*?)\s*$/.exec(line) ?? []);
    expect(rows).toContain('TelnetClient');
    expect(text).toMatch(/^SMB1Protocol +\| Enabled +$/m);
  });

  it('lab builders: index, name, version and edition of each image', async () => {
    const record = {
      ImageIndex: 2,
      ImageName: 'Windows Server 2025 Datacenter',
      ImageDescription: 'd',
      ImageSize: 1,
      Version: '10.0.26100.1742',
      EditionId: 'ServerDatacenter',
      InstallationType: 'Server Core',
      Architecture: 'x64',
      Languages: ['en-US', 'de-DE'],
      DefaultLanguageIndex: 1,
    };
    const run = async (line: string): Promise<string> =>
      (
        await runLine(`/English /Get-WimInfo /WimFile:i.wim /LogPath:"${scratch}/l.log" ${line}`, imageInfo(record), {
          lineEnd: '\r\n',
        })
      ).output;
    expect(/Index : (?<index>\d{1,2})(\r)?\nName : (?<name>.+)\r/.exec(await run(''))!.groups).toEqual({
      index: '2',
      name: 'Windows Server 2025 Datacenter',
    });
    const details = await run('/Index:2');
    expect(/(?<=^Version : )\S+/m.exec(details)![0]).toBe('10.0.26100');
    expect(/^Edition : (.*)\r$/m.exec(details)![1]).toBe('ServerDatacenter');
    expect(/^Installation : (.*)\r$/m.exec(details)![1]).toBe('Server Core');
    expect(/^Languages : *\r\n((?:\t.*\r\n)+)/m.exec(details)![1]).toBe('\ten-US\r\n\tde-DE (Default)\r\n');
  });

  it('image trimmers: architecture, apps and packages', async () => {
    const info = (
      await runLine(
        `/English /Get-WimInfo /wimFile:i.wim /index:1 /LogPath:"${scratch}/l.log"`,
        imageInfo({ Architecture: 'x64' }),
      )
    ).output;
    const line = info.split(/\r?\n/).find((text) => text.includes('Architecture : '))!;
    expect(line.replace('Architecture : ', '')).toBe('x64');
    const apps = await printed('/Get-ProvisionedAppxPackages', 'Get-AppxProvisionedPackage', [
      {
        DisplayName: 'Clipchamp',
        PackageName: 'Clipchamp.Clipchamp_2.2.8.0_neutral_~_yxz26nhyzhsrt',
        Architecture: 11,
        ResourceId: '~',
      },
    ]);
    expect(/PackageName : (.*)/.exec(apps)![1]).toBe('Clipchamp.Clipchamp_2.2.8.0_neutral_~_yxz26nhyzhsrt');
    expect(/Architecture : (.*)/.exec(apps)![1]).toBe('neutral');
    const packages = await printed('/Get-Packages /Format:Table', 'Get-WindowsPackage', [
      {
        PackageName: 'Microsoft-Windows-Hello-Face-Package~31bf3856ad364e35~amd64~~10.0.1.1',
        PackageState: 'Installed',
        ReleaseType: 'OnDemandPack',
        InstallTime: FileTime.fromDate(new Date(2024, 3, 1, 18, 26)),
      },
    ]);
    const row = packages.split('\n').find((text) => text.startsWith('Microsoft-Windows-Hello-Face'))!;
    expect(row.split(/\s+/)[0]).toBe('Microsoft-Windows-Hello-Face-Package~31bf3856ad364e35~amd64~~10.0.1.1');
    expect(
      row
        .split('|')
        .map((cell) => cell.trim())
        .slice(1),
    ).toEqual(['Installed', 'OnDemand Pack', '4/1/2024 6:26 PM']);
  });

  it('activators: the edition', async () => {
    const text = await printed('/Get-CurrentEdition', 'Get-WindowsEdition', [{ Edition: 'Professional' }]);
    const line = text.split('\n').find((one) => one.toLowerCase().includes('current edition :'))!;
    expect(line.split(/[: ]+/)[2]).toBe('Professional');
  });
});
