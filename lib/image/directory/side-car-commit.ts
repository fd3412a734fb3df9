// The side-car's part of a commit. Both of its files are written anew beside the old ones before the commit record, and take
// their places when that is carried out. The times of status change that the index tells come last: every step before
// changes them.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DiskPath, flush, writeDurably } from './commit-files.ts';
import { isThere, readDiskStatus } from './disk-status.ts';
import type { Body, Entry } from './entry-tree.ts';
import type { SideCar } from './side-car.ts';
import {
  isUnchanged,
  type NewRecord,
  NO_METADATA,
  type RecordedFile,
  recordedFile,
  SideCarIndex,
  sealIndex,
  setRecordedFile,
  writeIndex,
} from './side-car-index.ts';

const IMAGE = 'tree.wim';
const INDEX = 'index';
const COMPLETE = 'complete-index';
/** The folder in the side-car where its new files are until the commit. */
const STAGED = 'staged';
/** File systems that keep coarser times than were set keep them to two seconds. */
const COARSEST_TIME = 2_000_000_000n;

/** A file of the tree, and its records, which get the times that it has at the end. */
export interface RefreshStep {
  readonly path: DiskPath;
  readonly records: readonly number[];
}

/** Where the side-car of a tree is. */
export function sideCarPath(tree: string): string {
  return `${tree}.opendism`;
}

/**
 * Writes the new files of the side-car, which nobody reads yet.
 * @param root the top of the edited tree.
 * @returns what is to be done at the end.
 */
export async function stageSideCar(sideCar: SideCar, root: Entry): Promise<RefreshStep[]> {
  const folder = join(sideCar.path!, STAGED);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  const guid = randomBytes(16);
  const { node, parent } = sideCar.image.nodes();
  const bodies = changedBodies(root);
  const records = new Map<Body, number[]>();
  const isCounted = new Set<number>();
  const refresh = (body: Body, place: number): void => {
    if (isCounted.has(place)) return;
    isCounted.add(place);
    const known = records.get(body);
    if (known === undefined) records.set(body, [place]);
    else known.push(place);
  };
  const recordAt = (place: number): NewRecord | number => {
    const touched = sideCar.touched.get(node[place]!);
    if (touched !== undefined) {
      const { entry, isBare } = touched;
      if (!isBare && entry.body.kind !== 'directory') refresh(entry.body, place);
      return {
        name: entry.parent === undefined ? '' : entry.diskName,
        flags: isBare ? NO_METADATA : 0,
        file: recordedFile(entry.body.status),
      };
    }
    const old = sideCar.recordOf(node[place]!)!;
    const index = sideCar.index!;
    const body = bodies.size === 0 ? undefined : bodies.get(index.inode(old));
    if (body === undefined || body.base === undefined || !isUnchanged(index.file(old), body.base)) return old;
    refresh(body, place);
    return { name: index.name(old), flags: index.hasMetadata(old) ? 0 : NO_METADATA, file: recordedFile(body.status) };
  };
  const index = writeIndex({ guid, flags: sideCar.flags }, parent, sideCar.index, recordAt);
  await sideCar.draft.write(join(folder, IMAGE), guid);
  await writeDurably(join(folder, INDEX), index);
  await flush(sideCar.path!);
  return [...records].map(([body, places]) => ({ path: pathOf(body), records: places }));
}

/** Where a file is after the commit, under any of its names. */
function pathOf(body: Body): string[] {
  const [entry] = body.entries;
  return entry!.diskPath;
}

/** The files of the tree whose status the commit changes although they stay the files they are, by inode. */
function changedBodies(root: Entry): Map<bigint, Body> {
  const found = new Map<bigint, Body>();
  const visit = (entry: Entry): void => {
    const { body } = entry;
    if (body.kind === 'file' && body.base !== undefined) {
      const isMoved = entry.origin !== undefined && !entry.isInPlace;
      if (isMoved || body.hasNewStatus || body.base.linkCount !== body.status.linkCount) {
        found.set(body.base.inode, body);
      }
    }
    for (const child of entry.children ?? []) visit(child);
  };
  visit(root);
  return found;
}

/**
 * Puts the new files of the side-car in their places, after everything else. Can be repeated.
 * @param place gives the path of an entry, safe to use.
 */
export async function publishSideCar(
  tree: string,
  steps: readonly RefreshStep[],
  place: (path: DiskPath) => Promise<string>,
): Promise<void> {
  const folder = sideCarPath(tree);
  const staged = join(folder, STAGED, INDEX);
  // Somebody has removed the side-car meanwhile: then there is none.
  if (!(await isThere(staged))) return;
  const bytes = await readFile(staged);
  const index = SideCarIndex.parse(bytes, staged);
  for (const { path, records } of steps) {
    const status = await readDiskStatus(await place(path));
    if (status === undefined) continue;
    const now = recordedFile(status);
    for (const record of records) {
      if (record < index.count && isWhatWasMade(index.file(record), now)) setRecordedFile(bytes, record, now);
    }
  }
  // The staged index stays until the record is gone: all of this can happen again.
  await writeDurably(join(folder, STAGED, COMPLETE), sealIndex(bytes));
  await rename(join(folder, STAGED, COMPLETE), join(folder, INDEX));
  const image = join(folder, STAGED, IMAGE);
  if (await isThere(image)) await rename(image, join(folder, IMAGE));
  await flush(folder);
}

/** Whether a file is the one that the commit left: nobody has changed it since. */
function isWhatWasMade(made: RecordedFile, now: RecordedFile): boolean {
  const late = now.modified - made.modified;
  const isSameTime = late <= COARSEST_TIME && late >= -COARSEST_TIME;
  return made.kind === now.kind && made.inode === now.inode && made.size === now.size && isSameTime;
}

/** Removes what a commit has left: without a record it is worth nothing. */
export async function dropStagedSideCar(tree: string): Promise<void> {
  const folder = sideCarPath(tree);
  if (!(await isThere(folder))) return;
  await rm(join(folder, STAGED), { recursive: true, force: true });
  // One that was to be made and has not been.
  await rmdir(folder).catch(() => {});
}
