// Local paths with wildcards in their last name, as cmdlets take them.
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DismError } from '../lib/base/error.ts';
import { fromSystemError } from '../lib/base/system-error.ts';
import { path } from '../lib/host/parameter.ts';
import { hasWildcard, wildcard } from '../lib/host/value/wildcard.ts';

/** The paths that paths and patterns name, in order. Throws PathNotFound for a pattern that matches nothing. */
export async function expandLocalPaths(patterns: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const pattern of patterns) {
    if (!hasWildcard(basename(pattern))) {
      found.push(pattern);
      continue;
    }
    const folder = dirname(pattern);
    const names = await readdir(folder).catch((error: unknown) => {
      throw fromSystemError(error, folder);
    });
    const matches = names.filter(wildcard(basename(pattern))).sort();
    if (matches.length === 0) {
      throw new DismError('PathNotFound', `Nothing matches ${pattern}.`, { Target: pattern });
    }
    found.push(...matches.map((name) => join(folder, name)));
  }
  return found;
}

/** Where a copy of `source` goes: into a folder that exists, or to the new path itself. '.' is the current folder. */
export async function destinationOf(source: string, given: string, cwd: string): Promise<string> {
  const destination = given === '.' ? cwd : given;
  const found = await stat(destination).catch(() => undefined);
  return found?.isDirectory() ? join(destination, basename(source)) : destination;
}

/** The parameter of cmdlets that take paths and patterns of this machine. */
export function pathPatterns(help: string) {
  return path.array({
    help,
    mandatory: true,
    position: 0,
    pipeline: 'both',
    wildcards: true,
    aliases: ['LiteralPath', 'FullName'],
  });
}
