// The version of the servicing stack of a Windows: what installs packages in it.
import type { ReadableTree } from './readable-tree.ts';

const VERSION = /^\d{1,5}\.\d{1,5}\.\d{1,5}\.\d{1,5}$/;
/** A component folder: architecture, name, public key token, version, culture, hash. */
const COMPONENT = /^[^_]+_microsoft-windows-servicingstack_[0-9a-f]{16}_(\d{1,5}(?:\.\d{1,5}){3})_/i;

/**
 * The newest servicing stack that the registry or servicing\Version names, else the newest in WinSxS; undefined when the
 * image has none.
 */
export async function servicingStackVersion(
  tree: ReadableTree,
  systemRoot: string,
  registered: readonly string[],
): Promise<string | undefined> {
  const versions = registered.filter((name) => VERSION.test(name));
  for await (const name of folderNames(tree, `${systemRoot}\\servicing\\Version`)) {
    if (VERSION.test(name)) versions.push(name);
  }
  if (versions.length === 0) {
    for await (const name of folderNames(tree, `${systemRoot}\\WinSxS`)) {
      const version = COMPONENT.exec(name)?.[1];
      if (version !== undefined) versions.push(version);
    }
  }
  return versions.sort(compareVersions).at(-1);
}

async function* folderNames(tree: ReadableTree, path: string): AsyncGenerator<string> {
  if (!(await tree.stat(path))?.isDirectory) return;
  for await (const { name, isDirectory } of tree.list(path)) if (isDirectory) yield name;
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number));
  return left!.map((part, i) => part - right![i]!).find((difference) => difference !== 0) ?? 0;
}
