// The hives of one image while it is serviced: opened once, each with its transaction logs, written back as edits of the
// image when they differ from what was opened.
import { DismError } from '../base/error.ts';
import type { FileTime } from '../base/file-time.ts';
import { upcase } from '../base/upcase.ts';
import type { ImageRoot } from '../image/image-root.ts';
import { compareKeys, type HiveDifference } from '../registry/compare-hives.ts';
import { Hive } from '../registry/hive.ts';

/** SOFTWARE has a hundred megabytes in large images. */
const LARGEST_HIVE = 1 << 30;
const LOG_EXTENSIONS = ['.LOG', '.LOG1', '.LOG2'];
/** Sequence numbers, time stamp and checksum differ with every write. */
const BASE_BLOCK_SIZE = 4096;

interface OpenHive {
  readonly path: string;
  readonly hive: Hive;
  /** Bytes and logs as they were found. */
  readonly bytes: Uint8Array;
  readonly logs: readonly Uint8Array[];
  /** The logs that are not empty. */
  readonly logPaths: readonly string[];
  staged: Uint8Array | undefined;
}

/** The changes of one hive. */
export interface HiveChanges {
  /** The file in the image. */
  readonly path: string;
  readonly differences: Iterable<HiveDifference>;
}

export class SessionHives {
  readonly #root: ImageRoot;
  readonly #now: FileTime;
  readonly #warn: (message: string) => void;
  /** In upper case. */
  readonly #stagedPaths = new Set<string>();
  readonly #open = new Map<string, Promise<OpenHive | undefined>>();

  constructor(root: ImageRoot, now: FileTime, warn: (message: string) => void) {
    this.#root = root;
    this.#now = now;
    this.#warn = warn;
  }

  /** The hive in a file of the image; undefined when there is no such file. */
  async find(path: string): Promise<Hive | undefined> {
    let opened = this.#open.get(path);
    if (opened === undefined) {
      opened = this.#load(path);
      this.#open.set(path, opened);
    }
    return (await opened)?.hive;
  }

  async #load(path: string): Promise<OpenHive | undefined> {
    const bytes = await this.#readBounded(path);
    if (bytes === undefined) return undefined;
    const logs: Uint8Array[] = [];
    const logPaths: string[] = [];
    for (const extension of LOG_EXTENSIONS) {
      const log = await this.#readBounded(path + extension);
      if (log === undefined || log.length === 0) continue;
      logs.push(log);
      logPaths.push(path + extension);
    }
    const file = `${this.#root.label}: ${path}`;
    const hive = Hive.open(bytes, { file, logs, now: () => this.#now });
    if (hive.state === 'dirty') {
      this.#warn(`${file} was not written completely and its logs do not complete it: it can be read, not changed.`);
    }
    return { path, hive, bytes, logs, logPaths, staged: undefined };
  }

  async #readBounded(path: string): Promise<Uint8Array | undefined> {
    const found = await this.#root.stat(path);
    if (found === undefined || found.isDirectory) return undefined;
    if (found.size <= LARGEST_HIVE) return this.#root.read(path);
    const message = `${this.#root.label}: ${path} has ${found.size} bytes; a registry hive has at most ${LARGEST_HIVE}.`;
    throw new DismError('LimitExceeded', message, { Target: path });
  }

  /** What edits have changed, hive by hive. */
  async *changes(): AsyncGenerator<HiveChanges, void, undefined> {
    for (const opened of this.#open.values()) {
      const one = await opened;
      if (one === undefined || !one.hive.isEdited) continue;
      yield { path: one.path, differences: differencesOf(one) };
    }
  }

  /** Brings the edits into the image: hives that differ are replaced, their logs emptied. */
  async stage(): Promise<void> {
    for (const opened of this.#open.values()) {
      const one = await opened;
      if (one === undefined || !one.hive.isEdited) continue;
      if (one.staged === undefined && differencesOf(one).next().done === true) continue;
      const bytes = one.hive.toBytes();
      if (one.staged !== undefined && sameContent(one.staged, bytes)) continue;
      one.staged = bytes;
      for (const path of [one.path, ...one.logPaths]) this.#stagedPaths.add(upcase(path));
      await this.#root.write(one.path, { bytes }, { lastWriteTime: this.#now });
      for (const log of one.logPaths) {
        await this.#root.write(log, { bytes: new Uint8Array(0) }, { lastWriteTime: this.#now });
      }
    }
  }

  /** Whether a file of the image was staged from an edited hive: the hive itself or one of its logs. */
  isStaged(path: string): boolean {
    return this.#stagedPaths.has(upcase(path));
  }

  /** After a commit: hives are read anew. */
  forget(): void {
    this.#open.clear();
    this.#stagedPaths.clear();
  }
}

function differencesOf({ bytes, logs, hive, path }: OpenHive): Generator<HiveDifference, void, undefined> {
  return compareKeys(Hive.open(bytes, { file: path, logs }).root, hive.root);
}

function sameContent(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a.subarray(BASE_BLOCK_SIZE), b.subarray(BASE_BLOCK_SIZE)) === 0;
}
