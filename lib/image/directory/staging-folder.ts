// The folder beside a tree where a writer prepares its edits, and the lock that keeps a second writer away. The lock is on
// the tree itself and ends with the process; what a dead writer has left is dropped, or carried out when its commit record
// is complete.
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DismError } from '../../base/error.ts';
import { fromSystemError } from '../../base/system-error.ts';
import { addon } from '../../native/addon.ts';
import { toDismError } from '../../native/job.ts';
import { COMMIT_RECORD, carryOut, readCommitRecord } from './commit-record.ts';
import { isMissing } from './disk-status.ts';
import { dropStagedSideCar } from './side-car-commit.ts';

const SUFFIX = '.opendism.commit';

/** Where the staging folder of a tree may lie: beside it, or inside where beside is another file system or forbidden. */
function candidates(tree: string): string[] {
  return [tree + SUFFIX, join(tree, SUFFIX)];
}

/** The name that is no entry of the tree. */
export const hiddenName = SUFFIX;

async function statusOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fromSystemError(error, path);
  }
}

/** Locks a tree; undefined when another writer has it. */
async function lockTree(tree: string): Promise<FileHandle | undefined> {
  const handle = await open(tree, constants.O_RDONLY | constants.O_DIRECTORY);
  const error = addon().lockDescriptor(handle.fd);
  if (error === undefined) return handle;
  await handle.close();
  if (error.symbol === 'SharingViolation') return undefined;
  throw toDismError({ ...error, target: tree });
}

/**
 * Finishes what a writer that died has left: its commit is carried out when its record was complete, else dropped. Throws
 * SharingViolation while another process commits. `tree` is a real path.
 */
export async function finishInterruptedCommit(tree: string): Promise<void> {
  for (const folder of candidates(tree)) {
    if (!(await statusOf(folder))?.isDirectory()) continue;
    const lock = await lockTree(tree);
    try {
      const hasRecord = (await statusOf(join(folder, COMMIT_RECORD))) !== undefined;
      if (lock === undefined) {
        if (hasRecord) throw inUse(tree);
        continue;
      }
      await recover(tree, folder);
    } finally {
      await lock?.close();
    }
  }
}

/** With the lock held. */
async function recover(tree: string, folder: string): Promise<void> {
  const record = await readCommitRecord(folder);
  try {
    if (record !== undefined) await carryOut(tree, folder, record);
    else await dropStagedSideCar(tree);
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    throw fromSystemError(error, folder);
  }
}

function inUse(tree: string): DismError {
  return new DismError('SharingViolation', `${tree} is being changed by another process. Try again when it is done.`, {
    Target: tree,
  });
}

/** The staging folder of the one writer of a tree. */
export class StagingFolder {
  readonly tree: string;
  readonly path: string;
  readonly #lock: FileHandle;
  #next = 0;

  private constructor(tree: string, path: string, lock: FileHandle) {
    this.tree = tree;
    this.path = path;
    this.#lock = lock;
  }

  /** Locks the tree and makes the folder. Throws SharingViolation when another writer has the tree. */
  static async open(tree: string): Promise<StagingFolder> {
    const lock = await lockTree(tree);
    if (lock === undefined) throw inUse(tree);
    try {
      for (const folder of candidates(tree)) {
        if ((await statusOf(folder)) !== undefined) await recover(tree, folder);
      }
      const path = await makeFolder(tree);
      await mkdir(join(path, 'new'));
      await mkdir(join(path, 'old'));
      return new StagingFolder(tree, path, lock);
    } catch (error) {
      await lock.close();
      throw error;
    }
  }

  /** A name below the folder that nothing has yet: `new/7`. */
  nextName(): string {
    return `new/${this.#next++}`;
  }

  /** Removes the folder and unlocks the tree. */
  async close(): Promise<void> {
    try {
      await rm(this.path, { recursive: true, force: true });
    } finally {
      await this.#lock.close();
    }
  }

  /** Unlocks the tree and leaves the folder with its record for the next one who opens the tree. */
  abandon(): Promise<void> {
    return this.#lock.close();
  }
}

async function makeFolder(tree: string): Promise<string> {
  const [beside = '', inside = ''] = candidates(tree);
  const [{ dev }, above] = await Promise.all([lstat(tree), lstat(dirname(tree))]);
  const order = dev === above.dev ? [beside, inside] : [inside];
  let failure: unknown;
  for (const path of order) {
    try {
      await mkdir(path, { mode: 0o700 });
      return path;
    } catch (error) {
      failure = fromSystemError(error, path);
    }
  }
  throw failure;
}
