// /Cleanup-Image: the component store and its health.
import { type DismCommand, flag, path } from '../command.ts';
import { imageHealth } from '../layouts/image-health.ts';

/** The store repairs itself from Windows 8 on. */
const images = { since: '6.2' };
const servicePack = { since: '6.1.7601' };
const since81 = { since: '6.3' };

const actions = [
  flag('RevertPendingActions', 'Undo what waits for a start of Windows.', undefined, { images: { windowsPE: false } }),
  flag('SPSuperseded', 'Remove the backup of a service pack.', undefined, { images: servicePack }),
  flag('StartComponentCleanup', 'Remove superseded components.', 'StartComponentCleanup', { images }),
  flag('AnalyzeComponentStore', 'Report the size of the component store.', undefined, { images: since81 }),
  flag('CheckHealth', 'Report whether the store is marked as corrupt.', 'CheckHealth', { images }),
  flag('ScanHealth', 'Check the store.', 'ScanHealth', { images }),
  flag('RestoreHealth', 'Check and repair the store.', 'RestoreHealth', { images }),
];

export const healthCommands: readonly DismCommand[] = [
  {
    name: 'Cleanup-Image',
    help: 'Cleans, checks or repairs the component store.',
    scope: 'imageOrOnline',
    cmdlet: 'Repair-WindowsImage',
    options: [
      ...actions,
      flag('HideSP', 'Take the service pack off the list of updates.', undefined, { images: servicePack }),
      flag('ResetBase', 'Make the installed updates permanent.', 'ResetBase', { images: since81 }),
      flag('Defer', 'Leave the long part to the next maintenance.', 'Defer', {
        images: { since: '10.0.14393' },
      }),
      path('Source', 'Where good files are.', 'Source', { repeats: true, images }),
      flag('LimitAccess', 'Do not ask Windows Update.', 'LimitAccess', { images }),
    ],
    exactlyOne: [actions.map((action) => action.name)],
    progress: '',
    layout: imageHealth,
  },
];
