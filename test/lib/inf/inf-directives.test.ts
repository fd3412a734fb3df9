// Directives of install sections, each with all that Microsoft documents for it.
import { describe, expect, it } from 'vitest';
import { InfFile } from '../../../lib/inf/inf-file.ts';
import type { InfAddition, InfInstall } from '../../../lib/inf/inf-install.ts';
import { type ResolvedInf, resolveInf } from '../../../lib/inf/resolve-inf.ts';

const head = `[Version]
Signature="$WINDOWS NT$"
Class=Net
ClassGuid={4d36e972-e325-11ce-bfc1-08002be10318}
Provider="P"
DriverVer=01/02/2023,1.0
[Manufacturer]
"M"=M,NTamd64
[M.NTamd64]
"Device"=I,PCI\\VEN_1
[DestinationDirs]
DefaultDestDir=12
Old=11,sub
[SourceDisksNames]
1="Disk"
[SourceDisksFiles]
a.sys=1
b.sys=1
c.sys=1
`;

function resolve(text: string): ResolvedInf {
  const inf = InfFile.parse(Buffer.from(head + text), 'x.inf');
  return resolveInf(inf, { architecture: 'amd64', major: 10, minor: 0, build: 26100 });
}

const install = (text: string): InfInstall => resolve(text).installs[0]!;
const registry = (lines: string, directive = 'AddReg'): unknown[] =>
  install(`[I]\n${directive}=R\n[R]\n${lines}`).registry.map(({ line: _, ...edit }) => edit);

describe('AddReg', () => {
  const at = { root: 'HKR', key: 'K', view: undefined } as const;

  it.each([
    ['0x00000000', '"text"', { type: 1, data: { text: 'text' } }],
    ['', 'text', { type: 1, data: { text: 'text' } }],
    ['0x00000001', '1,2,ff', { type: 3, data: { bytes: Uint8Array.of(1, 2, 255) } }],
    ['0x00010000', 'a,"",b', { type: 7, data: { list: ['a', 'b'] } }],
    ['0x00020000', '%%SystemRoot%%\\x', { type: 2, data: { text: '%SystemRoot%\\x' } }],
    ['0x00010001', '-1', { type: 4, data: { number: 0xffffffff } }],
    ['0x00010001', '0x10', { type: 4, data: { number: 16 } }],
    ['0x00010001', '', { type: 4, data: { number: 0 } }],
    ['0x00020001', '', { type: 0, data: { bytes: new Uint8Array() } }],
    ['0x000B0001', '0x100000000', { type: 11, data: { bytes: Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0) } }],
    ['0x00060001', '1,2', { type: 6, data: { bytes: Uint8Array.of(1, 2) } }],
    ['0x00010003', '5', { type: 4, data: { number: 5 }, when: 'absent' }],
    ['0x00000020', 'x', { type: 1, data: { text: 'x' }, when: 'present' }],
    ['0x00001000', 'x', { type: 1, data: { text: 'x' }, view: 64 }],
    ['0x00004000', 'x', { type: 1, data: { text: 'x' }, view: 32 }],
  ])('with flags %s and data %s sets a value', (flags, data, expected) => {
    expect(registry(`HKR,K,V,${flags},${data}`)).toEqual([
      { ...at, action: 'set', name: 'V', when: undefined, ...expected },
    ]);
  });

  it.each([
    ['HKR,K', { action: 'createKey' }],
    ['HKR,K,,0x10', { action: 'createKey' }],
    ['HKR,K,,0x2000', { action: 'createKey' }],
    ['HKR,K,V,4', { action: 'deleteValue', name: 'V' }],
    ['HKR,K,V,0x00010008,a,b', { action: 'append', name: 'V', list: ['a', 'b'] }],
    ['HKR,K,,,x', { action: 'set', name: '', type: 1, data: { text: 'x' }, when: undefined }],
  ])('%s is more than a value', (line, expected) => {
    expect(registry(line)).toEqual([{ ...at, ...expected }]);
  });

  it('reports what makes no sense', () => {
    const text = '[I]\nAddReg=R,Gone\n[R]\nHKX,K,V\nHKR,K,V,nonsense\nHKR,K,V,0x10001,xyz\nHKR,K,V,1,1ff';
    const codes = resolve(text).findings.map(({ code }) => code);
    expect(codes.sort()).toEqual(['BadValue', 'BadValue', 'BadValue', 'BadValue', 'MissingSection']);
  });
});

