// INFs with bytes changed, lines moved and lines multiplied: an answer or a DismError, nothing else, and no source path that
// leaves the package. OPENDISM_SEEDS sets how many.
import { expect, it } from 'vitest';
import { isDismError } from '../../../lib/base/error.ts';
import { InfFile } from '../../../lib/inf/inf-file.ts';
import { resolveInf } from '../../../lib/inf/resolve-inf.ts';
import { randomFrom } from '../../support/random.ts';

const text = `[Version]
Signature="$Windows NT$"
Class=SCSIAdapter
ClassGuid={4D36E97B-E325-11CE-BFC1-08002BE10318}
Provider=%Maker%
CatalogFile=disk.cat
DriverVer=05/06/2024,1.2.3.4
PnpLockdown=1
[Manufacturer]
%Maker%=Disks,NTamd64,NTamd64.10.0...16299
[Disks.NTamd64.10.0...16299]
%Disk%=disk_inst,PCI\\VEN_1234&DEV_5678,PCI\\CC_0100
[disk_inst.NT]
Include=machine.inf
Needs=PciIoSpace_Inst
CopyFiles=@disk.sys,more_files
AddReg=settings
FeatureScore=FE
[disk_inst.NT.Services]
AddService=disk,0x2,disk_service,disk_log
[disk_service]
ServiceType=1
StartType=0
ErrorControl=1
ServiceBinary=%12%\\disk.sys
LoadOrderGroup="SCSI Miniport"
[disk_log]
AddReg=settings
[settings]
HKR,Parameters,Depth,0x10001,0x20
HKR,,Names,0x10000,a,b,c
[more_files]
disk.dll,disk64.dll,,0x4000
[SourceDisksNames]
1=%Media%,,,\\x64
[SourceDisksFiles]
disk.sys=1
disk64.dll=1,sub
[DestinationDirs]
DefaultDestDir=12
more_files=11,drivers
[Strings]
Maker="Maker, Inc."
Disk="A disk"
Media="Disk 1"
`;

function mutate(seed: number): Uint8Array {
  const { below: next } = randomFrom(seed);
  const lines = text.split('\n');
  for (let i = next(4); i > 0; i--) {
    const [from, to] = [next(lines.length), next(lines.length)];
    if (next(2) === 0) lines.splice(to, 0, lines[from]!);
    else lines[to] = lines[from]!.replace(/[\w.]+/, ['..\\..\\x', '%Maker%', '"', '', '0xFFFFFFFF', '@'][next(6)]!);
  }
  const bytes = Buffer.from(lines.join('\r\n'), next(3) === 0 ? 'utf16le' : 'latin1');
  for (let i = next(6); i > 0; i--) bytes[next(bytes.length)] = next(256);
  return bytes.subarray(0, next(5) === 0 ? next(bytes.length) : bytes.length);
}

it('mutated INFs are read and resolved, or refused', () => {
  const seeds = Number(process.env.OPENDISM_SEEDS ?? 2_000);
  let resolved = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      const inf = InfFile.parse(mutate(seed), 'disk.inf');
      const found = resolveInf(inf, { architecture: 'amd64', major: 10, minor: 0, build: 26100 });
      resolved++;
      for (const { path } of [...found.files, ...found.otherFiles]) {
        expect(path.split(/[\\/]/), `seed ${seed}`).not.toContain('..');
        expect(path, `seed ${seed}`).not.toMatch(/^[\\/]|:/);
      }
    } catch (error) {
      if (!isDismError(error)) throw new Error(`seed ${seed}`, { cause: error });
    }
  }
  // Most mutations leave an INF that means something: otherwise this test would look at nothing.
  expect(resolved).toBeGreaterThan(seeds / 2);
});
