// /Cleanup-Image: the component store and its health.
import { type DismCommand, flag, path } from '../command.ts';
import { imageHealth } from '../layouts/image-health.ts';

const actions = [
  flag('RevertPendingActions', 'Undo what waits for a start of Windows.'),
  flag('SPSuperseded', 'Remove the backup of a service pack.'),
  flag('StartComponentCleanup', 'Remove superseded components.', 'StartComponentCleanup'),
  flag('AnalyzeComponentStore', 'Report the size of the component store.'),
  flag('CheckHealth', 'Report whether the store is marked as corrupt.', 'CheckHealth'),
  flag('ScanHealth', 'Check the store.', 'ScanHealth'),
  flag('RestoreHealth', 'Check and repair the store.', 'RestoreHealth'),
];

export const healthCommands: readonly DismCommand[] = [
  {
    name: 'Cleanup-Image',
    help: 'Cleans, checks or repairs the component store.',
    scope: 'imageOrOnline',
    cmdlet: 'Repair-WindowsImage',
    options: [
      ...actions,
      flag('HideSP', 'Take the service pack off the list of updates.'),
      flag('ResetBase', 'Make the installed updates permanent.', 'ResetBase'),
      flag('Defer', 'Leave the long part to the next maintenance.', 'Defer'),
      path('Source', 'Where good files are.', 'Source', { repeats: true }),
      flag('LimitAccess', 'Do not ask Windows Update.', 'LimitAccess'),
    ],
    exactlyOne: [actions.map((action) => action.name)],
    progress: '',
    layout: imageHealth,
  },
];