describe('DelReg and BitReg', () => {
  const at = { root: 'HKR', key: 'K', view: undefined } as const;

  it.each([
    ['DelReg', 'HKR,K', { action: 'deleteKey' }],
    ['DelReg', 'HKR,K,V', { action: 'deleteValue', name: 'V' }],
    ['DelReg', 'HKR,K,,0x2000', { action: 'deleteKey' }],
    ['DelReg', 'HKR,K,V,0x18002,gone', { action: 'removeStrings', name: 'V', list: ['gone'] }],
    ['DelReg', 'HKR,K,V,0x4000', { action: 'deleteValue', name: 'V', view: 32 }],
    ['BitReg', 'HKR,K,V,1,0x80,2', { action: 'setBits', name: 'V', mask: 0x80, byte: 2 }],
    ['BitReg', 'HKR,K,V,0,0x01,0', { action: 'clearBits', name: 'V', mask: 1, byte: 0 }],
  ])('%s %s', (directive, line, expected) => {
    expect(registry(line, directive)).toEqual([{ ...at, ...expected }]);
  });

  it('come before and after AddReg', () => {
    const found = install('[I]\nAddReg=A\nBitReg=B\nDelReg=D\n[A]\nHKR,,a\n[B]\nHKR,,b,1,1\n[D]\nHKR,,d').registry;
    expect(found.map(({ action }) => action)).toEqual(['deleteValue', 'set', 'setBits']);
  });
});

describe('files', () => {
  it('are copied with flags and security, renamed, deleted', () => {
    const found = install(
      '[I]\nCopyFiles=@a.sys,Copy\nRenFiles=Old\nDelFiles=Old2\n[Copy]\nrenamed.sys,b.sys,,0x4002,"D:P(A;;GA;;;SY)"\nc.sys\n' +
        '[Copy.Security]\n"D:(A;;GR;;;WD)"\n[Old]\nnew.dll,old.dll\n[Old2]\ngone.dll,,,1',
    );
    const drivers = { directoryId: 12, subdirectory: '' };
    expect(found.files.map(({ line: _, isOwn: __, ...copy }) => copy)).toEqual([
      { source: 'a.sys', name: 'a.sys', destination: drivers, flags: 0 },
      { source: 'b.sys', name: 'renamed.sys', destination: drivers, flags: 0x4002, security: 'D:P(A;;GA;;;SY)' },
      { source: 'c.sys', name: 'c.sys', destination: drivers, flags: 0, security: 'D:(A;;GR;;;WD)' },
    ]);
    const sub = { directoryId: 11, subdirectory: 'sub' };
    expect(found.renamedFiles).toMatchObject([{ newName: 'new.dll', name: 'old.dll', destination: sub }]);
    expect(found.deletedFiles).toMatchObject([{ name: 'gone.dll', destination: drivers }]);
  });

  it('can be in cabinets of the source disks', () => {
    const { files } = resolve(
      '[I]\nCopyFiles=@d.sys,@e.sys,@f.sys\n[SourceDisksNames.amd64]\n2="D",drivers.cab,,\\x64\n3="D",data1.bin,,,0x10,tag\n' +
        '4="D",disk.tag\n[SourceDisksFiles.amd64]\nd.sys=2\ne.sys=3\nf.sys=4',
    );
    expect(files.map(({ path, cabinet }) => [path, cabinet])).toEqual([
      ['x64\\d.sys', 'x64\\drivers.cab'],
      ['e.sys', 'data1.bin'],
      ['f.sys', undefined],
    ]);
  });
});

