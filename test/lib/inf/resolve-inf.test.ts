// What an INF means for one Windows: decorations, install sections, files, registry, services, included INFs.
import { describe, expect, it } from 'vitest';
import { InfFile } from '../../../lib/inf/inf-file.ts';
import { chooseDecoration, type InfTarget, parseDecoration } from '../../../lib/inf/inf-target.ts';
import { parseDriverVersion } from '../../../lib/inf/inf-version.ts';
import { type ResolvedInf, resolveInf } from '../../../lib/inf/resolve-inf.ts';

const windows11: InfTarget = { architecture: 'amd64', major: 10, minor: 0, build: 22631 };

function resolve(text: string, target: InfTarget = windows11, others: Record<string, string> = {}): ResolvedInf {
  const inf = InfFile.parse(Buffer.from(text), 'test.inf');
  const include = (name: string): InfFile | undefined =>
    others[name.toLowerCase()] === undefined
      ? undefined
      : InfFile.parse(Buffer.from(others[name.toLowerCase()]!), name);
  return resolveInf(inf, target, { include });
}

const disk = `
[Version]
Signature = "$WINDOWS NT$"
Class = SCSIAdapter
ClassGuid = {4D36E97B-E325-11CE-BFC1-08002BE10318}
Provider = %Maker%
DriverVer = 07/21/2023,100.93.104.24000
CatalogFile = all.cat
CatalogFile.NTamd64 = disk64.cat
PnpLockdown = 1
[SourceDisksNames]
1 = %Media%,,,\\common
[SourceDisksNames.amd64]
1 = %Media%,,,.\\x64
[SourceDisksFiles]
disk.sys = 1,drv
readme.txt = 1
[DestinationDirs]
DefaultDestDir = 11
Disk.Files = 12
[Manufacturer]
%Maker% = Disk, NTamd64.6.1, NTamd64.10.0, NTx86
[Disk.NTamd64.6.1]
%Old% = Disk.Old, PCI\\VEN_0001
[Disk.NTamd64.10.0]
%Desc% = Disk.Install, PCI\\VEN_1AF4&DEV_1004&REV_00, PCI\\VEN_1AF4&DEV_1004, PCI\\VEN_1AF4
[Disk.NTx86]
[Disk.Install.NTamd64]
CopyFiles = Disk.Files, @tool.exe
FeatureScore = 0xFB
AddReg = Common
[Disk.Install]
CopyFiles = Wrong
[Disk.Install.NTamd64.HW]
AddReg = Msi
[Disk.Install.NTamd64.Services]
AddService = disk, 2, Disk.Service, Disk.Log
[Disk.Install.NTamd64.Wdf]
KmdfService = disk, Disk.Kmdf
[Disk.Kmdf]
KmdfLibraryVersion = 1.15
[Disk.Files]
disk.sys,,,2
[Disk.Service]
DisplayName = %Desc%
ServiceType = 1
StartType = %BOOT%
ErrorControl = 1
ServiceBinary = %12%\\disk.sys
LoadOrderGroup = SCSI miniport
Dependencies = a, +b
AddReg = Params
[Disk.Log]
AddReg = Log
[Log]
HKR,,EventMessageFile,0x00020000,"%%SystemRoot%%\\System32\\IoLogMsg.dll"
HKR,,TypesSupported,0x10001,7
[Params]
HKR,Parameters,BusType,0x10001,0xA
[Msi]
HKR,"Interrupt Management",,0x10
[Common]
HKR,,Plain
HKR,,List,0x10000,"one","two"
HKR,,Bytes,1,01,0xfe,3
HKR,,Word,0x10001,01,02,00,00
HKR,,Big,0xB0001,0x70000040003
HKR,,Once,2,x
HKR,,Gone,4
HKR,,UpperFilters,0x10008,filter
HKLM,"Software\\Maker\\"
[Strings]
Maker = "Maker, Inc."
Media = "Disk"
Desc = "A disk"
Old = "An old disk"
BOOT = 0
`;

