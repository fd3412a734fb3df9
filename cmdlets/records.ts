// The records of the imaging cmdlets. Names, order and formats of Microsoft's types are Microsoft's; types under
// OpenDism are our own.
import type { FileTime } from '../lib/base/file-time.ts';
import { defineRecord } from '../lib/host/record.ts';

/** What every record of Microsoft's module carries. */
export interface BaseDismObject {
  readonly LogPath: string;
  readonly ScratchDirectory: string;
  readonly LogLevel: string;
}

/** What a cmdlet gives that has nothing else to tell. */
export const baseDismObject = defineRecord<BaseDismObject>('Microsoft.Dism.Commands.BaseDismObject', {
  list: ['LogPath'],
});

/** `1,234,567 bytes`. */
const bytes = (value: unknown): string => (typeof value === 'number' ? `${value.toLocaleString('en-US')} bytes` : '');

export interface BasicImageInfo extends BaseDismObject {
  readonly ImagePath: string;
  readonly ImageIndex: number;
  readonly ImageName: string;
  readonly ImageDescription: string;
  readonly ImageSize: number;
}

/** Get-WindowsImage -ImagePath. */
export const basicImageInfo = defineRecord<BasicImageInfo>('Microsoft.Dism.Commands.BasicImageInfoObject', {
  list: ['ImageIndex', 'ImageName', 'ImageDescription', { property: 'ImageSize', format: bytes }],
});

export interface WimImageInfo extends BasicImageInfo {
  readonly WIMBoot: boolean;
  /** x86, ARM, ia64, x64, ARM64; empty for an image without Windows. */
  readonly Architecture: string;
  readonly Hal: string;
  /** Major.Minor.Build.SPBuild. */
  readonly Version: string;
  readonly SPBuild: number | null;
  readonly SPLevel: number | null;
  readonly EditionId: string;
  readonly InstallationType: string;
  readonly ProductType: string;
  readonly ProductSuite: string;
  readonly SystemRoot: string;
  readonly DirectoryCount: number;
  readonly FileCount: number;
  readonly CreatedTime: FileTime | null;
  readonly ModifiedTime: FileTime | null;
  readonly Languages: readonly string[];
  readonly DefaultLanguageIndex: number;
  readonly ImageType: 'WIM';
  readonly ImageBootable: boolean;
  readonly ProductName: string;
  readonly MajorVersion: number | null;
  readonly MinorVersion: number | null;
  readonly Build: number | null;
  readonly DisplayName: string;
  readonly DisplayDescription: string;
  readonly Flags: string;
  /** None, XPRESS, LZX or LZMS. */
  readonly Compression: string;
  readonly ChunkSize: number;
}

/** Get-WindowsImage -Index or -Name. */
export const wimImageInfo = defineRecord<WimImageInfo>('Microsoft.Dism.Commands.WimImageInfoObject', {
  parent: basicImageInfo,
  list: [
    'ImageIndex',
    'ImageName',
    'ImageDescription',
    { property: 'ImageSize', format: bytes },
    'WIMBoot',
    'Architecture',
    'Hal',
    'Version',
    'SPBuild',
    'SPLevel',
    'EditionId',
    'InstallationType',
    'ProductType',
    'ProductSuite',
    'SystemRoot',
    'DirectoryCount',
    'FileCount',
    'CreatedTime',
    'ModifiedTime',
    {
      property: 'Languages',
      format: (_, record) =>
        record.Languages.map((name, at) => (at === record.DefaultLanguageIndex ? `${name} (Default)` : name)).join(
          ', ',
        ),
    },
  ],
});

/** A named stream of an entry. */
export interface ContentStream {
  readonly Name: string;
  readonly Length: number;
  readonly Hash: string;
}

export interface ImageContent {
  readonly FullName: string;
  readonly Name: string;
  readonly Length: number;
  /** Microsoft's names, such as `ReadOnly, Hidden`. */
  readonly Attributes: string;
  readonly CreationTime: FileTime;
  readonly LastAccessTime: FileTime;
  readonly LastWriteTime: FileTime;
  readonly ShortName: string;
  /** SHA-1 in hexadecimal digits; empty for an empty file. */
  readonly Hash: string;
  /** Equal for the links of one file; empty for a file with one link. */
  readonly LinkId: string;
  /** SymbolicLink, MountPoint, or the number; empty for other files. */
  readonly ReparseTag: string;
  readonly Streams: readonly ContentStream[];
  /** Self-relative, in base64; empty when the image keeps none. */
  readonly SecurityDescriptor: string;
}

