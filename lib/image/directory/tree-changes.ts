// The net changes of an edited tree: each entry against what it was when it was loaded.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { compareWindowsPaths } from '../../base/windows-path.ts';
import type { FileChange, FileStat } from '../image-root.ts';
import { openQuietly } from './disk-status.ts';
import type { Body, Entry } from './entry-tree.ts';
import type { SideCar } from './side-car.ts';

/** A change with the contents on either side. */
interface TreeChange {
  readonly change: FileChange;
  readonly bodyBefore?: Body | undefined;
  readonly bodyAfter?: Body | undefined;
}

/** The changes in the order of paths; at one path what goes comes first. */
export function treeChanges(root: Entry, removed: Iterable<Entry>, sideCar: SideCar): TreeChange[] {
  const found: TreeChange[] = [];
  const gone = new Map<string, Entry>();
  for (const entry of removed) gone.set(entry.originPath, entry);
  const visit = (entry: Entry): void => {
    if (entry.parent === undefined) {
      const change = isEdited(entry, sideCar) ? metadataChange(entry, entry, sideCar) : undefined;
      if (change !== undefined) found.push(change);
    } else {
      const change = changeOf(entry, gone, sideCar);
      if (change !== undefined) found.push(change);
    }
    for (const child of entry.children ?? []) visit(child);
  };
  visit(root);
  for (const entry of gone.values()) {
    const before = sideCar.originalStat(entry);
    found.push({ change: { kind: 'remove', path: before.path, before }, bodyBefore: entry.origin!.body });
  }
  const rank = ({ change }: TreeChange): number => (change.kind === 'remove' ? 0 : 1);
  return found.sort((a, b) => compareWindowsPaths(a.change.path, b.change.path) || rank(a) - rank(b));
}

/** Whether properties of an entry may be other than they were. */
function isEdited({ body, node }: Entry, sideCar: SideCar): boolean {
  return body.hasNewStatus || body.isAdopted || (node !== undefined && sideCar.touched.has(node));
}

/** The change of properties of what was `old`; undefined when there is none. */
function metadataChange(old: Entry, entry: Entry, sideCar: SideCar): TreeChange | undefined {
  const [before, after] = [sideCar.originalStat(old), sideCar.stat(entry)];
  if (isSame(before, after) && !sideCar.hasOtherData(entry, old)) return undefined;
  const bodyBefore = old.origin?.body ?? old.body;
  return { change: { kind: 'metadata', path: after.path, before, after }, bodyBefore, bodyAfter: entry.body };
}

function changeOf(entry: Entry, gone: Map<string, Entry>, sideCar: SideCar): TreeChange | undefined {
  const { path, origin } = entry;
  const bodyAfter = entry.body;
  if (origin === undefined) {
    const replaced = gone.get(path);
    const bodyBefore = replaced?.origin?.body;
    if (replaced === undefined || bodyBefore?.kind !== bodyAfter.kind) {
      return { change: { kind: 'create', path, after: sideCar.stat(entry) }, bodyAfter };
    }
    gone.delete(path);
    if (bodyAfter.kind === 'directory') return metadataChange(replaced, entry, sideCar);
    const [before, after] = [sideCar.originalStat(replaced), sideCar.stat(entry)];
    return { change: { kind: 'replace', path, before, after }, bodyBefore, bodyAfter };
  }
  const bodyBefore = origin.body;
  const isRenamed = path !== entry.originPath;
  if (!isRenamed && bodyAfter === bodyBefore) {
    return isEdited(entry, sideCar) ? metadataChange(entry, entry, sideCar) : undefined;
  }
  const [before, after] = [sideCar.originalStat(entry), sideCar.stat(entry)];
  return { change: { kind: isRenamed ? 'rename' : 'replace', path, before, after }, bodyBefore, bodyAfter };
}

/** Whether two entries differ in nothing but their number of links. */
function isSame(a: FileStat, b: FileStat): boolean {
  return (
    a.attributes === b.attributes &&
    a.creationTime.Ticks === b.creationTime.Ticks &&
    a.lastWriteTime.Ticks === b.lastWriteTime.Ticks &&
    a.lastAccessTime.Ticks === b.lastAccessTime.Ticks &&
    a.shortName === b.shortName &&
    a.reparseTag === b.reparseTag &&
    Buffer.compare(a.securityDescriptor ?? new Uint8Array(0), b.securityDescriptor ?? new Uint8Array(0)) === 0
  );
}

/** Fills in the SHA-256 of the contents on both sides. */
export async function withHashes({ change, bodyBefore, bodyAfter }: TreeChange, tree: string): Promise<FileChange> {
  const sha256Before = bodyBefore && change.before && (await sha256Of(bodyBefore, tree));
  const isKept = bodyAfter !== undefined && bodyAfter === bodyBefore;
  const sha256After = isKept ? sha256Before : bodyAfter && (await sha256Of(bodyAfter, tree));
  return {
    ...change,
    ...(sha256Before === undefined ? {} : { sha256Before }),
    ...(sha256After === undefined || change.after === undefined ? {} : { sha256After }),
  };
}

async function sha256Of(body: Body, tree: string): Promise<string | undefined> {
  if (body.kind !== 'file') return undefined;
  const hash = createHash('sha256');
  await using file = await openQuietly(body.isStaged ? body.location : join(tree, body.location));
  for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}
