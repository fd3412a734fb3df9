// Commands on image files: list, describe, capture, apply, copy, remove, split.
import { choice, type DismCommand, flag, number, path, pattern, text } from '../command.ts';
import { fileList } from '../layouts/file-list.ts';
import { imageDetails, imageList } from '../layouts/image-info.ts';

export const imageFile = path('ImageFile', 'The image file.', 'ImagePath', { required: true, aliases: ['WimFile'] });
export const index = number('Index', 'The image, from 1.', 'Index');
export const imageName = text('Name', 'The image, by its name.', 'Name');
/** An image must be chosen. */
export const oneImage = [['Index', 'Name']];

const captureDirectory = path('CaptureDir', 'The directory to capture.', 'CapturePath', { required: true });
const configurationFile = path('ConfigFile', 'What to leave out (WimScript.ini).', 'ConfigFilePath');
const verify = flag('Verify', 'Read everything back and compare it.', 'Verify');
const links = flag('NoRpFix', 'Keep absolute links as they are.', 'NoRpFix');
const extendedAttributes = flag('EA', 'Keep extended attributes.', 'SupportEa');
const bootable = flag('Bootable', 'Mark the image as the one to boot, for Windows PE.', 'Setbootable');
const wimBoot = flag('WIMBoot', 'Make an image for WIMBoot (Windows 8.1).', 'WIMBoot');
const checkIntegrity = flag('CheckIntegrity', 'Check the integrity table, and write one.', 'CheckIntegrity');
const otherParts = pattern(
  'SWMFile',
  'Where the other parts of a split image are, such as a*.swm.',
  'SplitImageFilePattern',
);
const trusted = flag('ConfirmTrustedFile', 'Check that the files are trusted (Windows PE).', 'ConfirmTrustedFile');

const captured = [
  imageFile,
  captureDirectory,
  text('Name', 'The name of the new image.', 'Name', { required: true }),
  text('Description', 'The description of the new image.', 'Description'),
  configurationFile,
];

export const getImageInfo: DismCommand = {
  name: 'Get-ImageInfo',
  help: 'Lists the images of a file, or describes one of them.',
  scope: 'none',
  cmdlet: 'Get-WindowsImage',
  options: [imageFile, index, imageName],
  atMostOne: oneImage,
  layout: (given) => (given.has('Index') || given.has('Name') ? imageDetails : imageList),
};

