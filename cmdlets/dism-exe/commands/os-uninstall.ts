// Going back to the previous Windows.
import { type DismCommand, number } from '../command.ts';

export const osUninstallCommands: readonly DismCommand[] = [
  { name: 'Get-OSUninstallWindow', help: 'Tells for how many days the user can go back.', scope: 'online' },
  {
    name: 'Initiate-OSUninstall',
    help: 'Goes back to the previous Windows.',
    scope: 'online',
    cmdlet: 'Start-OSUninstall',
  },
  { name: 'Remove-OSUninstall', help: 'Takes the way back away.', scope: 'online' },
  {
    name: 'Set-OSUninstallWindow',
    help: 'Sets for how many days the user can go back.',
    scope: 'online',
    options: [number('Value', 'Days.', undefined, { required: true })],
  },
];
