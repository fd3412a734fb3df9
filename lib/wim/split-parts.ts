// Finds the files that may hold the other parts of a split set. Which of them really belong to it, the engine decides
// from their headers.
import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { DismError } from '../base/error.ts';

function patternExpression(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 'i');
}

/** Paths beside `path`, or those that match `pattern` (wildcards in its last component), without `path` itself. */
export async function findSplitParts(path: string, pattern: string | undefined): Promise<string[]> {
  const folder = dirname(pattern ?? path);
  const extension = extname(path);
  // The set of base3.swm begins with base.swm.
  const stem = basename(path, extension).replace(/\d+$/, '');
  const expression = patternExpression(pattern ? basename(pattern) : `${stem}*${extension}`);
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (cause) {
    throw new DismError('PathNotFound', `The folder ${folder} of the split parts cannot be read.`, {
      Target: folder,
      cause,
    });
  }
  return names
    .filter((name) => expression.test(name))
    .map((name) => join(folder, name))
    .filter((candidate) => candidate !== path)
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}
