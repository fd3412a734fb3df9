// The records of the driver cmdlets.
import { join } from 'node:path';
import type { FileTime } from '../lib/base/file-time.ts';
import { defineRecord } from '../lib/host/record.ts';
import type { DriverDevice, PackageInfo } from '../lib/servicing/drivers/driver-info.ts';
import type { ListedDriver } from '../lib/servicing/drivers/list-drivers.ts';
import type { ServicingSession } from '../lib/servicing/servicing-session.ts';
import { baseFields } from './image-job.ts';
import { type ImageObject, imageObject } from './records.ts';

/** An image that was serviced, as a directory or in a file. */
export interface ServicedImage extends ImageObject {
  /** The image file; empty for a directory. */
  readonly ImagePath: string;
  readonly ImageIndex: number | null;
}

export interface BasicDriver extends ServicedImage {
  /** The published name, such as oem0.inf; of a package outside the image its INF. */
  readonly Driver: string;
  /** The INF in the driver store. */
  readonly OriginalFileName: string;
  readonly Inbox: boolean;
  readonly ClassName: string;
  readonly BootCritical: boolean;
  readonly ProviderName: string;
  readonly Date: FileTime | null;
  readonly Version: string;
  readonly CatalogFile: string;
  readonly ClassGuid: string;
  readonly ClassDescription: string;
  /** Unknown, Unsigned or Signed. */
  readonly DriverSignature: string;
  readonly MajorVersion: number | null;
  readonly MinorVersion: number | null;
  readonly Build: number | null;
  readonly Revision: number | null;
}

const basicList = [
  'Driver',
  'OriginalFileName',
  'Inbox',
  'ClassName',
  'BootCritical',
  'ProviderName',
  'Date',
  'Version',
] as const;

/** Get- and Add-WindowsDriver. */
export const basicDriver = defineRecord<BasicDriver>('Microsoft.Dism.Commands.BasicDriverObject', {
  parent: imageObject,
  list: [...basicList],
});

export interface AdvancedDriver extends BasicDriver {
  readonly ManufacturerName: string;
  readonly HardwareDescription: string;
  readonly HardwareId: string;
  /** x86, x64, ARM, ARM64, ia64. */
  readonly Architecture: string;
  readonly ServiceName: string;
  readonly CompatibleIds: readonly string[];
  readonly ExcludeIds: readonly string[];
}

/** Get-WindowsDriver -Driver: a record for each device. */
export const advancedDriver = defineRecord<AdvancedDriver>('Microsoft.Dism.Commands.AdvancedDriverObject', {
  parent: basicDriver,
  list: [
    ...basicList,
    'ManufacturerName',
    'HardwareDescription',
    'HardwareId',
    'Architecture',
    'ServiceName',
    'CompatibleIds',
    'ExcludeIds',
  ],
});

export interface AddedDriverRecord extends BasicDriver {
  /** Added, or Present when the image had the very package already. */
  readonly Outcome: string;
  /** The INF that was given. */
  readonly SourcePath: string;
  /** Services and files that a boot-critical driver brought. */
  readonly Services: readonly string[];
  readonly Files: readonly string[];
}

/** Add-WindowsDriver. */
export const addedDriver = defineRecord<AddedDriverRecord>('OpenDism.AddedDriver', {
  parent: basicDriver,
  list: [...basicList, 'Outcome'],
});

export interface ExportedDriverRecord extends BasicDriver {
  /** The folder that was written. */
  readonly FullName: string;
}

/** Export-WindowsDriver. */
export const exportedDriver = defineRecord<ExportedDriverRecord>('OpenDism.ExportedDriver', {
  parent: basicDriver,
  list: [...basicList, 'FullName'],
});

/** What `imageFields` and the driver records are filled from. */
export interface TargetFields {
  readonly Path?: string | undefined;
  readonly ImagePath?: string | undefined;
}

/** The fields of ImageObject. */
export function imageFields(
  p: TargetFields & Parameters<typeof baseFields>[0],
  session: ServicingSession,
): ServicedImage {
  return {
    Path: p.Path ?? '',
    ImagePath: p.ImagePath ?? '',
    ImageIndex: session.imageIndex ?? null,
    Online: false,
    RestartNeeded: false,
    ...baseFields(p),
  };
}

/** A driver of an image as Microsoft's record. In a directory the file name is the local one, in a WIM that of the image. */
export function driverFields(
  p: TargetFields & Parameters<typeof baseFields>[0],
  session: ServicingSession,
  driver: ListedDriver,
): BasicDriver {
  const { version } = driver;
  const isLocal = session.root.kind === 'directory' && p.Path !== undefined;
  return {
    Driver: driver.publishedName,
    OriginalFileName: isLocal ? join(p.Path!, ...driver.infPath.split('\\')) : driver.infPath,
    Inbox: driver.isInbox,
    ClassName: driver.className,
    BootCritical: driver.isBootCritical,
    ProviderName: driver.provider,
    Date: version?.date ?? null,
    Version: version?.version.join('.') ?? '',
    CatalogFile: driver.catalogFile,
    ClassGuid: version?.classGuid ?? '',
    ClassDescription: driver.classDescription,
    DriverSignature: driver.signature,
    MajorVersion: version?.version[0] ?? null,
    MinorVersion: version?.version[1] ?? null,
    Build: version?.version[2] ?? null,
    Revision: version?.version[3] ?? null,
    ...imageFields(p, session),
  };
}

const architectures = { x86: 'x86', amd64: 'x64', arm: 'ARM', arm64: 'ARM64', ia64: 'ia64' } as const;

/** What the record of a device has beside its driver's. */
export function deviceFields(device: DriverDevice): Omit<AdvancedDriver, keyof BasicDriver> {
  return {
    ManufacturerName: device.manufacturerName,
    HardwareDescription: device.hardwareDescription,
    HardwareId: device.hardwareId,
    Architecture: architectures[device.architecture],
    ServiceName: device.serviceName,
    CompatibleIds: device.compatibleIds,
    ExcludeIds: device.excludeIds,
  };
}

/** A package outside the image as Microsoft's record. */
export function packageFields(
  p: TargetFields & Parameters<typeof baseFields>[0],
  session: ServicingSession,
  { package: driver, resolved, isBootCritical }: PackageInfo,
): BasicDriver {
  const { version: info } = resolved;
  const version = info.driverVersion?.version;
  return {
    Driver: driver.infPath,
    OriginalFileName: driver.infPath,
    Inbox: false,
    ClassName: info.className,
    BootCritical: isBootCritical,
    ProviderName: info.provider,
    Date: info.driverVersion?.date ?? null,
    Version: version?.join('.') ?? '',
    CatalogFile: info.catalogFile ?? '',
    ClassGuid: info.classGuid ?? '',
    ClassDescription: info.className,
    DriverSignature: 'Unknown',
    MajorVersion: version?.[0] ?? null,
    MinorVersion: version?.[1] ?? null,
    Build: version?.[2] ?? null,
    Revision: version?.[3] ?? null,
    ...imageFields(p, session),
  };
}