/** Get-WindowsImageContent; as text it is the path that Microsoft's cmdlet prints. */
export const imageContent = defineRecord<ImageContent>('OpenDism.ImageContent', {
  table: [{ property: 'Length', align: 'right' }, 'LastWriteTime', 'Attributes', 'FullName'],
  text: (record) => record.FullName,
});

/** What New-, Add-, Expand-, Export- and Split-WindowsImage give in Microsoft's module. */
export type OfflineImage = BaseDismObject;
export const offlineImage = defineRecord<OfflineImage>('Microsoft.Dism.Commands.OfflineImageObject', {
  list: ['LogPath'],
});

export interface CapturedImageRecord extends BaseDismObject {
  readonly ImagePath: string;
  readonly ImageIndex: number;
  readonly ImageName: string;
  readonly DirectoryCount: number;
  readonly FileCount: number;
  readonly ImageSize: number;
  /** Left out by the capture configuration. */
  readonly ExcludedCount: number;
  /** Could not be captured; each had a warning. */
  readonly SkippedCount: number;
  readonly FileSize: number;
}

/** New- and Add-WindowsImage. */
export const capturedImage = defineRecord<CapturedImageRecord>('OpenDism.CapturedImage', {
  parent: offlineImage,
  list: [
    'ImagePath',
    'ImageIndex',
    'ImageName',
    'DirectoryCount',
    'FileCount',
    { property: 'ImageSize', format: bytes },
    'ExcludedCount',
    'SkippedCount',
    { property: 'FileSize', format: bytes },
  ],
});

export interface AppliedImageRecord extends BaseDismObject {
  /** Where the files are: binds to the -Path of the servicing cmdlets. */
  readonly Path: string;
  readonly ImagePath: string;
  readonly ImageIndex: number;
  readonly ImageName: string;
  readonly DirectoryCount: number;
  readonly FileCount: number;
  readonly WrittenBytes: number;
  /** Could not be applied; each had a warning. */
  readonly SkippedCount: number;
}

/** Expand-WindowsImage and Export-WindowsImageContent. */
export const appliedImage = defineRecord<AppliedImageRecord>('OpenDism.AppliedImage', {
  parent: offlineImage,
  list: [
    'Path',
    'ImagePath',
    'ImageIndex',
    'ImageName',
    'DirectoryCount',
    'FileCount',
    { property: 'WrittenBytes', format: bytes },
    'SkippedCount',
  ],
});

export interface ChangedImageRecord extends BaseDismObject {
  readonly ImagePath: string;
  readonly ImageIndex: number;
  readonly ImageName: string;
  readonly ImageDescription: string;
}

/** Export-, Remove- and Set-WindowsImage: the image in the file that was written; for Remove as it was. */
export const changedImage = defineRecord<ChangedImageRecord>('OpenDism.ChangedImage', {
  parent: offlineImage,
  list: ['ImagePath', 'ImageIndex', 'ImageName', 'ImageDescription'],
});

export interface SplitPartRecord extends BaseDismObject {
  readonly PartNumber: number;
  readonly SplitImagePath: string;
  readonly FileSize: number;
}

/** Split-WindowsImage: one for each part. */
export const splitPart = defineRecord<SplitPartRecord>('OpenDism.SplitPart', {
  parent: offlineImage,
  table: ['PartNumber', { property: 'FileSize', format: bytes, align: 'right' }, 'SplitImagePath'],
});

export interface RebuiltFileRecord extends BaseDismObject {
  readonly ImagePath: string;
  readonly ImageCount: number;
  readonly SizeBefore: number;
  readonly SizeAfter: number;
}

/** Optimize-WindowsImageFile and Join-WindowsImage. */
export const rebuiltFile = defineRecord<RebuiltFileRecord>('OpenDism.RebuiltFile', {
  parent: offlineImage,
  list: [
    'ImagePath',
    'ImageCount',
    { property: 'SizeBefore', format: bytes },
    { property: 'SizeAfter', format: bytes },
  ],
});

export interface UndoneChangeRecord extends BaseDismObject {
  readonly ImagePath: string;
  readonly ImageCountBefore: number;
  readonly ImageCountAfter: number;
  readonly SizeBefore: number;
  readonly SizeAfter: number;
}

