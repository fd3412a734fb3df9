// The version of the Windows in an image, for the second line of the banner. Whether the image can be serviced is for the
// cmdlet to say: what cannot be read here is left out.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HiveKey } from '../../lib/registry/hive-key.ts';
import type { LineTarget } from './line-target.ts';

/** A path below `root` whatever the case of its names; undefined when there is none. */
async function findFile(root: string, parts: readonly string[]): Promise<string | undefined> {
  let path = root;
  for (const part of parts) {
    const names = await readdir(path).catch((): string[] => []);
    const found = names.includes(part) ? part : names.find((name) => name.toLowerCase() === part.toLowerCase());
    if (found === undefined) return undefined;
    path = join(path, found);
  }
  return path;
}

/** `10.0.26100.2033` of `Microsoft\Windows NT\CurrentVersion`. */
function versionOf(key: HiveKey): string | undefined {
  const build = key.getText('CurrentBuild') ?? key.getText('CurrentBuildNumber');
  const old = key.getText('CurrentVersion')?.split('.');
  const major = key.getDword('CurrentMajorVersionNumber') ?? old?.[0];
  const minor = key.getDword('CurrentMinorVersionNumber') ?? old?.[1];
  if (build === undefined || !/^\d+$/.test(build) || major === undefined || minor === undefined) return undefined;
  const revision = key.getDword('UBR') ?? key.getText('BuildLabEx')?.split('.')[1] ?? 0;
  return `${major}.${minor}.${build}.${revision}`;
}

async function directoryVersion(root: string, windowsDirectory: string): Promise<string | undefined> {
  const folders = windowsDirectory.split(/[\\/]/).filter((part) => part !== '' && part !== '.' && part !== '..');
  const path = await findFile(root, [...folders, 'System32', 'config', 'SOFTWARE']);
  if (path === undefined) return undefined;
  const { openHive } = await import('../../lib/registry/hive-file.ts');
  const key = (await openHive(path)).root.subkey('Microsoft\\Windows NT\\CurrentVersion');
  return key && versionOf(key);
}

async function fileVersion(path: string, index: number | undefined): Promise<string | undefined> {
  const { WimFile } = await import('../../lib/wim/wim-file.ts');
  // No `await using`: the compiler forgets to rename an import() beside one.
  const file = await WimFile.open(path);
  try {
    const windows = file.getImage({ index }).windows;
    if (windows?.majorVersion === undefined) return undefined;
    const parts = [windows.majorVersion, windows.minorVersion, windows.build, windows.spBuild];
    return parts.map((part) => part ?? 0).join('.');
  } finally {
    await file[Symbol.asyncDispose]();
  }
}

/** The version of the Windows in a target; undefined when none is found. Never throws. */
export async function imageVersion(target: LineTarget, windowsDirectory = 'Windows'): Promise<string | undefined> {
  try {
    if (target.kind === 'directory') return await directoryVersion(target.path, windowsDirectory);
    return target.kind === 'file' ? await fileVersion(target.path, target.indexes[0]) : undefined;
  } catch {
    return undefined;
  }
}
