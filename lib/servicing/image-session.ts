// The ServicingSession of one image of a target.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DismError } from '../base/error.ts';
import { FileTime } from '../base/file-time.ts';
import { fromSystemError } from '../base/system-error.ts';
import { joinWindowsPath, sameWindowsName } from '../base/windows-path.ts';
import { findWindows } from '../image/find-windows.ts';
import type { ImageRoot } from '../image/image-root.ts';
import { findWindowsDirectory } from '../image/windows-directory.ts';
import type { WindowsInstallation } from '../image/windows-installation.ts';
import type { Hive } from '../registry/hive.ts';
import { locateRegistryPath, resolveControlSet } from '../registry/hive-paths.ts';
import { fileImageChanges, type ImageChange, registryImageChange } from './image-change.ts';
import { PlanContents } from './plan-contents.ts';
import type { HiveName, ServicingSession } from './servicing-session.ts';
import { SessionHives } from './session-hives.ts';
import { TracedRoot } from './traced-root.ts';

/** How much of the Windows in an image an operation needs. `folder`: where it is; `none`: any tree will do. */
export type WindowsNeed = 'installation' | 'folder' | 'none';

export interface SessionOptions {
  readonly needs?: WindowsNeed | undefined;
  /** The Windows folder, relative to the image; default: looked for. */
  readonly windowsDirectory?: string | undefined;
  /** The instant that everything written gets; default: now. */
  readonly now?: FileTime | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Where large hives wait for the commit; default: the folder for temporary files. */
  readonly scratchDirectory?: string | undefined;
}

/** The path of a hive below the Windows folder. */
const CONFIG = 'System32\\config';
const DEFAULT_USER_HIVE = '\\Users\\Default\\NTUSER.DAT';
/** What the root of a hive is called, where that is not HKLM\<name>. */
const rootNames: Partial<Record<HiveName, string>> = { DEFAULT: 'HKU\\.DEFAULT', NTUSER: 'HKCU' };

export class ImageSession implements ServicingSession {
  readonly root: TracedRoot;
  readonly imageIndex: number | undefined;
  readonly now: FileTime;
  readonly #onWarning: (message: string) => void;
  readonly #hives: SessionHives;
  readonly #windows: WindowsInstallation | undefined;
  readonly #systemRoot: string;
  readonly #scratchDirectory: string;
  #scratchFolder: Promise<string> | undefined;

  private constructor(
    root: ImageRoot,
    imageIndex: number | undefined,
    options: SessionOptions,
    windows: WindowsInstallation | undefined,
    systemRoot: string,
  ) {
    this.root = new TracedRoot(root);
    this.imageIndex = imageIndex;
    this.now = options.now ?? FileTime.fromDate(new Date());
    this.#onWarning = options.onWarning ?? (() => {});
    this.#hives = new SessionHives(root, this.now, (message) => this.warn(message), options.scratchDirectory);
    this.#windows = windows;
    this.#systemRoot = systemRoot;
    this.#scratchDirectory = options.scratchDirectory ?? tmpdir();
  }

  /** Throws PathNotFound when the image lacks what the operation needs. */
  static async open(root: ImageRoot, imageIndex: number | undefined, options: SessionOptions): Promise<ImageSession> {
    const { needs = 'installation', windowsDirectory } = options;
    if (needs === 'installation') {
      const windows = await findWindows(root, { windowsDirectory });
      return new ImageSession(root, imageIndex, options, windows, windows.systemRoot);
    }
    const folder = needs === 'folder' ? await findWindowsDirectory(root, windowsDirectory) : undefined;
    return new ImageSession(
      root,
      imageIndex,
      options,
      undefined,
      folder ?? joinWindowsPath(windowsDirectory ?? 'Windows'),
    );
  }

