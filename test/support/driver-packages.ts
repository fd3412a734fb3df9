// Driver packages of our own making: an INF of text, a catalog that is none, drivers that are valid executables.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PackageSignature } from '../../lib/servicing/drivers/package-signature.ts';
import { type PhonyArchitecture, phonyExecutable } from './phony-windows.ts';

export interface PackageOptions {
  readonly name?: string;
  readonly version?: string;
  readonly date?: string;
  readonly class?: 'SCSIAdapter' | 'Net';
  readonly architecture?: PhonyArchitecture;
  /** The first Windows that its devices are for; default 6.1. */
  readonly since?: string;
  /** SPSVCINST_* of its service; default 2. */
  readonly serviceFlags?: string;
  /** Text at the end of the INF. */
  readonly more?: string;
  readonly hasCatalog?: boolean;
}

const classes = {
  SCSIAdapter: '{4d36e97b-e325-11ce-bfc1-08002be10318}',
  Net: '{4d36e972-e325-11ce-bfc1-08002be10318}',
} as const;

function infText(options: Required<PackageOptions>): string {
  const { name, version, date, architecture, more } = options;
  const isDisk = options.class === 'SCSIAdapter';
  const decoration = `NT${architecture}.${options.since}`;
  return [
    '; A driver that drives nothing.',
    '[Version]',
    'Signature = "$WINDOWS NT$"',
    `Class = ${options.class}`,
    `ClassGuid = ${classes[options.class]}`,
    'Provider = %Maker%',
    `DriverVer = ${date},${version}`,
    `CatalogFile = ${name}.cat`,
    'PnpLockdown = 1',
    '[SourceDisksNames]',
    '1 = %Media%,,,',
    '[SourceDisksFiles]',
    `${name}.sys = 1,bin`,
    'notes.txt = 1',
    '[DestinationDirs]',
    'DefaultDestDir = 12',
    '[Manufacturer]',
    `%Maker% = Models,${decoration}`,
    `[Models.${decoration}]`,
    '%Device% = Install, PCI\\VEN_1234&DEV_0001&REV_02, PCI\\VEN_1234&DEV_0001, PCI\\VEN_1234',
    `[Install.NT]`,
    'CopyFiles = Files',
    'AddReg = Driver.Reg',
    '[Install.NT.HW]',
    'AddReg = Hardware.Reg',
    '[Install.NT.Services]',
    `AddService = ${name}, ${options.serviceFlags}, Service, Log`,
    '[Install.NT.Wdf]',
    `KmdfService = ${name}, Kmdf`,
    '[Kmdf]',
    'KmdfLibraryVersion = 1.15',
    '[Files]',
    `${name}.sys,,,2`,
    '[Service]',
    'DisplayName = %Service%',
    'ServiceType = 1',
    `StartType = ${isDisk ? 0 : 3}`,
    'ErrorControl = 1',
    `ServiceBinary = %12%\\${name}.sys`,
    ...(isDisk ? ['LoadOrderGroup = SCSI miniport'] : []),
    'AddReg = Service.Reg',
    '[Service.Reg]',
    'HKR,Parameters,BusType,0x00010001,0x0000000A',
    '[Driver.Reg]',
    'HKR,,DriverValue,,"of %11%"',
    '[Hardware.Reg]',
    'HKR,"Interrupt Management",,0x10',
    'HKR,"Interrupt Management\\Affinity Policy",DevicePolicy,0x00010003,5',
    'HKR,,UpperFilters,0x10000,phonyfilter',
    '[Log]',
    'AddReg = Log.Reg',
    '[Log.Reg]',
    'HKR,,TypesSupported,0x00010001,7',
    '[Strings]',
    'Maker = "Phony, Inc."',
    'Media = "Phony media"',
    'Device = "Phony device"',
    'Service = "Phony service"',
    more,
    '',
  ].join('\r\n');
}

/** Writes a package into a folder, which is made. Returns the path of the INF. */
export function writeDriverPackage(folder: string, options: PackageOptions = {}): string {
  const full: Required<PackageOptions> = {
    ...{ name: 'phonydrv', version: '1.2.3.4', date: '06/21/2020', class: 'SCSIAdapter', architecture: 'amd64' },
    ...{ more: '', hasCatalog: true, since: '6.1', serviceFlags: '2' },
    ...options,
  };
  const { name, architecture } = full;
  const inf = join(folder, `${name}.inf`);
  const files: Record<string, string | Uint8Array> = {
    [`${name}.inf`]: infText(full),
    [`BIN/${name.toUpperCase()}.SYS`]: phonyExecutable({ architecture, version: '1.2.3.4', isDriver: true }),
    'Notes.txt': 'notes\r\n',
    'stranger.txt': 'not of the package\r\n',
    ...(full.hasCatalog ? { [`${name}.cat`]: 'a catalog' } : {}),
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return inf;
}

/** What a signature check would say of a package of Microsoft's hardware programme. */
export const signedByHardwareProgram: PackageSignature = {
  isSigned: true,
  signerName: 'Microsoft Windows Hardware Compatibility Publisher',
  signerScore: 0x0d00_0005,
  findings: [],
};

export const unsigned: PackageSignature = {
  isSigned: false,
  signerName: undefined,
  signerScore: 0x8000_0000,
  findings: [{ code: 'NotSigned', message: 'There is no catalog.' }],
};
