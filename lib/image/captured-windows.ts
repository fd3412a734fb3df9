// The Windows in a directory that is captured, for the XML of its image. A capture is no place to fail for a damaged hive:
// what cannot be read is said and left out.
import { DirectoryRoot } from './directory-root.ts';
import { describeWindows } from './find-windows.ts';
import { findWindowsDirectory } from './windows-directory.ts';
import type { WindowsInstallation } from './windows-installation.ts';

/** The Windows in a directory; undefined when there is none or, after a warning, when it cannot be identified. */
export async function findCapturedWindows(
  directory: string,
  warn: (message: string) => void,
): Promise<WindowsInstallation | undefined> {
  try {
    await using tree = await DirectoryRoot.open(directory, { sideCar: false });
    const systemRoot = await findWindowsDirectory(tree);
    return systemRoot === undefined ? undefined : await describeWindows(tree, systemRoot);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    warn(`The Windows in ${directory} could not be identified; the image says nothing about it. ${reason}`);
    return undefined;
  }
}
