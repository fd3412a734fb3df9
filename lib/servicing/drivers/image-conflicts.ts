// What adding a driver package to an image would come to, found before anything is written.
import { upcase } from '../../base/upcase.ts';
import { declaredArchitectures } from '../../inf/inf-models.ts';
import { compareVersions } from '../../inf/inf-target.ts';
import type { ResolvedInf } from '../../inf/resolve-inf.ts';
import { storeFolderName } from '../../inf/store-folder-name.ts';
import type { DriverFinding } from './driver-finding.ts';
import type { DriverPackage } from './driver-package.ts';
import { hardwareIds, type ImageDrivers } from './image-drivers.ts';
import type { StoredDriver } from './stored-drivers.ts';

/** Identifiers that a message names. */
const MAX_NAMED = 3;

function listed(ids: readonly string[]): string {
  const more = ids.length > MAX_NAMED ? ` and ${ids.length - MAX_NAMED} more` : '';
  return ids.slice(0, MAX_NAMED).join(', ') + more;
}

/** Below zero: the stored one is newer. Windows compares dates first, then versions. undefined: one of them has none. */
function compareAge(resolved: ResolvedInf, stored: StoredDriver): number | undefined {
  const ours = resolved.version.driverVersion;
  const theirs = stored.version;
  if (!ours || !theirs) return undefined;
  return ours.date.compare(theirs.date) || compareVersions(ours.version, theirs.version);
}

const nameOf = (stored: StoredDriver): string =>
  stored.publishedName === '' || upcase(stored.publishedName) === upcase(stored.infName)
    ? stored.infName
    : `${stored.publishedName} (${stored.infName})`;

function applicability(
  driver: DriverPackage,
  resolved: ResolvedInf,
  { target, session }: ImageDrivers,
): DriverFinding[] {
  if (resolved.kind === 'extension' && session.windows.isWindowsPE) {
    const message = 'It is an extension INF: Windows PE installs the base driver alone.';
    return [{ code: 'ExtensionInWindowsPE', severity: 'warning', message }];
  }
  if (resolved.kind !== 'none') return [];
  const declared = declaredArchitectures(driver.inf);
  if (declared.length > 0 && !declared.includes(target.architecture)) {
    const message = `It is for ${declared.join(', ')}; the image is ${target.architecture}.`;
    return [{ code: 'WrongArchitecture', severity: 'error', message }];
  }
  const windows = `Windows ${target.major}.${target.minor}.${target.build}`;
  const type = ['', 'workstation', 'domain controller', 'server'][target.productType ?? 1];
  const message = `It has no devices for ${windows} on ${target.architecture} (${type}).`;
  return [{ code: 'NotApplicable', severity: 'error', message }];
}

/** Packages in the image by their folder, each with the devices that both drive. */
function sharedDevices(resolved: ResolvedInf, image: ImageDrivers): Map<StoredDriver, string[]> {
  const shared = new Map<string, { stored: StoredDriver; ids: string[] }>();
  for (const id of hardwareIds(resolved.models)) {
    for (const stored of image.driversOf(id)) {
      const entry = shared.get(stored.folder) ?? { stored, ids: [] };
      entry.ids.push(id);
      shared.set(stored.folder, entry);
    }
  }
  return new Map([...shared.values()].map(({ stored, ids }) => [stored, ids]));
}

function storedConflict(resolved: ResolvedInf, stored: StoredDriver, ids: readonly string[]): DriverFinding[] {
  const name = nameOf(stored);
  const file = stored.publishedName === '' ? stored.infName : stored.publishedName;
  const devices = ids.length === 0 ? '' : ` for ${listed(ids)}`;
  const age = compareAge(resolved, stored);
  const found: DriverFinding[] = [];
  if (age !== undefined && age < 0) {
    const theirs = `${stored.version!.date.toJSON().slice(0, 10)}, ${stored.version!.version.join('.')}`;
    const message = `${name} in the image is newer${devices}: ${theirs}.`;
    found.push({ code: 'OlderThanInstalled', severity: 'warning', message, file });
  }
  if (stored.isInbox && ids.length > 0) {
    const message = `${name} of Windows drives ${listed(ids)} as well.`;
    found.push({ code: 'InboxShadowed', severity: 'information', message, file });
  } else if (ids.length > 0) {
    const message = `${name} in the image drives ${listed(ids)} as well.`;
    found.push({ code: 'DuplicateHardwareId', severity: 'warning', message, file });
  }
  return found;
}

function rivalConflicts(driver: DriverPackage, resolved: ResolvedInf, image: ImageDrivers): DriverFinding[] {
  const byRival = new Map<string, string[]>();
  for (const id of hardwareIds(resolved.models)) {
    for (const rival of image.rivals(id, driver.infPath)) byRival.set(rival, [...(byRival.get(rival) ?? []), id]);
  }
  return [...byRival].map(([rival, ids]) => ({
    code: 'DuplicateHardwareId',
    severity: 'warning',
    message: `${rival} drives ${listed(ids)} as well.`,
    file: rival,
  }));
}

/**
 * The conflicts of a package with an image, and with the other packages noted there.
 * @param resolved The INF as the image sees it.
 */
export function imageConflicts(driver: DriverPackage, resolved: ResolvedInf, image: ImageDrivers): DriverFinding[] {
  const findings = applicability(driver, resolved, image);
  if (resolved.kind === 'none') return findings;
  const { version, architecture } = image.session.windows;
  const folder = storeFolderName(driver.infName, architecture, driver.infBytes, version);
  // Extensions of one device live beside each other and beside its driver.
  const shared = resolved.kind === 'device' ? sharedDevices(resolved, image) : new Map<StoredDriver, string[]>();
  const sharedFolders = new Set([...shared.keys()].map((stored) => upcase(stored.folder)));
  const related = image.packagesOf(driver.infName).filter((stored) => !sharedFolders.has(upcase(stored.folder)));
  for (const stored of related) {
    if (stored.provider === '' || upcase(stored.provider) === upcase(resolved.version.provider)) shared.set(stored, []);
  }
  for (const [stored, ids] of shared) {
    if (upcase(stored.folder) === upcase(folder)) {
      const message = `The very same package is in the image as ${nameOf(stored)}.`;
      findings.push({ code: 'AlreadyInstalled', severity: 'information', message, file: stored.publishedName });
    } else findings.push(...storedConflict(resolved, stored, ids));
  }
  if (resolved.kind === 'device') findings.push(...rivalConflicts(driver, resolved, image));
  return findings;
}
