// Directory numbers (dirids) of [DestinationDirs] and of `%12%\x.sys`, and [DestinationDirs] itself.
import type { InfFile } from './inf-file.ts';
import type { InfFindings } from './inf-finding.ts';
import { parseInfNumber } from './inf-number.ts';
import type { InfArchitecture } from './inf-target.ts';

/** A directory of the target: `windows` is %SystemRoot%, `drive` its volume, `package` the folder in the driver store. */
export interface InfDirectory {
  readonly base: 'windows' | 'drive' | 'package' | 'absolute';
  /** Below the base, without leading or trailing backslash; with base `absolute` the path as written. */
  readonly path: string;
}

/** Where the printing system keeps the drivers of an architecture. */
const printEnvironments: Readonly<Record<InfArchitecture, string>> = {
  x86: 'W32X86',
  amd64: 'x64',
  arm: 'ARM',
  arm64: 'ARM64',
  ia64: 'IA64',
};

const inWindows: Readonly<Record<number, string>> = {
  10: '',
  11: 'System32',
  12: 'System32\\drivers',
  17: 'INF',
  18: 'Help',
  20: 'Fonts',
  21: 'System32\\viewers',
  23: 'System32\\spool\\drivers\\color',
  25: '',
  50: 'System',
  51: 'System32\\spool',
  52: 'System32\\spool\\drivers',
  55: 'System32\\spool\\prtprocs',
  16420: '',
  16421: 'System32',
  66002: 'System32',
  66003: 'System32\\spool\\drivers\\color',
};

/** 16384 + CSIDL_*, as Windows Vista and later name the folders. */
const onDrive: Readonly<Record<number, string>> = {
  24: '',
  30: '',
  53: 'Users\\Default',
  54: '',
  16406: 'ProgramData\\Microsoft\\Windows\\Start Menu',
  16407: 'ProgramData\\Microsoft\\Windows\\Start Menu\\Programs',
  16408: 'ProgramData\\Microsoft\\Windows\\Start Menu\\Programs\\StartUp',
  16409: 'Users\\Public\\Desktop',
  16419: 'ProgramData',
  16422: 'Program Files',
  16427: 'Program Files\\Common Files',
  16429: 'ProgramData\\Microsoft\\Windows\\Templates',
  16430: 'Users\\Public\\Documents',
};

/** The directory of a number; undefined for one that has no place in an image (vendor-defined, network). */
export function infDirectory(id: number, architecture: InfArchitecture): InfDirectory | undefined {
  const inside = inWindows[id];
  if (inside !== undefined) return { base: 'windows', path: inside };
  const below = onDrive[id];
  if (below !== undefined) return { base: 'drive', path: below };
  const is32Bit = architecture === 'x86' || architecture === 'arm';
  const environment = printEnvironments[architecture];
  switch (id) {
    case 0xffffffff:
      return { base: 'absolute', path: '' };
    case 1:
    case 13:
      return { base: 'package', path: '' };
    case 16425:
      return { base: 'windows', path: is32Bit ? 'System32' : 'SysWOW64' };
    case 16426:
      return { base: 'drive', path: is32Bit ? 'Program Files' : 'Program Files (x86)' };
    case 16428:
      return { base: 'drive', path: `${is32Bit ? 'Program Files' : 'Program Files (x86)'}\\Common Files` };
    case 66000:
      return { base: 'windows', path: `System32\\spool\\drivers\\${environment}\\3` };
    case 66001:
      return { base: 'windows', path: `System32\\spool\\prtprocs\\${environment}` };
    default:
      return undefined;
  }
}

/** Replaces `%12%` and its like in text; numbers that are not known stay. */
export function expandDirectories(text: string, directoryOf: (id: number) => string | undefined): string {
  return text.replace(/%(-?\d{1,5})%/g, (whole, digits: string) => directoryOf(parseInfNumber(digits) ?? 0) ?? whole);
}

/** Path parts joined, empty ones and `.` left out. */
export function joinInfPath(...parts: readonly string[]): string {
  return parts
    .flatMap((part) => part.split(/[\\/]/))
    .filter((part) => part !== '' && part !== '.')
    .join('\\');
}

/** Where the files of a section go. */
export interface InfDestination {
  readonly directoryId: number;
  readonly subdirectory: string;
}

/** Reads [DestinationDirs] once: the destination of each file section, in upper case, and DEFAULTDESTDIR. */
export function readDestinations(inf: InfFile, findings: InfFindings): ReadonlyMap<string, InfDestination> {
  const destinations = new Map<string, InfDestination>();
  for (const { key, values, line } of inf.lines('DestinationDirs')) {
    const id = parseInfNumber(inf.expand(values[0] ?? ''));
    if (key === undefined || id === undefined) {
      const message = `"${values[0] ?? ''}" is no directory number.`;
      findings.add({ code: 'BadValue', severity: 'warning', message, section: 'DestinationDirs', line });
      continue;
    }
    const subdirectory = joinInfPath(inf.expand(values[1] ?? ''));
    const name = inf.expand(key).trim().toUpperCase();
    if (!destinations.has(name)) destinations.set(name, { directoryId: id, subdirectory });
  }
  return destinations;
}
