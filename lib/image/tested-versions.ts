// Which versions of Windows the servicing operations have been tested with. A newer one may keep its data in another way:
// the user is told before anything is written.
import type { WindowsInstallation } from './windows-installation.ts';

/** The newest builds: Windows 11 25H2, and Windows Server 2025. */
const NEWEST_TESTED = { client: 26200, server: 26100 } as const;

/** Whether the version lies within what has been tested. */
export function isTestedVersion(windows: Pick<WindowsInstallation, 'version' | 'productType'>): boolean {
  const { major, minor, build } = windows.version;
  if (major !== 10) return major < 10;
  const isServer = windows.productType !== undefined && windows.productType !== 'WinNT';
  return minor === 0 && build <= (isServer ? NEWEST_TESTED.server : NEWEST_TESTED.client);
}

/** Warns of a Windows that is newer than what OpenDISM has been tested with. */
export function checkTestedVersion(
  windows: Pick<WindowsInstallation, 'version' | 'productType'>,
  warn: (message: string) => void,
): void {
  if (isTestedVersion(windows)) return;
  const { major, minor, build, revision } = windows.version;
  warn(
    `The image holds Windows ${[major, minor, build, revision].join('.')}, which is newer than what this version of ` +
      `OpenDISM has been tested with (10.0.${NEWEST_TESTED.client}). Check the result before you use it.`,
  );
}
