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
  readonly commands: readonly DismCommand[];
}

export const commandFamilies: readonly CommandFamily[] = [
  { title: 'Image files', commands: imagingCommands },
  { title: 'Mounted images', commands: mountCommands },
  { title: 'FFU images', commands: ffuCommands },
  { title: 'Packages', commands: packageCommands },
  { title: 'Features', commands: featureCommands },
  { title: 'Health of the component store', commands: healthCommands },
  { title: 'Capabilities, reserved storage, languages', commands: capabilityCommands },
  { title: 'Drivers', commands: driverCommands },
  { title: 'Apps', commands: appxCommands },
  { title: 'Default app associations', commands: defaultAssociationCommands },
  { title: 'International settings', commands: internationalCommands },
  { title: 'Editions', commands: editionCommands },
  { title: 'Answer files', commands: unattendCommands },
  { title: 'Provisioning packages and optimisation', commands: provisioningCommands },
  { title: 'Recovery', commands: recoveryCommands },
  { title: 'Microsoft Edge', commands: edgeCommands },
  { title: 'Installed applications', commands: applicationCommands },
  { title: 'Windows PE', commands: windowsPeCommands },
  { title: 'Uninstalling Windows', commands: osUninstallCommands },
];

/** Every command, in the order of the families. */
export const allCommands: readonly DismCommand[] = commandFamilies.flatMap(({ commands }) => commands);
