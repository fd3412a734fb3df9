// The net changes of an edited tree: each entry against what it was when it was loaded.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { compareWindowsPaths } from '../../base/windows-path.ts';
import type { FileChange, FileStat } from '../image-root.ts';
import { openQuietly } from './disk-status.ts';
import type { Body, Entry } from './entry-tree.ts';

/** A change with the contents on either side. */
interface TreeChange {
  readonly change: FileChange;
  readonly bodyBefore?: Body | undefined;
  readonly bodyAfter?: Body | undefined;
}

/** The changes in the order of paths; at one path what goes comes first. */
export function treeChanges(root: Entry, removed: Iterable<Entry>): TreeChange[] {
  const found: TreeChange[] = [];
  const gone = new Map<string, Entry>();
  for (const entry of removed) gone.set(entry.origin!.stat.path, entry);
  const visit = (entry: Entry): void => {
    if (entry.parent === undefined) {
      if (entry.body.hasNewStatus) found.push(rootChange(entry));
    } else {
      const change = changeOf(entry, gone);
      if (change !== undefined) found.push(change);
    }
    for (const child of entry.children ?? []) visit(child);
  };
  visit(root);
  for (const { origin } of gone.values()) {
    const { stat, body } = origin!;
    found.push({ change: { kind: 'remove', path: stat.path, before: stat }, bodyBefore: body });
  }
  const rank = ({ change }: TreeChange): number => (change.kind === 'remove' ? 0 : 1);
  return found.sort((a, b) => compareWindowsPaths(a.change.path, b.change.path) || rank(a) - rank(b));
}

function rootChange(entry: Entry): TreeChange {
  const { base } = entry.body;
  const after = entry.stat();
  const before = withStatus(entry, base!);
  return {
    change: { kind: 'metadata', path: after.path, before, after },
    bodyBefore: entry.body,
    bodyAfter: entry.body,
  };
}

function withStatus(entry: Entry, status: Body['status']): FileStat {
  const { status: now } = entry.body;
  entry.body.status = status;
  const stat = entry.stat();
  entry.body.status = now;
  return stat;
}

function changeOf(entry: Entry, gone: Map<string, Entry>): TreeChange | undefined {
  const after = entry.stat();
  const { path } = after;
  const bodyAfter = entry.body;
  const { origin } = entry;
  if (origin === undefined) {
    const replaced = gone.get(path)?.origin;
    if (replaced === undefined || replaced.body.kind !== bodyAfter.kind) {
      return { change: { kind: 'create', path, after }, bodyAfter };
    }
    gone.delete(path);
    const kind = bodyAfter.kind === 'directory' ? 'metadata' : 'replace';
    if (kind === 'metadata' && isSame(replaced.stat, after)) return undefined;
    return { change: { kind, path, before: replaced.stat, after }, bodyBefore: replaced.body, bodyAfter };
  }
  const before = origin.stat;
  const bodyBefore = origin.body;
  if (path !== before.path) return { change: { kind: 'rename', path, before, after }, bodyBefore, bodyAfter };
  if (bodyAfter !== bodyBefore) return { change: { kind: 'replace', path, before, after }, bodyBefore, bodyAfter };
  return isSame(before, after)
    ? undefined
    : { change: { kind: 'metadata', path, before, after }, bodyBefore, bodyAfter };
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
    Buffer.compare(a.securityDescriptor ?? new Uint8Array(0), b.securityDescriptor ?? new Uint8Array(0)) === 0 &&
    a.streams.length === b.streams.length
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
