// From the edited tree to the steps of its commit.
import { join } from 'node:path';
import type { DiskPath } from './commit-files.ts';
import { type CommitRecord, commitRecord, type StatusStep } from './commit-record.ts';
import type { Body, Entry } from './entry-tree.ts';

/** A hard link to make before the commit: `name` in the staging folder, of the file at `target`. */
export interface LinkToStage {
  readonly name: string;
  readonly target: string;
}

export interface CommitSteps {
  readonly record: CommitRecord;
  readonly links: readonly LinkToStage[];
  /** What was staged and is used. */
  readonly staged: readonly Body[];
}

/**
 * The steps that make a tree on the disk what the loaded entries say.
 *
 * @param removed entries of the tree that are gone.
 * @param staging the staging folder, whose `new/` holds what was staged.
 */
export function commitSteps(
  tree: string,
  root: Entry,
  removed: Iterable<Entry>,
  staging: { readonly path: string; nextName(): string },
): CommitSteps {
  const out: { path: DiskPath; to: string }[] = [];
  const incoming: { from: string; path: DiskPath; isFile: boolean }[] = [];
  const set: StatusStep[] = [];
  const links: LinkToStage[] = [];
  const staged = new Set<Body>();
  const settled = new Set<Body>();
  const touched = new Set<Entry>();
  let nextOld = 0;

  const fromStaging = (body: Body): string => {
    const name = body.location.slice(staging.path.length + 1);
    if (body.isStaged && !staged.has(body)) {
      staged.add(body);
      return name;
    }
    const link = { name: staging.nextName(), target: body.isStaged ? body.location : join(tree, body.location) };
    links.push(link);
    return link.name;
  };

  const visit = (entry: Entry): void => {
    const { body, origin, parent } = entry;
    if (parent !== undefined) {
      const isFile = body.kind !== 'directory';
      if (origin !== undefined && entry.hasOwnBody) {
        if (!entry.isInPlace) {
          const to = `old/${nextOld++}`;
          out.push({ path: origin.diskPath, to });
          incoming.push({ from: to, path: entry.diskPath, isFile });
          touched.add(origin.parent).add(parent);
        }
      } else {
        // A directory is not replaced by a rename, nor does one replace anything.
        const isOtherKind =
          origin !== undefined && origin.body.kind !== body.kind && [origin.body.kind, body.kind].includes('directory');
        if (origin !== undefined && (!entry.isInPlace || isOtherKind)) {
          out.push({ path: origin.diskPath, to: `old/${nextOld++}` });
          touched.add(origin.parent);
        }
        incoming.push({ from: fromStaging(body), path: entry.diskPath, isFile });
        touched.add(parent);
      }
    }
    if ((body.hasNewStatus || (body.isStaged && body.kind === 'directory')) && !settled.has(body)) {
      settled.add(body);
      set.push(statusStep(entry));
    }
    for (const child of entry.children ?? []) visit(child);
  };
  visit(root);

  const overwritten = new Set(incoming.filter((step) => step.isFile).map(({ path }) => path.join('/')));
  const isGone = new Set(removed);
  for (const entry of isGone) {
    const origin = entry.origin!;
    if (isGone.has(origin.parent)) continue;
    touched.add(origin.parent);
    const stays = entry.body.kind !== 'directory' && overwritten.has(origin.diskPath.join('/'));
    const parentIsInPlace = pathsEqual(origin.diskPath.slice(0, -1), origin.parent.diskPath);
    if (!(stays && parentIsInPlace)) out.push({ path: origin.diskPath, to: `old/${nextOld++}` });
  }
  // Directories keep their times whatever happens in them.
  for (const entry of touched) {
    if (isGone.has(entry) || settled.has(entry.body)) continue;
    settled.add(entry.body);
    set.push(statusStep(entry));
  }
  out.sort((a, b) => b.path.length - a.path.length);
  incoming.sort((a, b) => a.path.length - b.path.length);
  const record = commitRecord({ out, in: incoming.map(({ from, path }) => ({ from, path })), set });
  return { record, links, staged: [...staged] };
}

function statusStep(entry: Entry): StatusStep {
  const { base, status } = entry.body;
  return {
    path: entry.diskPath,
    ...(base?.mode === status.mode || status.kind === 'link' ? {} : { mode: status.mode }),
    modified: String(status.modified),
    accessed: String(status.accessed),
  };
}

function pathsEqual(a: DiskPath, b: DiskPath): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}
