// The Windows that a line works on, as far as the line itself needs it: its version is part of the banner, and which
// commands there are depends on it. Whether the image can be serviced is for the cmdlet to say: what cannot be read here
// is left out.
import { architectureNumbers } from '../../lib/image/windows-installation.ts';
import type { LineTarget } from './line-target.ts';

/** What the commands depend on. */
export interface TargetWindows {
  /** Major, minor, build, revision. */
  readonly version: readonly [number, number, number, number];
  readonly isWindowsPE: boolean;
  /** As INF files name it: x86, amd64, arm64 ...; undefined for one that is not known. */
  readonly architecture: string | undefined;
}

/** From the files and hives of an image. */
async function identifyImage(
  location: { readonly path: string } | { readonly imagePath: string; readonly indexes: readonly number[] },
  windowsDirectory: string | undefined,
): Promise<TargetWindows | undefined> {
  const { openImageContainer } = await import('../../lib/image/open-image-container.ts');
  const { findWindows } = await import('../../lib/image/find-windows.ts');
  // No `await using`: the compiler forgets to rename an import() beside one.
  const container = await openImageContainer(location, { readOnly: true });
  try {
    const root = container.roots[0];
    if (root === undefined) return undefined;
    const { version, isWindowsPE, architecture } = await findWindows(root, { windowsDirectory });
    return { version: [version.major, version.minor, version.build, version.revision], isWindowsPE, architecture };
  } finally {
    await container[Symbol.asyncDispose]();
  }
}

/** From the XML of an image file: quicker, but other programs leave it out. */
async function identifyByXml(
  path: string,
  index: number | undefined,
): Promise<(TargetWindows & { readonly isCertain: boolean }) | undefined> {
  const { WimFile } = await import('../../lib/wim/wim-file.ts');
  const file = await WimFile.open(path);
  try {
    const windows = file.getImage({ index }).windows;
    if (windows?.majorVersion === undefined) return undefined;
    const { majorVersion, minorVersion = 0, build = 0, spBuild = 0 } = windows;
    const kind = windows.installationType || windows.editionId;
    const isWindowsPE = /^WindowsPE$/i.test(kind);
    const architecture = Object.entries(architectureNumbers).find(([, number]) => number === windows.architecture)?.[0];
    return { version: [majorVersion, minorVersion, build, spBuild], isWindowsPE, architecture, isCertain: kind !== '' };
  } finally {
    await file[Symbol.asyncDispose]();
  }
}

/** The Windows of a target; undefined when none is found, and for the running one. Never throws. */
export async function identifyTarget(
  target: LineTarget,
  windowsDirectory: string | undefined,
): Promise<TargetWindows | undefined> {
  try {
    if (target.kind === 'directory') return await identifyImage({ path: target.path }, windowsDirectory);
    if (target.kind !== 'file') return undefined;
    const [first] = target.indexes;
    const known = windowsDirectory === undefined ? await identifyByXml(target.path, first) : undefined;
    if (known?.isCertain) return known;
    const location = { imagePath: target.path, indexes: [first ?? 1] };
    return await identifyImage(location, windowsDirectory).catch(() => known);
  } catch {
    return undefined;
  }
}
