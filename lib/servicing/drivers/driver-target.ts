// The Windows of an image as INFs see it, and the INFs of that Windows that others include.
import { upcase } from '../../base/upcase.ts';
import { architectureNumbers, type WindowsInstallation } from '../../image/windows-installation.ts';
import { InfFile } from '../../inf/inf-file.ts';
import type { InfTarget } from '../../inf/inf-target.ts';
import type { ServicingSession } from '../servicing-session.ts';

/** VER_SUITE_* by the strings of ProductSuite. */
const suites: Readonly<Record<string, number>> = {
  'SMALL BUSINESS': 0x1,
  ENTERPRISE: 0x2,
  'TERMINAL SERVER': 0x10,
  'SMALL BUSINESS(RESTRICTED)': 0x20,
  EMBEDDEDNT: 0x40,
  DATACENTER: 0x80,
  PERSONAL: 0x200,
  BLADE: 0x400,
  'STORAGE SERVER': 0x2000,
  'COMPUTE SERVER': 0x4000,
};

const productTypes: Readonly<Record<string, 1 | 2 | 3>> = { WINNT: 1, LANMANNT: 2, SERVERNT: 3 };

/** What INF decorations are compared with. */
export function infTargetOf(windows: WindowsInstallation): InfTarget {
  const { major, minor, build } = windows.version;
  return {
    architecture: windows.architecture,
    major,
    minor,
    build,
    productType: productTypes[upcase(windows.productType ?? '')] ?? 1,
    suiteMask: windows.productSuite.reduce((mask, name) => mask | (suites[upcase(name)] ?? 0), 0),
  };
}

/** PROCESSOR_ARCHITECTURE_* of the image. */
export function architectureNumber(windows: WindowsInstallation): number {
  return architectureNumbers[windows.architecture];
}

/** INFs that one package may draw in. */
const MAX_INCLUDED = 64;

/** The INFs of the image that an INF includes, and those that they include. Missing ones are simply not there. */
export async function loadIncludedInfs(
  session: ServicingSession,
  inf: InfFile,
): Promise<(name: string) => InfFile | undefined> {
  const loaded = new Map<string, InfFile | undefined>();
  const waiting = [inf];
  for (let current = waiting.pop(); current; current = waiting.pop()) {
    for (const name of includesOf(current)) {
      const key = upcase(name);
      if (loaded.has(key) || loaded.size >= MAX_INCLUDED) continue;
      const included = await readImageInf(session, name);
      loaded.set(key, included);
      if (included) waiting.push(included);
    }
  }
  return (name) => loaded.get(upcase(name));
}

function includesOf(inf: InfFile): Set<string> {
  const names = new Set<string>();
  for (const section of inf.sections) {
    for (const { key, values } of section.lines) {
      if (key === undefined || upcase(key) !== 'INCLUDE') continue;
      for (const value of values) {
        const name = inf.expand(value).trim();
        // A name, never a path: nothing else of the image is read.
        if (/^[^\\/:*?"<>|]+\.inf$/i.test(name)) names.add(name);
      }
    }
  }
  return names;
}

async function readImageInf(session: ServicingSession, name: string): Promise<InfFile | undefined> {
  const path = session.windowsPath('INF', name);
  const found = await session.root.stat(path);
  if (!found || found.isDirectory) return undefined;
  return InfFile.parse(await session.root.read(path), name);
}
