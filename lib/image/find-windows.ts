// Finds the Windows in an image and says what it is, from its files and hives. Reads headers of two executables, the
// SOFTWARE and SYSTEM hives, and little else.
import { DismError } from '../base/error.ts';
import { releaseBytes } from '../native/release-bytes.ts';
import { type ExecutableHeader, readExecutableHeader } from './executable-header.ts';
import type { ReadableTree } from './readable-tree.ts';
import { servicingStackVersion } from './servicing-stack.ts';
import { readTreeHive } from './tree-hive.ts';
import { findWindowsDirectory } from './windows-directory.ts';
import { type Architecture, architectureNumbers, type WindowsInstallation } from './windows-installation.ts';
import { type SoftwareFacts, type SystemFacts, softwareFacts, systemFacts } from './windows-registry.ts';

export interface FindWindowsOptions {
  /** The Windows folder, relative to the image (-WindowsDirectory); default: looked for. */
  readonly windowsDirectory?: string | undefined;
}

/**
 * The Windows in an image. Throws PathNotFound when there is none, Corrupt (with file and offset) when a hive of it cannot
 * be read, UnsupportedVersion for an architecture that is not known.
 */
export async function findWindows(tree: ReadableTree, options: FindWindowsOptions = {}): Promise<WindowsInstallation> {
  const found = await findWindowsDirectory(tree, options.windowsDirectory);
  if (found !== undefined) return describeWindows(tree, found);
  const { windowsDirectory } = options;
  const place = windowsDirectory === undefined ? 'No folder of it' : `The folder ${windowsDirectory}`;
  const advice = windowsDirectory === undefined ? ' If its Windows folder lies elsewhere, name it.' : '';
  throw new DismError(
    'PathNotFound',
    `${tree.label} holds no Windows. ${place} has System32\\config\\SOFTWARE, SYSTEM and a kernel.${advice}`,
    { Target: windowsDirectory ?? tree.label },
  );
}

/** What the Windows in a folder is. Throws as findWindows. */
export async function describeWindows(tree: ReadableTree, systemRoot: string): Promise<WindowsInstallation> {
  const system32 = `${systemRoot}\\System32`;
  const softwareHive = await readTreeHive(tree, `${system32}\\config\\SOFTWARE`);
  const systemHive = await readTreeHive(tree, `${system32}\\config\\SYSTEM`);
  const software = softwareHive && softwareFacts(softwareHive);
  const system = systemHive && systemFacts(systemHive);
  for (const hive of [softwareHive, systemHive]) if (hive !== undefined) releaseBytes(hive.detach());
  const kernel = await readExecutableHeader(tree, `${system32}\\ntoskrnl.exe`);
  const library = await readExecutableHeader(tree, `${system32}\\kernel32.dll`);
  const executable = kernel ?? library;
  const stack = await servicingStackVersion(tree, systemRoot, software?.servicingStackVersions ?? []);
  const imageState = software?.details.ImageState ?? (await imageStateOfFile(tree, systemRoot));
  const productName = executable?.productName;
  return {
    systemRoot,
    architecture: architectureOf(tree, systemRoot, library ?? kernel, system),
    version: versionOf(tree, systemRoot, software, system, executable),
    editionId: software?.editionId,
    installationType: software?.installationType,
    productName: software?.productName,
    productType: system?.productType,
    productSuite: system?.productSuite ?? [],
    hal: system?.hal,
    servicePackBuild: system?.servicePackBuild,
    servicePackLevel: system?.servicePackLevel,
    languages: system?.languages ?? [],
    defaultLanguage: system?.defaultLanguage,
    details: {
      ...software?.details,
      ...system?.details,
      ...(imageState === undefined ? {} : { ImageState: imageState }),
      ...(stack === undefined ? {} : { ServicingStackVersion: stack }),
      ...(productName === undefined ? {} : { KernelProductName: productName }),
    },
    isWindowsPE: /^WindowsPE$/i.test(software?.installationType ?? software?.editionId ?? '') || hasOnlyKey(software),
    controlSet: system?.controlSet ?? 'ControlSet001',
  };
}

/** Windows PE before 6.1 has no InstallationType. */
function hasOnlyKey(software: SoftwareFacts | undefined): boolean {
  return software !== undefined && software.installationType === undefined && software.hasWindowsPEKey;
}

function architectureOf(
  tree: ReadableTree,
  systemRoot: string,
  executable: ExecutableHeader | undefined,
  system: SystemFacts | undefined,
): Architecture {
  const named = system?.architecture?.toLowerCase();
  const known = (Object.keys(architectureNumbers) as Architecture[]).find((name) => name === named);
  const architecture = executable?.architecture ?? known;
  if (architecture !== undefined) return architecture;
  throw new DismError(
    'UnsupportedVersion',
    `${tree.label}: ${systemRoot}\\System32\\kernel32.dll is for no processor that OpenDISM knows.`,
    { Target: `${systemRoot}\\System32\\kernel32.dll` },
  );
}

/** The registry first; the kernel for what it does not say. Revisions of both count only for the same build. */
function versionOf(
  tree: ReadableTree,
  systemRoot: string,
  software: SoftwareFacts | undefined,
  system: SystemFacts | undefined,
  executable: ExecutableHeader | undefined,
): WindowsInstallation['version'] {
  const file = executable?.version;
  const major = software?.major ?? file?.[0];
  const minor = software?.minor ?? file?.[1];
  const build = software?.build ?? file?.[2];
  if (major === undefined || minor === undefined || build === undefined) {
    const message = `${tree.label}: neither the SOFTWARE hive nor the kernel of ${systemRoot} tells the version of Windows.`;
    throw new DismError('Corrupt', message, { Target: systemRoot, File: `${tree.label}: ${systemRoot}` });
  }
  const fileRevision = file?.[2] === build ? file[3] : undefined;
  const revision = software?.revision ?? fileRevision ?? software?.labRevision ?? system?.servicePackBuild ?? 0;
  return { major, minor, build, revision };
}

/** Where Setup leaves the state of an image beside the registry. */
const STATE_FILE = 'Setup\\State\\State.ini';
const MAX_STATE_FILE = 64 << 10;

/** ImageState of State.ini, which is UTF-16 with a mark or 8-bit text. */
async function imageStateOfFile(tree: ReadableTree, systemRoot: string): Promise<string | undefined> {
  const path = `${systemRoot}\\${STATE_FILE}`;
  const found = await tree.stat(path);
  if (found === undefined || found.isDirectory || found.size > MAX_STATE_FILE) return undefined;
  const bytes = Buffer.from(await tree.read(path));
  const text = bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'latin1');
  return /^\s*ImageState\s*=\s*(IMAGE_STATE_\w+)\s*$/im.exec(text)?.[1];
}
