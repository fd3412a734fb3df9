// Packages: .cab and .msu.
import { type DismCommand, flag, identity, path } from '../command.ts';
import { packageDetails, packageList } from '../layouts/packages.ts';

export const packageName = identity('PackageName', 'The package, by the identity the image lists.', 'PackageName');

export const packageCommands: readonly DismCommand[] = [
  {
    name: 'Get-Packages',
    help: 'Lists the packages of the image.',
    scope: 'imageOrOnline',
    cmdlet: 'Get-WindowsPackage',
    layout: packageList,
  },
  {
    name: 'Get-PackageInfo',
    help: 'Describes a package.',
    scope: 'imageOrOnline',
    cmdlet: 'Get-WindowsPackage',
    options: [packageName, path('PackagePath', 'The package, by its file or folder.', 'PackagePath')],
    exactlyOne: [['PackageName', 'PackagePath']],
    layout: packageDetails,
  },
  {
    name: 'Add-Package',
    help: 'Installs packages, in the order given.',
    scope: 'imageOrOnline',
    cmdlet: 'Add-WindowsPackage',
    options: [
      path('PackagePath', 'The .cab or .msu file, or a folder of them.', 'PackagePath', {
        required: true,
        repeats: true,
      }),
      flag('IgnoreCheck', 'Do not ask whether the package is for this image.', 'IgnoreCheck'),
      flag('PreventPending', 'Leave the package out while the image waits for a start.', 'PreventPending', {
        images: { since: '6.2' },
      }),
    ],
    progress: '',
  },
  {
    name: 'Remove-Package',
    help: 'Removes packages.',
    scope: 'imageOrOnline',
    cmdlet: 'Remove-WindowsPackage',
    options: [
      { ...packageName, repeats: true },
      path('PackagePath', 'The package, by its file or folder.', 'PackagePath', { repeats: true }),
    ],
    exactlyOne: [['PackageName', 'PackagePath']],
    progress: '',
  },
];