/** Undo-WindowsImageChange: the file with the change and, after it, without. */
export const undoneChange = defineRecord<UndoneChangeRecord>('OpenDism.UndoneChange', {
  parent: offlineImage,
  list: [
    'ImagePath',
    'ImageCountBefore',
    'ImageCountAfter',
    { property: 'SizeBefore', format: bytes },
    { property: 'SizeAfter', format: bytes },
  ],
});

export interface WimFindingRecord {
  readonly ImagePath: string;
  /** The name of the error code, such as HashMismatch. */
  readonly Code: string;
  readonly HResult: string;
  /** The entry or structure at fault. */
  readonly Target: string;
  readonly Offset: number | null;
  readonly Message: string;
}

/** Test-WindowsImage: something that is wrong. */
export const wimFinding = defineRecord<WimFindingRecord>('OpenDism.WimFinding', {
  list: ['Code', 'HResult', 'Target', 'Offset', 'Message'],
  text: (record) => `${record.Target}: ${record.Message}`,
});

export interface WimTestResultRecord {
  readonly ImagePath: string;
  readonly Result: 'Sound' | 'Damaged';
  readonly ImageCount: number;
  readonly BlobCount: number;
  readonly CheckedBytes: number;
  readonly FindingCount: number;
}

/** Test-WindowsImage: the whole. */
export const wimTestResult = defineRecord<WimTestResultRecord>('OpenDism.WimTestResult', {
  list: ['ImagePath', 'Result', 'ImageCount', 'BlobCount', { property: 'CheckedBytes', format: bytes }, 'FindingCount'],
});

/** What a plan knows of one side of a change: Length, Sha256, Attributes ... of files; Type, Data, Value of values. */
export type ImageChangeSide = Readonly<Record<string, string | number>>;

export interface ImageChangeRecord {
  /** The directory; empty for a WIM. */
  readonly Path: string;
  readonly ImagePath: string;
  readonly NestedImagePath: string;
  /** The directory, or the WIM with the number of the image. */
  readonly Image: string;
  readonly ImageIndex: number | null;
  /** File, Directory, Stream, RegistryKey or RegistryValue. */
  readonly Kind: string;
  /** Create, Replace, SetMetadata, Rename or Remove. */
  readonly Action: string;
  /** The path in the image, or of the registry key. */
  readonly Target: string;
  /** Of the stream or value. */
  readonly Name: string;
  readonly Before: ImageChangeSide | null;
  readonly After: ImageChangeSide | null;
}

/** What -PlanOnly gives: one for each file, stream, registry key and value that a change would touch. */
export const imageChange = defineRecord<ImageChangeRecord>('OpenDism.ImageChange', {
  table: ['Action', 'Kind', 'Target', 'Name'],
  text: (record) => `${record.Action} ${record.Target}${record.Name === '' ? '' : ` ${record.Name}`}`,
});

export interface EditedContentRecord {
  /** The directory, or the WIM with the number of the image. */
  readonly Image: string;
  readonly ImageIndex: number | null;
  /** Added, Replaced, Renamed or Removed. */
  readonly Action: string;
  readonly FullName: string;
  readonly IsDirectory: boolean;
  readonly Length: number;
}

/** Add-, Remove- and Rename-WindowsImageContent: one entry of an image. */
export const editedContent = defineRecord<EditedContentRecord>('OpenDism.EditedContent', {
  table: ['Action', { property: 'Length', align: 'right' }, 'FullName', 'Image'],
  text: (record) => record.FullName,
});

/** What the cmdlets that service a Windows yield in Microsoft's module. */
export interface ImageObject extends BaseDismObject {
  /** The directory of the image; empty for an image in a file. */
  readonly Path: string;
  readonly Online: boolean;
  readonly RestartNeeded: boolean;
}

export const imageObject = defineRecord<ImageObject>('Microsoft.Dism.Commands.ImageObject', {
  list: ['Path', 'Online', 'RestartNeeded'],
});

export interface EditionRecord extends ImageObject {
  readonly Edition: string;
  /** The image file; empty for a directory. */
  readonly ImagePath: string;
  readonly ImageIndex: number | null;
}

/** Get-WindowsEdition. */
export const edition = defineRecord<EditionRecord>('Microsoft.Dism.Commands.EditionObject', {
  parent: imageObject,
  list: ['Edition'],
});
