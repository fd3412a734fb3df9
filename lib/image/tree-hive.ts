// A hive inside an image, opened for reading: with its transaction logs when it was not written completely.
import { DismError } from '../base/error.ts';
import { Hive } from '../registry/hive.ts';
import type { ReadableTree } from './readable-tree.ts';

/** SOFTWARE has a hundred megabytes in large images. */
const MAX_HIVE = 1 << 30;

/**
 * Opens a hive; undefined when the image has none. Errors name the image, the file and the offset. Edits of the hive go
 * nowhere.
 */
export async function readTreeHive(tree: ReadableTree, path: string): Promise<Hive | undefined> {
  const bytes = await readBounded(tree, path);
  if (bytes === undefined) return undefined;
  const file = `${tree.label}: ${path}`;
  // The logs of a hive that is complete say nothing, and a base block that is damaged makes them necessary.
  try {
    const hive = Hive.open(bytes, { file });
    if (hive.state === 'clean') return hive;
  } catch (error) {
    const logs = await readLogs(tree, path);
    if (logs.length === 0) throw error;
    return Hive.open(bytes, { file, logs });
  }
  return Hive.open(bytes, { file, logs: await readLogs(tree, path) });
}

async function readLogs(tree: ReadableTree, path: string): Promise<Uint8Array[]> {
  const logs: Uint8Array[] = [];
  for (const extension of ['.LOG', '.LOG1', '.LOG2']) {
    const bytes = await readBounded(tree, path + extension);
    if (bytes !== undefined && bytes.length > 0) logs.push(bytes);
  }
  return logs;
}

async function readBounded(tree: ReadableTree, path: string): Promise<Uint8Array | undefined> {
  const found = await tree.stat(path);
  if (found === undefined || found.isDirectory) return undefined;
  if (found.size > MAX_HIVE) {
    const message = `${tree.label}: ${path} has ${found.size} bytes; a registry hive has at most ${MAX_HIVE}.`;
    throw new DismError('LimitExceeded', message, { Target: path, File: `${tree.label}: ${path}` });
  }
  return tree.read(path);
}
