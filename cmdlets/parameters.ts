// Parameters that many cmdlets share, declared once.
import { enumeration, extension, path, string, switchParameter, uint32, uint64 } from '../lib/host/parameter.ts';
import { compressionLevels } from '../lib/wim/compression.ts';
import { imageIndexes, imageNames } from './complete-image.ts';

/** On every cmdlet of Microsoft's module: where the log goes and how much it holds. */
export const logging = {
  LogPath: path({ help: 'The log file instead of the default dism.log.', pipeline: 'property', aliases: ['LP'] }),
  LogLevel: enumeration(['Errors', 'Warnings', 'WarningsInfo'], {
    help: 'The least important lines the log keeps.',
    pipeline: 'property',
    aliases: ['LL'],
  }),
  ScratchDirectory: path({ help: 'The folder for temporary files.', pipeline: 'property' }),
};

/** On the cmdlets that service an installed Windows. */
export const windowsLocation = {
  WindowsDirectory: string({ help: 'The Windows folder, relative to the image.', pipeline: 'property' }),
  SystemDrive: path({ help: 'Where the boot manager is, when not with Windows.', pipeline: 'property' }),
};

/** How much of the machine the engine may use. */
export const engineLimits = {
  ThreadCount: uint32({ help: 'The most threads to work with; default: one for each core.', extension: true }),
  MemoryLimit: uint64({
    help: 'Bytes for buffers, such as 256MB; default 512MB.',
    extension: true,
    validate: (bytes) => (bytes >= 16 << 20 ? undefined : 'at least 16MB are needed'),
  }),
};

/** How files are stored, beside the compression type. */
export const storage = {
  CompressionLevel: enumeration(compressionLevels, {
    help: 'How hard to look for repetitions: size against time. Default Balanced.',
    extension: true,
  }),
  ChunkSize: uint64({
    help: 'Bytes compressed as a unit, a power of two. Windows itself reads 32KB only.',
    extension: true,
  }),
};

/** What a file system that is not NTFS can add to an image, and what it cannot hold. */
export const unixMetadata = {
  UnixData: switchParameter({ help: 'Keep owner, mode and extended attributes of Unix.', extension: true }),
  NoMetadata: switchParameter({
    help: 'Do without the side-car (<tree>.opendism) for what the file system cannot hold.',
    extension: true,
  }),
  MetadataPath: path({ help: 'The side-car, when not <tree>.opendism.', extension: true }),
};

/** An image by number or by name: Microsoft's two sets. */
export const imageSelection = {
  Index: uint32({
    complete: imageIndexes('ImagePath'),
    help: 'The image, from 1.',
    mandatory: true,
    sets: ['InputByFilePathAndIndex'],
    pipeline: 'property',
    aliases: [extension('ImageIndex')],
  }),
  Name: string({
    complete: imageNames('ImagePath'),
    help: 'The image, by its name.',
    mandatory: true,
    sets: ['InputByFilePathAndName'],
    pipeline: 'property',
  }),
};

/** -CheckIntegrity of cmdlets that write. */
export const writeIntegrity = switchParameter({
  help: 'Write an integrity table over the whole file. A file that has one keeps one.',
  pipeline: 'property',
});

/** -CheckIntegrity of cmdlets that read. */
export const readIntegrity = switchParameter({
  help: 'Check the file against its integrity table first, and do nothing when it is damaged.',
  pipeline: 'property',
});

/** -SplitImageFilePattern. */
export const splitPattern = path({
  help: 'Where the other parts of a split image are, such as install*.swm. Default: beside the first, named like it.',
  pipeline: 'property',
});
