// Third-party drivers.
import { type DismCommand, flag, path } from '../command.ts';
import { driverDetails, driverList, exportedDrivers, installedDrivers, removedDrivers } from '../layouts/drivers.ts';

const driver = path('Driver', 'An .inf file, a folder, or a published name such as oem1.inf.', 'Driver', {
  aliases: ['DriverName'],
  required: true,
  repeats: true,
});

export const driverCommands: readonly DismCommand[] = [
  {
    name: 'Get-Drivers',
    help: 'Lists the third-party drivers, or all.',
    scope: 'imageOrOnline',
    cmdlet: 'Get-WindowsDriver',
    options: [flag('All', 'List the drivers of Windows, too.', 'All')],
    layout: driverList,
  },
  {
    name: 'Get-DriverInfo',
    help: 'Describes drivers of the image, or .inf files.',
    scope: 'imageOrOnline',
    cmdlet: 'Get-WindowsDriver',
    operand: 'Driver',
    options: [driver],
    layout: driverDetails,
  },
  {
    name: 'Add-Driver',
    help: 'Installs drivers, in the order given.',
    scope: 'image',
    cmdlet: 'Add-WindowsDriver',
    options: [
      driver,
      flag('Recurse', 'Look in the folders below, too.', 'Recurse'),
      flag('ForceUnsigned', 'Take drivers without a signature.', 'ForceUnsigned'),
    ],
    layout: installedDrivers,
  },
  {
    name: 'Remove-Driver',
    help: 'Removes drivers.',
    scope: 'image',
    cmdlet: 'Remove-WindowsDriver',
    options: [driver],
    layout: removedDrivers,
  },
  {
    name: 'Export-Driver',
    help: 'Copies the third-party drivers to a folder.',
    scope: 'imageOrOnline',
    cmdlet: 'Export-WindowsDriver',
    options: [path('Destination', 'The folder.', 'Destination', { required: true })],
    layout: exportedDrivers,
  },
];
