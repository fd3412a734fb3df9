// The way servicing operations see an image: its tree, the Windows in it, its hives. A session collects every edit until
// the target is committed or its plan shown; operations neither open nor commit anything.
import type { FileTime } from '../base/file-time.ts';
import type { ImageRoot } from '../image/image-root.ts';
import type { WindowsInstallation } from '../image/windows-installation.ts';
import type { Hive } from '../registry/hive.ts';

/** The hives of an installation that servicing edits; `NTUSER` is the profile of new users. */
export type HiveName = 'SYSTEM' | 'SOFTWARE' | 'DRIVERS' | 'COMPONENTS' | 'DEFAULT' | 'SAM' | 'SECURITY' | 'NTUSER';

/** One image being serviced. */
export interface ServicingSession {
  readonly root: ImageRoot;
  /** 1-based; undefined for a directory. */
  readonly imageIndex?: number | undefined;
  readonly windows: WindowsInstallation;
  /** A hive, opened and recovered from its logs once; edits of it are part of the plan. undefined when the image has none. */
  findHive(name: HiveName): Promise<Hive | undefined>;
  /** The same; throws PathNotFound when the image has none. */
  getHive(name: HiveName): Promise<Hive>;
  /** A path below the Windows folder: `windowsPath('INF', 'oem0.inf')` is `\Windows\INF\oem0.inf`. */
  windowsPath(...parts: readonly string[]): string;
  /** A local folder for files that a commit needs; it is removed when the session is closed. */
  scratchFolder(): Promise<string>;
  /** Shown to the user and logged; the operation goes on. */
  warn(message: string): void;
  /** Time stamps of this session: one instant for all that it writes (SOURCE_DATE_EPOCH is honoured). */
  readonly now: FileTime;
}