describe('decorations', () => {
  const choose = (texts: readonly string[], target: InfTarget): string | undefined =>
    chooseDecoration(
      texts.map((text) => parseDecoration(text)!),
      target,
    );

  it('are chosen as Microsoft documents it', () => {
    const all = ['NTx86', 'NTx86.6.1', 'NTamd64.6.1', 'NTamd64.10.0', 'NTamd64.10.0...16299', 'NTamd64.10.0.3'];
    expect(choose(all, windows11)).toBe('NTamd64.10.0...16299');
    expect(choose(all, { ...windows11, build: 14393 })).toBe('NTamd64.10.0');
    expect(choose(all, { ...windows11, build: 14393, productType: 3 })).toBe('NTamd64.10.0.3');
    expect(choose(all, { architecture: 'amd64', major: 6, minor: 3, build: 9600 })).toBe('NTamd64.6.1');
    expect(choose(all, { architecture: 'x86', major: 6, minor: 0, build: 6002 })).toBe('NTx86');
    expect(choose(all, { architecture: 'arm64', major: 10, minor: 0, build: 22000 })).toBeUndefined();
    expect(choose(['NT.5.1', 'NTamd64'], { ...windows11, architecture: 'x86' })).toBe('NT.5.1');
    expect(choose([], windows11)).toBeUndefined();
    expect(choose([], { ...windows11, architecture: 'x86' })).toBe('');
    expect(choose(['NTamd64.6.1..0x80', 'NTamd64'], windows11)).toBe('NTamd64');
    expect(choose(['NTamd64.6.1..0x80', 'NTamd64'], { ...windows11, suiteMask: 0x180 })).toBe('NTamd64.6.1..0x80');
    expect(parseDecoration('NTmips')).toBeUndefined();
  });

  it('that lead to an empty section exclude the Windows', () => {
    const found = resolve(disk, { ...windows11, architecture: 'x86' });
    expect(found.kind).toBe('none');
    expect(found.findings.map(({ code }) => code)).toContain('NoModels');
  });
});

