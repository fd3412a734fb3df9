// Commands on mounted images, and their older spellings.
import { type DismCommand, flag, path } from '../command.ts';
import { mountedImages } from '../layouts/mounted-images.ts';
import { imageFile, imageName, index, oneImage } from './imaging.ts';

const directory = path('MountDir', 'The directory of the mount.', 'Path', { required: true });
const checkIntegrity = flag('CheckIntegrity', 'Check the integrity table, and write one.', 'CheckIntegrity');
const append = flag('Append', 'Store as another image instead of replacing the mounted one.', 'Append');

const getMounted: DismCommand = {
  name: 'Get-MountedImageInfo',
  help: 'Lists the mounted images.',
  scope: 'none',
  cmdlet: 'Get-WindowsImage',
  fixed: { Mounted: true },
  layout: mountedImages,
};
const mount: DismCommand = {
  name: 'Mount-Image',
  help: 'Mounts an image.',
  scope: 'none',
  cmdlet: 'Mount-WindowsImage',
  options: [
    imageFile,
    index,
    imageName,
    directory,
    flag('ReadOnly', 'Mount without write access.', 'ReadOnly'),
    flag('Optimize', 'Mount faster, check later.', 'Optimize'),
    checkIntegrity,
  ],
  exactlyOne: oneImage,
  progress: 'Mounting image',
};
const unmount: DismCommand = {
  name: 'Unmount-Image',
  help: 'Ends a mount.',
  scope: 'none',
  cmdlet: 'Dismount-WindowsImage',
  options: [
    directory,
    flag('Commit', 'Save the changes.', 'Save'),
    flag('Discard', 'Throw the changes away.', 'Discard'),
    checkIntegrity,
    append,
  ],
  exactlyOne: [['Commit', 'Discard']],
  progress: 'Unmounting image',
};
const commit: DismCommand = {
  name: 'Commit-Image',
  help: 'Saves the changes of a mounted image.',
  scope: 'none',
  cmdlet: 'Save-WindowsImage',
  options: [directory, checkIntegrity, append],
  progress: 'Saving image',
};
const remount: DismCommand = {
  name: 'Remount-Image',
  help: 'Recovers a mount that has been orphaned.',
  scope: 'none',
  cmdlet: 'Mount-WindowsImage',
  fixed: { Remount: true },
  options: [directory],
};
const cleanup: DismCommand = {
  name: 'Cleanup-Mountpoints',
  help: 'Frees what corrupted mounts hold.',
  scope: 'none',
  cmdlet: 'Clear-WindowsCorruptMountPoint',
  progress: 'Scanning',
};

export const mountCommands: readonly DismCommand[] = [
  getMounted,
  mount,
  unmount,
  commit,
  remount,
  cleanup,
  { ...getMounted, name: 'Get-MountedWimInfo' },
  { ...mount, name: 'Mount-Wim' },
  { ...unmount, name: 'Unmount-Wim' },
  { ...commit, name: 'Commit-Wim' },
  { ...remount, name: 'Remount-Wim' },
  { ...cleanup, name: 'Cleanup-Wim' },
];
