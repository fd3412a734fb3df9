// Provisioned apps.
import { choice, type DismCommand, flag, identity, path, text } from '../command.ts';
import { familyNames, provisionedApps } from '../layouts/appx.ts';

const packageName = identity('PackageName', 'The app, by its full name.', 'PackageName', { required: true });
const customData = path('CustomDataPath', 'A file that is stored with the app as Custom.dat.', 'CustomDataPath');

/** Apps of the store came with Windows 8; Windows PE has none. */
const apps = { since: '6.2', windowsPE: false };
const laterApps = { since: '10.0', windowsPE: false };

export const appxCommands: readonly DismCommand[] = [
  {
    name: 'Get-ProvisionedAppxPackages',
    help: 'Lists the apps that every new user gets.',
    scope: 'imageOrOnline',
    images: apps,
    cmdlet: 'Get-AppxProvisionedPackage',
    layout: provisionedApps,
  },
  {
    name: 'Add-ProvisionedAppxPackage',
    help: 'Adds an app for every new user.',
    scope: 'imageOrOnline',
    images: apps,
    cmdlet: 'Add-AppxProvisionedPackage',
    options: [
      path('FolderPath', 'A folder with the unpacked app.', 'FolderPath'),
      path('PackagePath', 'The .appx or .msix file, or the bundle.', 'PackagePath'),
      path('DependencyPackagePath', 'A package that the app needs.', 'DependencyPackagePath', { repeats: true }),
      path('OptionalPackagePath', 'A package that goes with the app.', 'OptionalPackagePath', { repeats: true }),
      path('LicensePath', 'The license from the store.', 'LicensePath', { repeats: true, aliases: ['LicenseFile'] }),
      flag('SkipLicense', 'The app has no license.', 'SkipLicense'),
      customData,
      text('Region', 'all, or the regions, separated by semicolons.', 'Regions', { aliases: ['Regions'] }),
      choice(
        'StubPackageOption',
        'InstallFull or InstallStub.',
        { installfull: 'InstallFull', installstub: 'InstallStub' },
        'StubPackageOption',
      ),
    ],
    exactlyOne: [['FolderPath', 'PackagePath']],
    atMostOne: [['LicensePath', 'SkipLicense']],
    progress: '',
  },
  {
    name: 'Remove-ProvisionedAppxPackage',
    help: 'Takes an app away from new users.',
    scope: 'imageOrOnline',
    images: apps,
    cmdlet: 'Remove-AppxProvisionedPackage',
    options: [packageName, flag('AllUsers', 'Also from the users there are.', 'AllUsers')],
    progress: '',
  },
  {
    name: 'Optimize-ProvisionedAppxPackages',
    help: 'Stores equal files of the apps once.',
    scope: 'image',
    images: laterApps,
    cmdlet: 'Optimize-AppXProvisionedPackages',
    progress: '',
  },
  {
    name: 'Set-ProvisionedAppxDataFile',
    help: 'Stores a file with an app.',
    scope: 'imageOrOnline',
    images: apps,
    cmdlet: 'Set-AppXProvisionedDataFile',
    options: [packageName, customData],
  },
  {
    name: 'Get-NonRemovableAppPolicy',
    help: 'Lists the apps that users cannot remove.',
    scope: 'imageOrOnline',
    images: laterApps,
    cmdlet: 'Get-NonRemovableAppsPolicy',
    layout: familyNames,
  },
  {
    name: 'Set-NonRemovableAppPolicy',
    help: 'Says whether users can remove an app.',
    scope: 'imageOrOnline',
    images: laterApps,
    cmdlet: 'Set-NonRemovableAppsPolicy',
    options: [
      identity('PackageFamily', 'The app, by its family name.', 'PackageFamilyName', {
        required: true,
        aliases: ['PackageFamilyName'],
      }),
      choice('NonRemovable', '1 or 0.', { '0': 0, '1': 1 }, 'NonRemovable', { required: true }),
    ],
  },
];
