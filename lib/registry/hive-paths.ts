// Which file of an offline Windows holds a registry path, and what the path is inside it. HKEY_LOCAL_MACHINE\SYSTEM\
// CurrentControlSet exists in a running system only; offline it is one of the control sets, named by SYSTEM\Select.

import { upcase } from '../base/upcase.ts';
import type { Hive } from './hive.ts';
import { splitPath } from './hive-key.ts';

/** A place in an offline Windows. */
export interface HiveLocation {
  /** The hive as Windows names it: SOFTWARE, NTUSER.DAT, BCD. */
  readonly hive: string;
  /** The file below the root of the volume, with backslashes. BCD of a BIOS system; UEFI has it on the system partition. */
  readonly file: string;
  /** The key inside the hive; empty for its root. */
  readonly key: string;
}

const config = 'Windows\\System32\\config\\';

/** HKEY_LOCAL_MACHINE\<name> by the file that holds it. */
const machineHives: Readonly<Record<string, string>> = {
  SYSTEM: `${config}SYSTEM`,
  SOFTWARE: `${config}SOFTWARE`,
  COMPONENTS: `${config}COMPONENTS`,
  DRIVERS: `${config}DRIVERS`,
  SAM: `${config}SAM`,
  SECURITY: `${config}SECURITY`,
  ELAM: `${config}ELAM`,
  BBI: `${config}BBI`,
  BCD00000000: 'Boot\\BCD',
};

/** HKEY_USERS\<name>. */
const userHives: Readonly<Record<string, string>> = {
  '.DEFAULT': `${config}DEFAULT`,
  'S-1-5-18': `${config}DEFAULT`,
  'S-1-5-19': 'Windows\\ServiceProfiles\\LocalService\\NTUSER.DAT',
  'S-1-5-20': 'Windows\\ServiceProfiles\\NetworkService\\NTUSER.DAT',
};

const rootNames: Readonly<Record<string, string>> = {
  HKEY_LOCAL_MACHINE: 'HKLM',
  HKEY_USERS: 'HKU',
  HKEY_CURRENT_USER: 'HKCU',
  HKEY_CLASSES_ROOT: 'HKCR',
  HKEY_CURRENT_CONFIG: 'HKCC',
};

/**
 * Where a path such as `HKLM\SOFTWARE\Microsoft` lies. HKEY_CURRENT_USER means the default user's profile, whose settings new
 * users start with. Undefined for paths no file holds (HKLM\HARDWARE) and users that are not of the system.
 */
export function locateRegistryPath(path: string): HiveLocation | undefined {
  const [first = '', ...rest] = splitPath(path.replace(/^(?:Microsoft\.PowerShell\.Core\\)?Registry::/i, ''));
  const root = upcase(first.replace(/:$/, ''));
  const [second = '', ...below] = rest;
  switch (rootNames[root] ?? root) {
    case 'HKLM':
      return inHive(machineHives[upcase(second)], below);
    case 'HKU':
      return inHive(userHives[upcase(second)], below);
    case 'HKCU':
      return inHive('Users\\Default\\NTUSER.DAT', rest);
    case 'HKCR':
      return inHive(machineHives.SOFTWARE, ['Classes', ...rest]);
    case 'HKCC':
      return inHive(machineHives.SYSTEM, ['CurrentControlSet', 'Hardware Profiles', 'Current', ...rest]);
    default:
      return undefined;
  }
}

function inHive(file: string | undefined, names: readonly string[]): HiveLocation | undefined {
  return file === undefined ? undefined : { hive: file.slice(file.lastIndexOf('\\') + 1), file, key: names.join('\\') };
}

/**
 * The key of the control set to service: SYSTEM\Select\Current, else Default, else the first. Undefined for a hive that has
 * none.
 */
export function currentControlSet(system: Hive): string | undefined {
  const select = system.root.subkey('Select');
  for (const name of ['Current', 'Default']) {
    const number = select?.getDword(name);
    if (number === undefined || number === 0) continue;
    const key = `ControlSet${number.toString().padStart(3, '0')}`;
    if (system.root.subkey(key)) return key;
  }
  return system.root.subkey('ControlSet001') ? 'ControlSet001' : undefined;
}

/** A path inside a SYSTEM hive with CurrentControlSet replaced by the real control set; other paths as they are. */
export function resolveControlSet(hive: Hive, key: string): string {
  const [first, ...rest] = splitPath(key);
  if (first === undefined || upcase(first) !== 'CURRENTCONTROLSET' || hive.root.subkey(first)) return key;
  const actual = currentControlSet(hive);
  return actual === undefined ? key : [actual, ...rest].join('\\');
}

/**
 * A full registry path as a path inside a hive file, whichever hive it is: `HKLM\<any>\A` and `HKEY_USERS\<any>\A` are `A`, as
 * is `HKCU\A`. A path that starts with no root name is taken as it is.
 */
export function pathInsideHive(hive: Hive, path: string): string {
  const names = splitPath(path.replace(/^(?:Microsoft\.PowerShell\.Core\\)?Registry::/i, ''));
  const root = upcase((names[0] ?? '').replace(/:$/, ''));
  const short = rootNames[root] ?? root;
  let inner = names;
  if (short === 'HKLM' || short === 'HKU') inner = names.slice(2);
  else if (short === 'HKCU') inner = names.slice(1);
  else if (short === 'HKCR') inner = ['Classes', ...names.slice(1)];
  return resolveControlSet(hive, inner.join('\\'));
}

/** The long name of a root, upper case; for comparing paths. */
function normalised(path: string): string[] {
  const [first = '', ...rest] = splitPath(path.replace(/^(?:Microsoft\.PowerShell\.Core\\)?Registry::/i, ''));
  const root = upcase(first.replace(/:$/, ''));
  return [rootNames[root] ?? root, ...rest.map(upcase)];
}

/**
 * A full registry path as a path inside the hive that stands for `root` (`HKLM\SOFTWARE`); undefined for a path that is not
 * below it.
 */
export function pathBelow(hive: Hive, root: string, path: string): string | undefined {
  const above = normalised(root);
  const names = normalised(path);
  if (above.some((name, i) => names[i] !== name)) return undefined;
  return resolveControlSet(hive, splitPath(path).slice(above.length).join('\\'));
}
