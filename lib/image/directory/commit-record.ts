// The commit record of a directory: renames and settings that turn the tree into its new state, written and flushed before
// the first of them. Each step can be repeated, so a commit that was interrupted is carried out again from the start.
// The record comes from a disk that others can write to: it is checked like any foreign input.
import { chmod, lstat, readFile, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DismError } from '../../base/error.ts';
import { fromSystemError } from '../../base/system-error.ts';
import { addon } from '../../native/addon.ts';
import { toDismError } from '../../native/job.ts';
import { type DiskPath, flush, realDirectory, writeDurably } from './commit-files.ts';
import { isMissing, isThere } from './disk-status.ts';
import { dropStagedSideCar, publishSideCar, type RefreshStep } from './side-car-commit.ts';

export const COMMIT_RECORD = 'commit.json';
/** There when everything that leaves its place has left it. */
const ALL_OUT = 'all-out';
const FORMAT = 'opendism-commit-1';
const LARGEST_RECORD = 256 << 20;

/** New times (nanoseconds since 1970, in decimal) and permissions of an entry in its final place. */
export interface StatusStep {
  readonly path: DiskPath;
  readonly mode?: number;
  readonly modified: string;
  readonly accessed: string;
}

export interface CommitRecord {
  readonly format: typeof FORMAT;
  /** Entries that leave their place, what lies deeper first; `to` is a name in the staging folder. */
  readonly out: readonly { readonly path: DiskPath; readonly to: string }[];
  /** Entries that come in, directories before what lies in them; a file may replace one. */
  readonly in: readonly { readonly from: string; readonly path: DiskPath }[];
  readonly set: readonly StatusStep[];
  /** The side-car has new files; these steps complete its index. */
  readonly sideCar?: readonly RefreshStep[];
}

export function commitRecord(steps: Omit<CommitRecord, 'format'>): CommitRecord {
  return { format: FORMAT, ...steps };
}

/** The record in a staging folder; undefined when there is none, so nothing of the tree has been touched. */
export async function readCommitRecord(folder: string): Promise<CommitRecord | undefined> {
  const path = join(folder, COMMIT_RECORD);
  try {
    if ((await lstat(path)).size > LARGEST_RECORD) throw invalid(path);
    return checkRecord(JSON.parse(await readFile(path, 'utf8')), path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (error instanceof SyntaxError) throw invalid(path);
    throw fromSystemError(error, path);
  }
}

function invalid(path: string): DismError {
  const message = `${path} is not a commit record. Remove its folder when no commit to the tree was interrupted.`;
  return new DismError('Corrupt', message, { File: path, Offset: 0 });
}

function checkRecord(value: unknown, path: string): CommitRecord {
  const isStaged = (name: unknown): boolean => typeof name === 'string' && /^(?:new|old)\/\d{1,9}$/.test(name);
  const isPath = (names: unknown, least: number): boolean =>
    Array.isArray(names) &&
    names.length >= least &&
    names.every(
      (name) => typeof name === 'string' && name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name),
    );
  const isTime = (text: unknown): boolean => typeof text === 'string' && /^-?\d{1,19}$/.test(text);
  const isMode = (mode: unknown): boolean =>
    mode === undefined || (Number.isInteger(mode) && (mode as number) >= 0 && (mode as number) <= 0o7777);
  const isRecord = (number: unknown): boolean => Number.isInteger(number) && (number as number) >= 0;
  const record = value as CommitRecord;
  const isSound =
    typeof value === 'object' &&
    value !== null &&
    record.format === FORMAT &&
    [record.out, record.in, record.set].every(Array.isArray) &&
    record.out.every((step) => isPath(step.path, 1) && isStaged(step.to)) &&
    record.in.every((step) => isPath(step.path, 1) && isStaged(step.from)) &&
    record.set.every(
      (step) => isPath(step.path, 0) && isTime(step.modified) && isTime(step.accessed) && isMode(step.mode),
    ) &&
    (record.sideCar === undefined ||
      (Array.isArray(record.sideCar) &&
        record.sideCar.every(
          (step) => isPath(step.path, 1) && Array.isArray(step.records) && step.records.every(isRecord),
        )));
  if (!isSound) throw invalid(path);
  return record;
}

/** From here on the commit happens, by us or by whoever opens the tree next. */
export async function writeCommitRecord(folder: string, record: CommitRecord): Promise<void> {
  await writeDurably(join(folder, COMMIT_RECORD), JSON.stringify(record), 0o600);
}

/** Carries a record out, from the start or from wherever it was interrupted. Ends with the record gone. */
export async function carryOut(tree: string, folder: string, record: CommitRecord): Promise<void> {
  const touched = new Set<string>();
  const place = async (path: DiskPath): Promise<string> => {
    const parent = await realDirectory(tree, path.slice(0, -1));
    touched.add(parent);
    return join(parent, path.at(-1)!);
  };
  const marker = join(folder, ALL_OUT);
  if (!(await isThere(marker))) {
    for (const { path, to } of record.out) {
      const target = join(folder, to);
      if (!(await isThere(target))) await rename(await place(path), target);
    }
    // A directory may itself have left its place.
    for (const path of touched) if (await isThere(path)) await flush(path);
    await flush(join(folder, 'old'));
    touched.clear();
    await writeDurably(join(folder, ALL_OUT), '', 0o600);
  }
  for (const { from, path } of record.in) {
    const source = join(folder, from);
    if (await isThere(source)) await rename(source, await place(path));
  }
  for (const { path, mode, modified, accessed } of record.set) {
    const target = path.length === 0 ? tree : await place(path);
    if (mode !== undefined && !(await lstat(target)).isSymbolicLink()) await chmod(target, mode);
    const error = addon().setFileTimes(target, BigInt(modified), BigInt(accessed));
    if (error !== undefined) throw toDismError(error);
  }
  for (const path of touched) await flush(path);
  if (record.sideCar !== undefined) {
    // Removing a name changes the file that has others: before their times are recorded.
    await rm(join(folder, 'old'), { recursive: true, force: true });
    await publishSideCar(tree, record.sideCar, place);
  }
  await unlink(join(folder, COMMIT_RECORD));
  await flush(folder);
  if (record.sideCar !== undefined) await dropStagedSideCar(tree);
}
