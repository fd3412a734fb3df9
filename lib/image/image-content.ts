// Choosing entries of an image by path or wildcard, and writing them out.
import { DismError } from '../base/error.ts';
import type { ApplyOutcome } from '../native/addon.ts';
import type { EngineOptions } from '../wim/engine-options.ts';
import type { WimImage } from '../wim/wim-image.ts';

/** `\dir\file` from what a person writes. */
export function imagePath(path: string): string {
  return (
    '\\' +
    path
      .replaceAll('/', '\\')
      .replace(/^\\+|\\+$/g, '')
      .replace(/\\{2,}/g, '\\')
  );
}

/** Whether a path is a pattern: `*` and `?` stay within a folder, `**` crosses folders. */
export function isPattern(path: string): boolean {
  return /[*?]/.test(path);
}

/** A test for paths of an image; the whole path must match, letter case does not count. */
export function pathPattern(pattern: string): RegExp {
  const source = imagePath(pattern).replace(/\*\*\\?|[*?]|[.+^${}()|[\]\\]/g, (token) => {
    if (token === '**\\') return '(?:.*\\\\)?';
    if (token === '**') return '.*';
    if (token === '*') return '[^\\\\]*';
    return token === '?' ? '[^\\\\]' : `\\${token}`;
  });
  return new RegExp(`^${source}$`, 'iu');
}

/** The entries that the paths and patterns name. Throws PathNotFound for a pattern that matches nothing. */
export async function findPaths(
  image: WimImage,
  patterns: readonly string[],
  options: EngineOptions,
): Promise<string[]> {
  const found = new Set(patterns.filter((pattern) => !isPattern(pattern)).map(imagePath));
  const tests = patterns.filter(isPattern).map((pattern) => ({ pattern, test: pathPattern(pattern), hits: 0 }));
  if (tests.length > 0) {
    for await (const batch of image.entryBatches(options)) {
      for (const { path } of batch) {
        for (const test of tests) {
          if (path === '\\' || !test.test.test(path)) continue;
          test.hits++;
          found.add(path);
        }
      }
    }
  }
  for (const { pattern, hits } of tests) {
    if (hits > 0) continue;
    throw new DismError('PathNotFound', `Nothing in image ${image.index} of ${image.file} matches ${pattern}.`, {
      Target: pattern,
    });
  }
  return withoutNested([...found]);
}

/** A folder brings what is below it along. */
function withoutNested(paths: readonly string[]): string[] {
  const chosen = new Set(paths.map((path) => path.toLowerCase()));
  return paths.filter((path) => {
    for (let at = path.lastIndexOf('\\'); at > 0; at = path.lastIndexOf('\\', at - 1)) {
      if (chosen.has(path.slice(0, at).toLowerCase())) return false;
    }
    return true;
  });
}

/** Writes entries into a folder, each under its own name. */
export async function extractPaths(
  image: WimImage,
  paths: readonly string[],
  destination: string,
  options: EngineOptions & { readonly unixData?: boolean },
): Promise<ApplyOutcome> {
  const names = new Map<string, string>();
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('\\') + 1).toLowerCase();
    const other = names.get(name);
    if (other !== undefined) {
      throw new DismError(
        'NameCollision',
        `${other} and ${path} would have the same name in ${destination}: export them one by one.`,
        { Target: path },
      );
    }
    names.set(name, path);
  }
  return image.apply({ target: destination, paths, writeSideCar: false, unixData: options.unixData ?? false }, options);
}
