// All commands of DISM.exe.
import type { DismCommand } from '../command.ts';
import { applicationCommands } from './applications.ts';
import { appxCommands } from './appx.ts';
import { capabilityCommands } from './capabilities.ts';
import { defaultAssociationCommands } from './default-associations.ts';
import { driverCommands } from './drivers.ts';
import { edgeCommands } from './edge.ts';
import { editionCommands } from './editions.ts';
import { featureCommands } from './features.ts';
import { ffuCommands } from './ffu.ts';
import { healthCommands } from './health.ts';
import { imagingCommands } from './imaging.ts';
import { internationalCommands } from './international.ts';
import { mountCommands } from './mounts.ts';
import { osUninstallCommands } from './os-uninstall.ts';
import { packageCommands } from './packages.ts';
import { provisioningCommands } from './provisioning.ts';
import { recoveryCommands } from './recovery.ts';
import { unattendCommands } from './unattend.ts';
import { windowsPeCommands } from './windows-pe.ts';

/** Commands that belong together, as help and documentation show them. */
export interface CommandFamily {
  readonly title: string;
  /** The part of DISM that writes their lines of the log. */
  readonly provider: string;
  readonly commands: readonly DismCommand[];
}

export const commandFamilies: readonly CommandFamily[] = [
  { title: 'Image files', provider: 'DISM Imaging Provider', commands: imagingCommands },
  { title: 'Mounted images', provider: 'DISM Imaging Provider', commands: mountCommands },
  { title: 'FFU images', provider: 'DISM FFU Provider', commands: ffuCommands },
  { title: 'Packages', provider: 'DISM Package Manager', commands: packageCommands },
  { title: 'Features', provider: 'DISM Package Manager', commands: featureCommands },
  { title: 'Health of the component store', provider: 'DISM Package Manager', commands: healthCommands },
  {
    title: 'Capabilities, reserved storage, languages',
    provider: 'DISM Package Manager',
    commands: capabilityCommands,
  },
  { title: 'Drivers', provider: 'DISM Driver Manager', commands: driverCommands },
  { title: 'Apps', provider: 'DISM Appx Provider', commands: appxCommands },
  { title: 'Default app associations', provider: 'DISM Assoc Provider', commands: defaultAssociationCommands },
  { title: 'International settings', provider: 'DISM Intl Provider', commands: internationalCommands },
  { title: 'Editions', provider: 'DISM Edition Provider', commands: editionCommands },
  { title: 'Answer files', provider: 'DISM Unattend Provider', commands: unattendCommands },
  {
    title: 'Provisioning packages and optimisation',
    provider: 'DISM Provisioning Provider',
    commands: provisioningCommands,
  },
  { title: 'Recovery', provider: 'DISM OS Provider', commands: recoveryCommands },
  { title: 'Microsoft Edge', provider: 'DISM OS Provider', commands: edgeCommands },
  { title: 'Installed applications', provider: 'DISM MSI Provider', commands: applicationCommands },
  { title: 'Windows PE', provider: 'DISM PE Provider', commands: windowsPeCommands },
  { title: 'Uninstalling Windows', provider: 'DISM OS Provider', commands: osUninstallCommands },
];

/** Every command, in the order of the families. */
export const allCommands: readonly DismCommand[] = commandFamilies.flatMap(({ commands }) => commands);
