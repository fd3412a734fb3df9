// A servicing session over a directory that is only looked at; hives can be edited in memory, nothing is ever written.
import { DismError } from '../../lib/base/error.ts';
import { FileTime } from '../../lib/base/file-time.ts';
import { formatWindowsPath, parseWindowsPath } from '../../lib/base/windows-path.ts';
import { findWindows } from '../../lib/image/find-windows.ts';
import type { ImageRoot } from '../../lib/image/image-root.ts';
import { readTreeHive } from '../../lib/image/tree-hive.ts';
import type { Hive } from '../../lib/registry/hive.ts';
import type { ServicingSession } from '../../lib/servicing/servicing-session.ts';
import { directoryTree } from './directory-tree.ts';

export async function readingSession(directory: string): Promise<ServicingSession> {
  const tree = directoryTree(directory);
  const windows = await findWindows(tree);
  const hives = new Map<string, Hive | undefined>();
  const windowsPath = (...parts: readonly string[]): string =>
    formatWindowsPath([windows.systemRoot, ...parts].flatMap((part) => parseWindowsPath(part)));
  const findHive: ServicingSession['findHive'] = async (name) => {
    if (!hives.has(name)) hives.set(name, await readTreeHive(tree, windowsPath('System32', 'config', name)));
    return hives.get(name);
  };
  return {
    root: tree as ImageRoot,
    windows,
    findHive,
    async getHive(name) {
      const hive = await findHive(name);
      if (hive) return hive;
      throw new DismError('PathNotFound', `There is no hive ${name}.`, { Target: name });
    },
    windowsPath,
    warn: () => {},
    now: FileTime.fromDate(new Date('2026-01-01T00:00:00Z')),
  };
}
