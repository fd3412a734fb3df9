// DriverPackages\<folder>\Configurations\<section>: what installing a device will do, for the kernel, which cannot read INFs.
import { upcase } from '../../base/upcase.ts';
import type { InfInstall } from '../../inf/inf-install.ts';
import type { InfRegistryEdit } from '../../inf/inf-registry.ts';
import type { HiveKey } from '../../registry/hive-key.ts';
import type { ServicingSession } from '../servicing-session.ts';
import { applyRegistryEdits, type RegistryEditOptions } from './registry-edits.ts';
import type { ResolvedPackage } from './resolve-package.ts';
import { expandImageDirectories } from './store-paths.ts';

/** From this build on ConfigScope is the same for all. */
const BUILD_WITH_FULL_SCOPE = 26100;
const FULL_SCOPE = 0xf7f;

/** Writes the configuration of an install section. */
export function writeConfiguration(
  session: ServicingSession,
  packageKey: HiveKey,
  driver: ResolvedPackage,
  install: InfInstall,
): void {
  // A name with a backslash would be a path.
  if (install.section.includes('\\')) return;
  const key = packageKey.create('Configurations').create(install.section);
  const service = install.services.find(({ isAssociated }) => isAssociated);
  if (service) key.setText('Service', service.name);
  key.setDword('ConfigFlags', 0);
  if (session.windows.version.major >= 10) key.setDword('ConfigScope', scopeOf(session, install));
  const included = [...new Set(install.includedInfs.map((name) => name.toLowerCase()))];
  if (included.length > 0) key.setTextList('IncludedInfs', included);
  if (install.excludedIds.length > 0) key.setTextList('ExcludeIds', install.excludedIds);
  if (install.needsReboot) key.setDword('Reboot', 1);
  const options: RegistryEditOptions = {
    expand: (text) => expandImageDirectories(session, text, driver.folder),
    keepsCondition: true,
    skip: isFilterList,
  };
  for (const edit of install.hardwareRegistry) {
    if (edit.action === 'set' && isFilterList(edit) && 'list' in edit.data) addFilters(key, edit.name, edit.data.list);
    if (edit.action === 'append' && isFilterList(edit)) addFilters(key, edit.name, edit.list);
  }
  const parts: (readonly [string, readonly InfRegistryEdit[]])[] = [
    ['Device', install.hardwareRegistry],
    ['Driver', install.registry],
    ...install.services.map(({ name, registry }) => [`Services\\${name}`, registry] as const),
  ];
  for (const [name, edits] of parts) {
    const own = edits.filter((edit) => edit.root === 'HKR' && !isFilterList(edit));
    if (own.length > 0) applyRegistryEdits(key.create(name), own, options);
  }
}

/** UpperFilters and LowerFilters of a device are values of the configuration itself. */
function isFilterList(edit: InfRegistryEdit): boolean {
  if (edit.root !== 'HKR' || edit.key !== '' || (edit.action !== 'set' && edit.action !== 'append')) return false;
  const name = upcase(edit.name);
  return name === 'UPPERFILTERS' || name === 'LOWERFILTERS';
}

function addFilters(key: HiveKey, name: string, filters: readonly string[]): void {
  const proper = upcase(name) === 'UPPERFILTERS' ? 'UpperFilters' : 'LowerFilters';
  key.setTextList(proper, [...new Set([...(key.getTextList(proper) ?? []), ...filters])]);
}

/** What there is of a section: itself 1, `.HW` 2, `.Services` 4, `.Interfaces` 8, `.Wdf` 0x100. */
function scopeOf(session: ServicingSession, install: InfInstall): number {
  if (session.windows.version.build >= BUILD_WITH_FULL_SCOPE) return FULL_SCOPE;
  const bits: Readonly<Record<string, number>> = { HW: 2, SERVICES: 4, INTERFACES: 8, WDF: 0x100 };
  return install.suffixes.reduce((scope, suffix) => scope | (bits[suffix] ?? 0), 1);
}
