// An image root as plain data, so that two states can be compared, and a list of changes checked against them.
import { createHash } from 'node:crypto';
import type { FileChange, FileStat, ImageRoot } from '../../../lib/image/image-root.ts';

/** What of an entry must not change unnoticed, by property. */
export type EntrySnapshot = Readonly<Record<string, string | number>>;
export type RootSnapshot = Record<string, EntrySnapshot>;

/** The properties of one entry, without contents. Link counts are left out: they change with other entries. */
export function describeStat(stat: FileStat): Record<string, string | number> {
  return {
    kind: stat.isDirectory ? 'directory' : 'file',
    size: stat.size,
    attributes: stat.attributes,
    creationTime: stat.creationTime.toJSON(),
    lastWriteTime: stat.lastWriteTime.toJSON(),
    shortName: stat.shortName,
    security: stat.securityDescriptor === undefined ? '' : Buffer.from(stat.securityDescriptor).toString('hex'),
    reparseTag: stat.reparseTag,
    streams: stat.streams
      .map(({ name, size }) => `${name}:${size}`)
      .sort()
      .join(' '),
  };
}

/** All entries of a root by path, with the SHA-256 of every file. */
export async function snapshotRoot(root: ImageRoot): Promise<RootSnapshot> {
  const snapshot: RootSnapshot = {};
  const visit = async (path: string): Promise<void> => {
    for await (const stat of root.list(path)) {
      snapshot[stat.path] = { ...describeStat(stat), ...(await contentOf(root, stat)) };
      if (stat.isDirectory && stat.reparseTag === 0) await visit(stat.path);
    }
  };
  const top = (await root.stat('\\'))!;
  snapshot['\\'] = describeStat(top);
  await visit('\\');
  return snapshot;
}

async function contentOf(root: ImageRoot, stat: FileStat): Promise<Record<string, string>> {
  if (stat.isDirectory || stat.reparseTag !== 0) return {};
  return {
    sha256: createHash('sha256')
      .update(await root.read(stat.path))
      .digest('hex'),
  };
}

/** What `before` becomes by the changes alone; they must come from `changes({ hashes: true })`. */
export function applyChanges(before: RootSnapshot, changes: readonly FileChange[]): RootSnapshot {
  const result: RootSnapshot = { ...before };
  for (const { before: old } of changes) if (old) delete result[old.path];
  for (const change of changes) {
    if (!change.after) continue;
    const sha256 = change.sha256After ?? before[change.before?.path ?? '']?.sha256;
    const isContent = !change.after.isDirectory && change.after.reparseTag === 0;
    result[change.path] = {
      ...describeStat(change.after),
      ...(isContent && sha256 !== undefined ? { sha256 } : {}),
    };
  }
  return result;
}

/** Changes that change nothing: a net list has none. */
export function idleChanges(before: RootSnapshot, after: RootSnapshot, changes: readonly FileChange[]): string[] {
  return changes
    .filter((change) => change.kind === 'metadata' || change.kind === 'replace')
    .filter(({ path }) => JSON.stringify(before[path]) === JSON.stringify(after[path]))
    .map(({ kind, path }) => `${kind} ${path}`);
}