describe('an INF resolved for a Windows', () => {
  const found = resolve(disk);
  const [install] = found.installs;

  it('has version, models and install section', () => {
    expect(found.kind).toBe('device');
    expect(found.version).toMatchObject({
      className: 'SCSIAdapter',
      classGuid: '{4d36e97b-e325-11ce-bfc1-08002be10318}',
      provider: 'Maker, Inc.',
      catalogFile: 'disk64.cat',
      pnpLockdown: true,
      driverVersion: { version: [100, 93, 104, 24000] },
    });
    expect(found.version.driverVersion?.date.toJSON()).toBe('2023-07-21T00:00:00.0000000Z');
    expect(found.models).toMatchObject([
      {
        description: 'A disk',
        rawDescription: '%Desc%',
        manufacturer: 'Maker, Inc.',
        hardwareId: 'PCI\\VEN_1AF4&DEV_1004&REV_00',
        compatibleIds: ['PCI\\VEN_1AF4&DEV_1004', 'PCI\\VEN_1AF4'],
        section: 'Disk.NTamd64.10.0',
      },
    ]);
    expect(install).toMatchObject({ name: 'Disk.Install', section: 'Disk.Install.NTamd64', featureScore: 0xfb });
    expect(resolve(disk, { architecture: 'amd64', major: 6, minor: 1, build: 7601 }).models[0]?.description).toBe(
      'An old disk',
    );
  });

  it('has the files with source and destination', () => {
    expect(install?.files).toMatchObject([
      { source: 'tool.exe', destination: { directoryId: 11 } },
      { source: 'disk.sys', destination: { directoryId: 12 }, flags: 2 },
    ]);
    expect(found.files.map(({ path }) => path)).toEqual(['x64\\drv\\disk.sys']);
    expect(found.otherFiles.map(({ path }) => path)).toEqual(['x64\\readme.txt']);
    expect(found.findings.map(({ code, message }) => [code, message.split(' ')[0]])).toEqual([
      ['MissingFile', 'tool.exe'],
    ]);
  });

  it('has the service with its event log', () => {
    expect(install?.services).toMatchObject([
      {
        name: 'disk',
        isAssociated: true,
        displayName: { text: 'A disk', token: 'Desc' },
        type: 1,
        startType: 0,
        errorControl: 1,
        binary: '%12%\\disk.sys',
        loadOrderGroup: 'SCSI miniport',
        dependencies: ['a', '+b'],
        registry: [{ action: 'set', root: 'HKR', key: 'Parameters', name: 'BusType', type: 4, data: { number: 10 } }],
        eventLog: {
          log: 'System',
          source: 'disk',
          registry: [
            { name: 'EventMessageFile', type: 2, data: { text: '%SystemRoot%\\System32\\IoLogMsg.dll' } },
            { name: 'TypesSupported', type: 4, data: { number: 7 } },
          ],
        },
      },
    ]);
    expect(install?.wdf).toEqual([{ kind: 'kmdf', service: 'disk', libraryVersion: '1.15' }]);
  });

  it('has registry edits with types and conditions', () => {
    expect(install?.hardwareRegistry).toMatchObject([{ action: 'createKey', key: 'Interrupt Management' }]);
    const edits = install?.registry.map(({ line: _, view: __, ...edit }) => edit);
    const place = { root: 'HKR', key: '' };
    expect(edits).toEqual([
      { ...place, action: 'set', name: 'Plain', type: 1, data: { text: '' } },
      { ...place, action: 'set', name: 'List', type: 7, data: { list: ['one', 'two'] } },
      { ...place, action: 'set', name: 'Bytes', type: 3, data: { bytes: Uint8Array.of(1, 0xfe, 3) } },
      { ...place, action: 'set', name: 'Word', type: 4, data: { number: 0x201 } },
      { ...place, action: 'set', name: 'Big', type: 11, data: { bytes: Uint8Array.of(3, 0, 4, 0, 0, 7, 0, 0) } },
      { ...place, action: 'set', name: 'Once', type: 1, data: { text: 'x' }, when: 'absent' },
      { ...place, action: 'deleteValue', name: 'Gone' },
      { ...place, action: 'append', name: 'UpperFilters', list: ['filter'] },
      { root: 'HKLM', key: 'Software\\Maker', action: 'createKey' },
    ]);
  });

  it('takes in what it needs of the INFs of Windows', () => {
    const text = `[Version]\nSignature="$CHICAGO$"\nClass=USBDevice\n[Manufacturer]\nM=M,NTamd64\n[M.NTamd64]\n"Dev"=I,USB\\X
[I]\nInclude=winusb.inf\nNeeds=WINUSB.NT\n[I.Services]\nInclude=winusb.inf,gone.inf\nNeeds=WINUSB.NT.Services\n`;
    const winusb = `[WINUSB.NT]\nAddReg=R\n[R]\nHKR,,A,,%S%\n[WINUSB.NT.Services]\nAddService=WinUSB,2,S
[S]\nServiceType=1\nStartType=3\nErrorControl=1\nServiceBinary=%12%\\WinUSB.sys\n[Strings]\nS="from winusb"\n`;
    const { installs, findings } = resolve(text, windows11, { 'winusb.inf': winusb });
    expect(installs[0]?.registry).toMatchObject([{ name: 'A', data: { text: 'from winusb' } }]);
    expect(installs[0]?.services).toMatchObject([{ name: 'WinUSB', definedIn: 'winusb.inf', startType: 3 }]);
    expect(installs[0]?.includedInfs).toEqual(['winusb.inf', 'gone.inf']);
    expect(findings).toMatchObject([{ code: 'MissingInclude', severity: 'warning' }]);
  });

  it('is not led in circles or multiplied', () => {
    const head = '[Version]\nSignature="$CHICAGO$"\n[Manufacturer]\nM=M,NTamd64\n[M.NTamd64]\n';
    const circle = resolve(`${head}"D"=I,X\n[I]\nNeeds=J\n[J]\nNeeds=I\n`);
    expect(circle.installs[0]?.neededSections).toEqual(['J', 'I']);
    const count = 3000;
    const numbers = Array.from({ length: count }, (_, i) => i);
    const bomb = `${head}${numbers.map((i) => `D${i}=I${i},X${i}`).join('\n')}
${numbers.map((i) => `[I${i}]\nAddReg=R`).join('\n')}\n[R]\n${numbers.map((i) => `HKR,,v${i}`).join('\n')}\n`;
    expect(() => resolve(bomb)).toThrowError(expect.objectContaining({ Symbol: 'LimitExceeded' }));
  });

  it('keeps source paths inside the package', () => {
    const text = `[Version]\nSignature="$CHICAGO$"\n[SourceDisksNames]\n1=d,,,..\\..\n[SourceDisksFiles]\nevil.sys=1\n`;
    const evil = resolve(text);
    expect([...evil.files, ...evil.otherFiles]).toEqual([]);
    expect(evil.findings).toMatchObject([{ code: 'BadValue', severity: 'error' }, { code: 'NoModels' }]);
  });
});

describe('DriverVer', () => {
  it('is an American date and up to four numbers', () => {
    expect(parseDriverVersion(['6-7-2021', '1.2'])?.version).toEqual([1, 2, 0, 0]);
    expect(parseDriverVersion(['06/07/2021'])?.date.toJSON()).toBe('2021-06-07T00:00:00.0000000Z');
    for (const bad of [['13/01/2021'], ['02/30/2021'], ['01/01/2021', '1.70000'], ['01/01/2021', '1.2.3.4.5'], []]) {
      expect(parseDriverVersion(bad)).toBeUndefined();
    }
  });
});
