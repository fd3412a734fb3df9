// Full flash update images: whole disks.
import { choice, type DismCommand, flag, number, path, pattern, text } from '../command.ts';

const imageFile = path('ImageFile', 'The .ffu file.', undefined, { required: true });

export const ffuCommands: readonly DismCommand[] = [
  {
    name: 'Capture-Ffu',
    help: 'Captures a disk to an FFU file.',
    scope: 'none',
    options: [
      imageFile,
      path('CaptureDrive', 'The disk.', undefined, { required: true }),
      text('Name', 'The name of the image.', undefined, { required: true }),
      text('Description', 'The description of the image.'),
      text('PlatformIds', 'The devices the image is for.'),
      choice('Compress', 'default or none.', { default: 'default', none: 'none' }),
    ],
  },
  {
    name: 'Apply-Ffu',
    help: 'Applies an FFU file to a disk.',
    scope: 'none',
    options: [
      imageFile,
      path('ApplyDrive', 'The disk.', undefined, { required: true }),
      pattern('SFUFile', 'Where the other parts of a split image are.'),
    ],
  },
  {
    name: 'Split-Ffu',
    help: 'Writes an FFU file as a set of smaller ones.',
    scope: 'none',
    options: [
      imageFile,
      path('SFUFile', 'The first part.', undefined, { required: true }),
      number('FileSize', 'The size of a part in MB.', undefined, { required: true }),
      flag('CheckIntegrity', 'Check the integrity table, and write one.'),
    ],
  },
  {
    name: 'Optimize-Ffu',
    help: 'Prepares an FFU file for disks of other sizes.',
    scope: 'none',
    options: [imageFile, number('PartitionNumber', 'The partition that grows and shrinks.')],
  },
];
