// The hives of one image while it is serviced: opened when asked for, each with its transaction logs, written back as edits
// of the image when they differ from what was found. A hive of an image has up to a hundred megabytes and a WIM has many
// images: what was found follows from a journal of the edits, and between `release` and the commit only that is in memory;
// bytes wait in scratch files.
import { DismError } from '../base/error.ts';
import type { FileTime } from '../base/file-time.ts';
import { upcase } from '../base/upcase.ts';
import type { ImageRoot } from '../image/image-root.ts';
import { releaseBytes } from '../native/release-bytes.ts';
import type { HiveDifference } from '../registry/compare-hives.ts';
import { EditJournal } from '../registry/edit-journal.ts';
import { Hive } from '../registry/hive.ts';
import { type ScratchBytes, ScratchFiles } from './scratch-files.ts';

const LARGEST_HIVE = 1 << 30;
const LOG_EXTENSIONS = ['.LOG', '.LOG1', '.LOG2'];

interface HiveFile {
  readonly path: string;
  /** Of the transaction logs, as they were found; those that are empty are left out. */
  readonly logs: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  /** Of all edits since it was found. */
  readonly journal: EditJournal;
  /** Undefined while nobody works on it. */
  hive: Hive | undefined;
  /** What was staged last, at which revision of the hive, and how it differs from what was found. */
  staged: ScratchBytes | undefined;
  stagedRevision: number;
  differences: readonly HiveDifference[];
}

/** The changes of one hive. */
export interface HiveChanges {
  /** The file in the image. */
  readonly path: string;
  readonly differences: Iterable<HiveDifference>;
}

export class SessionHives implements AsyncDisposable {
  readonly #root: ImageRoot;
  readonly #now: FileTime;
  readonly #warn: (message: string) => void;
  readonly #scratch: ScratchFiles;
  readonly #files = new Map<string, Promise<HiveFile | undefined>>();

  /** @param scratchDirectory where large hives wait for the commit; default: the folder for temporary files. */
  constructor(root: ImageRoot, now: FileTime, warn: (message: string) => void, scratchDirectory?: string) {
    this.#root = root;
    this.#now = now;
    this.#warn = warn;
    this.#scratch = new ScratchFiles(scratchDirectory);
  }

  /** The hive in a file of the image; undefined when there is no such file. */
  async find(path: string): Promise<Hive | undefined> {
    let opened = this.#files.get(path);
    if (opened === undefined) {
      opened = this.#load(path);
      this.#files.set(path, opened);
    }
    const file = await opened;
    if (file === undefined) return undefined;
    // Nothing may wait between the test and the assignment: all who ask get the same hive.
    if (file.hive !== undefined) return file.hive;
    const bytes = await this.#root.read(path);
    file.hive ??= this.#open(file, bytes, file.staged === undefined);
    return file.hive;
  }

  async #load(path: string): Promise<HiveFile | undefined> {
    const bytes = await this.#readBounded(path);
    if (bytes === undefined) return undefined;
    const logs: { path: string; bytes: Uint8Array }[] = [];
    for (const extension of LOG_EXTENSIONS) {
      const log = await this.#readBounded(path + extension);
      if (log !== undefined && log.length > 0) logs.push({ path: path + extension, bytes: log });
    }
    const journal = new EditJournal();
    const file: HiveFile = {
      ...{ path, logs, journal, hive: undefined, staged: undefined, stagedRevision: 0, differences: [] },
    };
    file.hive = this.#open(file, bytes, true);
    if (file.hive.state === 'dirty') {
      const name = `${this.#root.label}: ${path}`;
      this.#warn(`${name} was not written completely and its logs do not complete it: it can be read, not changed.`);
    }
    return file;
  }

  #open({ path, logs, journal }: HiveFile, bytes: Uint8Array, withLogs: boolean): Hive {
    return Hive.open(bytes, {
      file: `${this.#root.label}: ${path}`,
      logs: withLogs ? logs.map((log) => log.bytes) : [],
      now: () => this.#now,
      adopt: true,
      release: releaseBytes,
      journal,
    });
  }

  async #readBounded(path: string): Promise<Uint8Array | undefined> {
    const found = await this.#root.stat(path);
    if (found === undefined || found.isDirectory) return undefined;
    if (found.size <= LARGEST_HIVE) return this.#root.read(path);
    const message = `${this.#root.label}: ${path} has ${found.size} bytes; a registry hive has at most ${LARGEST_HIVE}.`;
    throw new DismError('LimitExceeded', message, { Target: path });
  }

  /** What the staged edits have changed, hive by hive. */
  async *changes(): AsyncGenerator<HiveChanges, void, undefined> {
    for (const opened of this.#files.values()) {
      const file = await opened;
      if (file?.staged !== undefined) yield { path: file.path, differences: file.differences };
    }
  }

  /** Brings the edits into the image: hives that differ are replaced, their logs emptied. */
  async stage(): Promise<void> {
    for (const opened of this.#files.values()) {
      const file = await opened;
      if (file?.hive?.isEdited) await this.#stage(file, file.hive);
    }
  }

  async #stage(file: HiveFile, hive: Hive): Promise<void> {
    if (file.staged !== undefined && hive.revision === file.stagedRevision) return;
    const differences = [...file.journal.differences(hive.root)];
    if (file.staged === undefined && differences.length === 0) return;
    file.staged = await this.#scratch.keep(hive.viewBytes());
    file.stagedRevision = hive.revision;
    file.differences = differences;
    await this.#root.write(file.path, file.staged.content, { lastWriteTime: this.#now });
    for (const log of file.logs) {
      await this.#root.write(log.path, { bytes: new Uint8Array(0) }, { lastWriteTime: this.#now });
    }
  }

  /** Whether a file of the image was staged from an edited hive: the hive itself or one of its logs. */
  async isStaged(path: string): Promise<boolean> {
    const name = upcase(path);
    for (const opened of this.#files.values()) {
      const file = await opened;
      if (file?.staged === undefined) continue;
      if ([file.path, ...file.logs.map((log) => log.path)].some((staged) => upcase(staged) === name)) return true;
    }
    return false;
  }

  /** Stages, then lets go of the hives: whoever asks for one again gets it anew, with all edits. */
  async release(): Promise<void> {
    await this.stage();
    for (const opened of this.#files.values()) {
      const file = await opened;
      if (file?.hive === undefined) continue;
      releaseBytes(file.hive.detach());
      file.hive = undefined;
      file.stagedRevision = 0;
    }
  }

  /** After a commit: hives are read anew. */
  async forget(): Promise<void> {
    this.#files.clear();
    await this.#scratch.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.forget();
  }
}
