// Remote management of the recovery environment: commands of Windows 11 24H2 whose options are not documented.
import type { DismCommand } from '../command.ts';

const commands: Readonly<Record<string, string>> = {
  'Register-RRMP': 'Registers a plug-in for remote management of recovery.',
  'Unregister-RRMP': 'Takes a plug-in for remote management of recovery off the list.',
  'Get-RRMPs': 'Lists the plug-ins.',
  'Get-RRMPInfo': 'Describes a plug-in.',
  'Get-RRMPAltitude': 'Tells the order of a plug-in.',
  'Set-RRMPAltitude': 'Sets the order of a plug-in.',
  'Remove-RRMPAltitude': 'Removes the order of a plug-in.',
  'Get-RemoteManagementStatus': 'Tells whether recovery can be managed remotely.',
  'Set-RemoteManagementStatus': 'Sets whether recovery can be managed remotely.',
};

export const recoveryCommands: readonly DismCommand[] = Object.entries(commands).map(([name, help]) => ({
  name,
  help,
  scope: 'unknown',
  images: { since: '10.0.26100' },
  anyOption: true,
}));
