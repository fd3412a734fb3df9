// Capabilities, reserved storage, languages.
import { choice, type DismCommand, flag, identity, path } from '../command.ts';
import { capabilityDetails, capabilityList } from '../layouts/capabilities.ts';
import { reservedStorage } from '../layouts/reserved-storage.ts';

/** Capabilities came with Windows 10. */
const images = { since: '10.0' };
const languages = { since: '10.0.26100' };
const name = identity('CapabilityName', 'The capability.', 'Name', { required: true });
const sources = path('Source', 'Where its files are.', 'Source', { repeats: true });
const limitAccess = flag('LimitAccess', 'Do not ask Windows Update.', 'LimitAccess');

export const capabilityCommands: readonly DismCommand[] = [
  {
    name: 'Get-Capabilities',
    help: 'Lists the capabilities.',
    scope: 'imageOrOnline',
    images,
    cmdlet: 'Get-WindowsCapability',
    options: [sources, limitAccess],
    layout: capabilityList,
  },
  {
    name: 'Get-CapabilityInfo',
    help: 'Describes a capability.',
    scope: 'imageOrOnline',
    images,
    cmdlet: 'Get-WindowsCapability',
    options: [name, sources, limitAccess],
    layout: capabilityDetails,
  },
  {
    name: 'Add-Capability',
    help: 'Installs capabilities.',
    scope: 'imageOrOnline',
    images,
    cmdlet: 'Add-WindowsCapability',
    options: [{ ...name, repeats: true }, sources, limitAccess],
    progress: '',
  },
  {
    name: 'Remove-Capability',
    help: 'Removes a capability.',
    scope: 'imageOrOnline',
    images,
    cmdlet: 'Remove-WindowsCapability',
    options: [name],
    progress: '',
  },
  {
    name: 'Export-Source',
    help: 'Copies the files of capabilities to a folder of their own.',
    scope: 'imageOrOnline',
    images,
    cmdlet: 'Export-WindowsCapabilitySource',
    options: [
      path('Source', 'The folder with all capabilities.', 'Source', { required: true }),
      path('Target', 'Where the files go.', 'Target', { required: true }),
      identity('CapabilityName', 'The capability.', 'Name', { repeats: true }),
    ],
    progress: '',
  },
  {
    name: 'Get-ReservedStorageState',
    help: 'Tells whether Windows reserves storage for updates.',
    scope: 'online',
    cmdlet: 'Get-WindowsReservedStorageState',
    layout: reservedStorage,
  },
  {
    name: 'Set-ReservedStorageState',
    help: 'Turns reserved storage on or off.',
    scope: 'online',
    cmdlet: 'Set-WindowsReservedStorageState',
    options: [
      choice('State', 'Enabled or Disabled.', { enabled: 'Enabled', disabled: 'Disabled' }, 'State', {
        required: true,
      }),
    ],
  },
  { name: 'Add-Language', help: 'Adds a language.', scope: 'unknown', images: languages, anyOption: true },
  { name: 'Remove-Language', help: 'Removes a language.', scope: 'unknown', images: languages, anyOption: true },
];