describe('the sections beside an install section', () => {
  const brief = (additions: readonly InfAddition[]): unknown[] =>
    additions.map(({ name, flags, values, registry: edits }) => [name, flags, values, edits.length]);

  it('are all read', () => {
    const found = install(
      [
        '[I]\nExcludeID=PCI\\VEN_2,PCI\\VEN_3\nReboot\nDriverVer=03/04/2024,2.0\nFeatureScore=F0\nCopyINF=other.inf',
        '[I.Services]\nAddService=,2\nDelService=old\nDelService=older,4',
        '[I.HW]\nAddReg=H\n[H]\nHKR,,h',
        '[I.CoInstallers]\nAddReg=C\n[C]\nHKR,,c',
        '[I.Interfaces]\nAddInterface={53F56307-B6BF-11D0-94F2-00A0C91EFB8B},ref,IF,1\n[IF]\nAddReg=H',
        '[I.Components]\nAddComponent=Helper,,Comp\n[Comp]\nComponentIDs=VID_1&PID_2\nDisplayName="Helper"',
        '[I.Software]\nAddSoftware=Tool,1,Soft\n[Soft]\nSoftwareType=2\nSoftwareID=pfn://x',
        '[I.Filters]\nAddFilter=Filter,0,Fil\n[Fil]\nFilterPosition=Upper',
        '[I.Events]\nAddEventProvider={11223344-5566-7788-99AA-BBCCDDEEFF00},0,Ev\n[Ev]\nProviderName=Prov\nResourceFile=%13%\\a.sys',
        '[I.Wdf]\nUmdfService=u,Um\nKmdfService=k,Km\n[Um]\nUmdfLibraryVersion=2.15\n[Km]\nKmdfLibraryVersion=1.33',
      ].join('\n'),
    );
    expect(found).toMatchObject({
      excludedIds: ['PCI\\VEN_2', 'PCI\\VEN_3'],
      needsReboot: true,
      featureScore: 0xf0,
      copyInfs: ['other.inf'],
      hasNullService: true,
      removedServices: ['old', 'older'],
      driverVersion: { version: [2, 0, 0, 0] },
      hardwareRegistry: [{ name: 'h' }],
      coInstallerRegistry: [{ name: 'c' }],
      wdf: [
        { kind: 'umdf', service: 'u', libraryVersion: '2.15' },
        { kind: 'kmdf', service: 'k', libraryVersion: '1.33' },
      ],
    });
    expect(brief(found.interfaces)).toEqual([['{53F56307-B6BF-11D0-94F2-00A0C91EFB8B}', 1, { ADDREG: 'H' }, 1]]);
    expect(brief(found.components)).toEqual([['Helper', 0, { COMPONENTIDS: 'VID_1&PID_2', DISPLAYNAME: 'Helper' }, 0]]);
    expect(brief(found.software)).toEqual([['Tool', 1, { SOFTWARETYPE: '2', SOFTWAREID: 'pfn://x' }, 0]]);
    expect(brief(found.filters)).toEqual([['Filter', 0, { FILTERPOSITION: 'Upper' }, 0]]);
    const provider = { PROVIDERNAME: 'Prov', RESOURCEFILE: '%13%\\a.sys' };
    expect(brief(found.eventProviders)).toEqual([['{11223344-5566-7788-99AA-BBCCDDEEFF00}', 0, provider, 0]]);
    expect([...found.suffixes].sort()).toEqual(
      ['COMPONENTS', 'COINSTALLERS', 'EVENTS', 'FILTERS', 'HW', 'INTERFACES', 'SERVICES', 'SOFTWARE', 'WDF'].sort(),
    );
  });
});

describe('[Version]', () => {
  it('says what waits for the device, what class it is, what it extends', () => {
    const text =
      '[Version]\nDontReflectOffline=1\nClassVer=2.0\nPnpLockdown=1\nExtensionId={AABBCCDD-0000-1111-2222-333344445555}\n[I]';
    expect(resolve(text).version).toMatchObject({
      dontReflectOffline: true,
      classVersion: '2.0',
      pnpLockdown: true,
      extensionId: '{aabbccdd-0000-1111-2222-333344445555}',
      driverVersion: { version: [1, 0, 0, 0] },
    });
    expect(resolve('[I]').version).toMatchObject({ dontReflectOffline: false, pnpLockdown: false, classVersion: '' });
  });
});