  get windows(): WindowsInstallation {
    if (this.#windows !== undefined) return this.#windows;
    throw new DismError('PathNotFound', `${this.root.label}: this operation has not looked for a Windows.`, {
      Target: this.root.label,
    });
  }

  findHive(name: HiveName): Promise<Hive | undefined> {
    return this.#hives.find(this.hivePath(name));
  }

  async getHive(name: HiveName): Promise<Hive> {
    const hive = await this.findHive(name);
    if (hive !== undefined) return hive;
    const path = this.hivePath(name);
    throw new DismError('PathNotFound', `${this.root.label} has no hive ${path}.`, { Target: path });
  }

  /** The file of a hive. */
  hivePath(name: HiveName): string {
    return name === 'NTUSER' ? DEFAULT_USER_HIVE : this.windowsPath(CONFIG, name);
  }

  /**
   * The hive that holds a full registry path such as `HKLM\SYSTEM\CurrentControlSet\Services`, and the key inside it.
   * Throws InvalidParameter for a path that no hive of an image holds, PathNotFound when the hive is missing.
   */
  async locateKey(path: string): Promise<{ readonly hive: Hive; readonly key: string; readonly root: string }> {
    const location = locateRegistryPath(path);
    if (location === undefined) {
      const message = `${path} is in no hive of an image. Give a path such as HKLM\\SOFTWARE\\Microsoft.`;
      throw new DismError('InvalidParameter', message, { Target: path });
    }
    const file = this.#imagePath(location.file);
    const hive = await this.#hives.find(file);
    if (hive === undefined) {
      throw new DismError('PathNotFound', `${this.root.label} has no hive ${file}.`, { Target: file });
    }
    return { hive, key: resolveControlSet(hive, location.key), root: this.#rootName(file) };
  }

  /** A path of a volume whose Windows folder is called Windows, in this image. */
  #imagePath(path: string): string {
    const [first = '', ...rest] = path.split('\\');
    return sameWindowsName(first, 'Windows') ? this.windowsPath(...rest) : joinWindowsPath(path);
  }

  windowsPath(...parts: readonly string[]): string {
    return joinWindowsPath(this.#systemRoot, ...parts);
  }

  warn(message: string): void {
    this.#onWarning(message);
  }

  /** Everything that a commit would change now: files (hives among them), streams, registry keys and values. */
  async *plan(): AsyncGenerator<ImageChange, void, undefined> {
    await this.stage();
    const contents = await PlanContents.of(this.root, (path) => this.#hives.isStaged(path));
    for await (const change of this.root.changes({ hashes: true })) {
      for (const record of fileImageChanges(change)) yield await contents.complete(record, change);
    }
    for await (const { path, differences } of this.#hives.changes()) {
      for (const difference of differences) yield registryImageChange(this.#rootName(path), difference);
    }
  }

  #rootName(path: string): string {
    const names = [...(Object.keys(rootNames) as HiveName[])];
    const special = names.find((name) => sameWindowsName(this.hivePath(name), path));
    if (special !== undefined) return rootNames[special]!;
    return `HKLM\\${path.slice(path.lastIndexOf('\\') + 1).toUpperCase()}`;
  }

  /** Brings edits of hives into the tree. */
  stage(): Promise<void> {
    return this.#hives.stage();
  }

  /** When the work on this image is done for now: lets go of its hives, which take memory in proportion to their size. */
  release(): Promise<void> {
    return this.#hives.release();
  }

  async scratchFolder(): Promise<string> {
    try {
      this.#scratchFolder ??= mkdtemp(join(this.#scratchDirectory, 'opendism-session-'));
      return await this.#scratchFolder;
    } catch (error) {
      throw fromSystemError(error, `${this.#scratchDirectory} (scratch folder; -ScratchDirectory names another)`);
    }
  }

  /** When the session is closed. */
  async removeScratchFolder(): Promise<void> {
    const folder = await this.#scratchFolder?.catch(() => undefined);
    this.#scratchFolder = undefined;
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }

  /** After a commit, or when nothing is to be committed. */
  forgetHives(): Promise<void> {
    return this.#hives.forget();
  }
}
