// Services of boot-critical drivers, written offline into the control set as installing them would.
import { isDismError } from '../../base/error.ts';
import { parseSddl } from '../../base/sddl.ts';
import { upcase } from '../../base/upcase.ts';
import type { InfService, InfText } from '../../inf/inf-services.ts';
import { ServiceFlag } from '../../inf/inf-services.ts';
import type { HiveKey } from '../../registry/hive-key.ts';
import type { ServicingSession } from '../servicing-session.ts';
import { applyRegistryEdits } from './registry-edits.ts';
import { installsOf, type ResolvedPackage } from './resolve-package.ts';
import { assignTag } from './service-order.ts';
import { expandImageDirectories } from './store-paths.ts';

/** SERVICE_KERNEL_DRIVER | SERVICE_FILE_SYSTEM_DRIVER | SERVICE_RECOGNIZER_DRIVER | SERVICE_ADAPTER. */
const DRIVER_TYPES = 0xf;

/** Writes the services that the INF itself defines; those of included INFs are in the image already. Returns their names. */
export async function reflectServices(
  session: ServicingSession,
  driver: ResolvedPackage,
  publishedName: string,
): Promise<string[]> {
  const system = await session.getHive('SYSTEM');
  const control = system.root.create(`${session.windows.controlSet}\\Control`);
  const services = system.root.create(`${session.windows.controlSet}\\Services`);
  const names = new Map<string, string>();
  for (const install of installsOf(driver.resolved)) {
    for (const service of install.services) {
      if (service.definedIn !== driver.package.infName || service.name.includes('\\')) continue;
      if (names.has(upcase(service.name))) continue;
      names.set(upcase(service.name), service.name);
      writeService(session, { control, services }, driver, service, publishedName);
      const wdf = install.wdf.find(
        ({ kind, service: name }) => kind === 'kmdf' && upcase(name) === upcase(service.name),
      );
      if (wdf?.libraryVersion) {
        services.create(service.name).create('Parameters\\Wdf').setText('KmdfLibraryVersion', wdf.libraryVersion);
      }
    }
  }
  return [...names.values()];
}

/** Two keys of the control set. */
interface ControlSetKeys {
  readonly control: HiveKey;
  readonly services: HiveKey;
}

function writeService(
  session: ServicingSession,
  { control, services }: ControlSetKeys,
  driver: ResolvedPackage,
  service: InfService,
  publishedName: string,
): void {
  const existed = services.subkey(service.name) !== undefined;
  const key = services.create(service.name);
  const isDriver = ((service.type ?? 1) & DRIVER_TYPES) !== 0;
  const keeps = (flag: number, value: string): boolean =>
    existed && (service.flags & flag) !== 0 && key.value(value) !== undefined;
  const expand = (text: string): string => expandImageDirectories(session, text, driver.folder);
  if (service.type !== undefined) key.setDword('Type', service.type);
  if (service.startType !== undefined && !keeps(ServiceFlag.KeepStartType, 'Start')) {
    key.setDword('Start', service.startType);
    // A generalised image can hold an override that would keep the driver from starting.
    if (service.startType === 0) key.deleteSubkey('StartOverride');
  }
  if (service.errorControl !== undefined && !keeps(ServiceFlag.KeepErrorControl, 'ErrorControl')) {
    key.setDword('ErrorControl', service.errorControl);
  }
  if (service.binary !== undefined) key.setExpandableText('ImagePath', imagePath(expand(service.binary), service));
  const text = (name: string, value: InfText | undefined, flag: number): void => {
    if (value !== undefined && !keeps(flag, name)) key.setText(name, indirectText(value, publishedName));
  };
  text('DisplayName', service.displayName, ServiceFlag.KeepDisplayName);
  text('Description', service.description, ServiceFlag.KeepDescription);
  if (service.loadOrderGroup !== undefined && !keeps(ServiceFlag.KeepLoadOrderGroup, 'Group')) {
    // A tag counts in its group only.
    if (upcase(key.getText('Group') ?? '') !== upcase(service.loadOrderGroup)) key.deleteValue('Tag');
    key.setText('Group', service.loadOrderGroup);
    if (isDriver) assignTag(control, services, key, service.loadOrderGroup, service.flags);
  }
  if (!keeps(ServiceFlag.KeepDependencies, 'DependOnService')) writeDependencies(key, service.dependencies);
  if (service.startName !== undefined) key.setText('ObjectName', service.startName);
  else if (!isDriver && key.value('ObjectName') === undefined) key.setText('ObjectName', 'LocalSystem');
  if (service.sidType !== undefined) key.setDword('ServiceSidType', service.sidType);
  if (service.isDelayedAutoStart !== undefined) key.setDword('DelayedAutostart', service.isDelayedAutoStart ? 1 : 0);
  if (service.bootFlags !== undefined) key.setDword('BootFlags', service.bootFlags);
  if (service.requiredPrivileges.length > 0 && !keeps(ServiceFlag.KeepRequiredPrivileges, 'RequiredPrivileges')) {
    key.setTextList('RequiredPrivileges', service.requiredPrivileges);
  }
  writeSecurity(session, key, service, existed);
  addOwner(key, publishedName);
  applyRegistryEdits(key, service.registry, { expand });
  const { eventLog } = service;
  if (eventLog && !`${eventLog.log}${eventLog.source}`.includes('\\')) {
    const source = services.create(`EventLog\\${eventLog.log}\\${eventLog.source}`);
    applyRegistryEdits(source, eventLog.registry, { expand });
  }
}

/** Services\<name>\Security: a descriptor whose owner is the system. A text that is none is said and left out. */
function writeSecurity(session: ServicingSession, key: HiveKey, service: InfService, existed: boolean): void {
  if (service.security === undefined) return;
  const isKept = existed && (service.flags & ServiceFlag.ReplaceSecurity) === 0;
  if (isKept && key.subkey('Security')?.value('Security') !== undefined) return;
  try {
    key.create('Security').setBinary('Security', parseSddl(service.security, { owner: 'SY', group: 'SY' }));
  } catch (error) {
    if (!isDismError(error)) throw error;
    session.warn(`The security of the service ${service.name} was left out. ${error.message}`);
  }
}

/** Owners: the published INFs that a service or a file came with. */
export function addOwner(key: HiveKey, publishedName: string): void {
  const owners = key.getTextList('Owners') ?? [];
  if (owners.some((name) => upcase(name) === upcase(publishedName))) return;
  key.setTextList('Owners', [...owners, publishedName]);
}

function writeDependencies(key: HiveKey, dependencies: readonly string[]): void {
  const groups = dependencies.filter((name) => name.startsWith('+')).map((name) => name.slice(1));
  const services = dependencies.filter((name) => !name.startsWith('+'));
  if (services.length > 0) key.setTextList('DependOnService', services);
  if (groups.length > 0) key.setTextList('DependOnGroup', groups);
}

/** `@oem0.inf,%Token%;Text`, so that other languages find their text in the INF. */
function indirectText({ text, token }: InfText, publishedName: string): string {
  return token === undefined ? text : `@${publishedName},%${token}%;${text}`;
}

/**
 * Drivers that the boot loader loads have a path from the Windows folder, other drivers one that the kernel understands,
 * programs one with an environment variable.
 */
function imagePath(expanded: string, service: InfService): string {
  const inside = /^%SystemRoot%\\(.*)$/i.exec(expanded)?.[1];
  if (inside === undefined || ((service.type ?? 1) & DRIVER_TYPES) === 0) return expanded;
  return service.startType === 0 ? inside : `\\SystemRoot\\${inside}`;
}