export const imagingCommands: readonly DismCommand[] = [
  getImageInfo,
  { ...getImageInfo, name: 'Get-WimInfo' },
  {
    name: 'List-Image',
    help: 'Lists the files and folders of an image.',
    scope: 'none',
    cmdlet: 'Get-WindowsImageContent',
    options: [imageFile, index, imageName],
    exactlyOne: oneImage,
    layout: fileList,
  },
  {
    name: 'Apply-Image',
    help: 'Applies an image to a directory.',
    scope: 'none',
    cmdlet: 'Expand-WindowsImage',
    options: [
      imageFile,
      otherParts,
      path('ApplyDir', 'Where the files go.', 'ApplyPath'),
      path('ApplyDrive', 'The disk that an FFU image goes to.'),
      pattern('SFUFile', 'Where the other parts of a split FFU image are.'),
      index,
      imageName,
      checkIntegrity,
      verify,
      links,
      trusted,
      wimBoot,
      flag('Compact', 'Write compressed files (Windows only).', 'Compact'),
      extendedAttributes,
    ],
    exactlyOne: [...oneImage, ['ApplyDir', 'ApplyDrive']],
    progress: 'Applying image',
  },
  {
    name: 'Capture-Image',
    help: 'Captures a directory to a new image file.',
    scope: 'none',
    cmdlet: 'New-WindowsImage',
    options: [
      ...captured,
      choice(
        'Compress',
        'How the files are stored: max, fast (default) or none.',
        { max: 'Max', maximum: 'Max', fast: 'Fast', none: 'None' },
        'CompressionType',
      ),
      bootable,
      wimBoot,
      checkIntegrity,
      verify,
      links,
      extendedAttributes,
    ],
    atMostOne: [
      ['Compress', 'WIMBoot'],
      ['Bootable', 'WIMBoot'],
    ],
    progress: 'Saving image',
  },
  {
    name: 'Append-Image',
    help: 'Captures a directory as another image of an existing file.',
    scope: 'none',
    cmdlet: 'Add-WindowsImage',
    options: [...captured, bootable, wimBoot, checkIntegrity, verify, links, extendedAttributes],
    progress: 'Saving image',
  },
  {
    name: 'Export-Image',
    help: 'Copies an image to a new or an existing file.',
    scope: 'none',
    cmdlet: 'Export-WindowsImage',
    options: [
      path('SourceImageFile', 'The file to copy from.', 'SourceImagePath', { required: true }),
      number('SourceIndex', 'The image to copy, from 1.', 'SourceIndex'),
      text('SourceName', 'The image to copy, by its name.', 'SourceName'),
      path('DestinationImageFile', 'The file to copy to.', 'DestinationImagePath', { required: true }),
      text('DestinationName', 'Another name for the copy.', 'DestinationName'),
      choice(
        'Compress',
        'How a new file is stored: fast (default), max, none or recovery.',
        { max: 'Max', maximum: 'Max', fast: 'Fast', none: 'None', recovery: 'Recovery' },
        'CompressionType',
      ),
      bootable,
      wimBoot,
      checkIntegrity,
      otherParts,
    ],
    exactlyOne: [['SourceIndex', 'SourceName']],
    progress: 'Exporting image',
  },
  {
    name: 'Delete-Image',
    help: 'Removes an image from a file; the file does not shrink.',
    scope: 'none',
    cmdlet: 'Remove-WindowsImage',
    options: [imageFile, index, imageName, checkIntegrity],
    exactlyOne: oneImage,
    progress: 'Deleting image',
  },
  {
    name: 'Split-Image',
    help: 'Writes an image file as a set of smaller ones.',
    scope: 'none',
    cmdlet: 'Split-WindowsImage',
    options: [
      imageFile,
      path('SWMFile', 'The first part; the others get 2, 3, ... before the extension.', 'SplitImagePath', {
        required: true,
      }),
      number('FileSize', 'The size of a part in MB.', 'FileSize', { required: true }),
      checkIntegrity,
    ],
    progress: 'Splitting image',
  },
  {
    name: 'Capture-CustomImage',
    help: 'Captures what was added to a WIMBoot installation (Windows 8.1).',
    scope: 'none',
    cmdlet: 'New-WindowsCustomImage',
    options: [captureDirectory, configurationFile, checkIntegrity, verify, flag('ConfirmTrustedFile', trusted.help)],
    progress: 'Saving image',
  },
  {
    name: 'Get-WIMBootEntry',
    help: 'Lists the WIMBoot entries of a volume (Windows 8.1).',
    scope: 'none',
    cmdlet: 'Get-WIMBootEntry',
    options: [path('Path', 'The volume.', 'Path', { required: true })],
  },
  {
    name: 'Update-WIMBootEntry',
    help: 'Points a WIMBoot entry to another image file (Windows 8.1).',
    scope: 'none',
    cmdlet: 'Update-WIMBootEntry',
    options: [
      path('Path', 'The volume.', 'Path', { required: true }),
      number('DataSourceID', 'The entry.', 'DataSourceID', { required: true }),
      imageFile,
    ],
  },
  {
    name: 'Apply-CustomDataImage',
    help: 'Replaces files by pointers into a custom data image.',
    scope: 'none',
    cmdlet: 'Expand-WindowsCustomDataImage',
    options: [
      path('CustomDataImage', 'The custom data image.', 'CustomDataImage', { required: true }),
      path('ImagePath', 'The volume with Windows.', 'ImagePath', { required: true }),
      flag('SingleInstance', 'Replace the files.', 'SingleInstance', { required: true }),
    ],
    progress: 'Applying image',
  },
  {
    name: 'Apply-SiloedPackage',
    help: 'Applies siloed provisioning packages to an applied image.',
    scope: 'none',
    options: [
      path('PackagePath', 'The .spp file.', undefined, { required: true, repeats: true }),
      path('ImagePath', 'The volume with Windows.', undefined, { required: true }),
    ],
  },
];
