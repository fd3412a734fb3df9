// Files of a commit on the disk: made durable, and never reached through a link.
import { lstat, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DismError } from '../../base/error.ts';

/** Names from the top of the tree; none for the tree itself. */
export type DiskPath = readonly string[];

/** Flushes a file or directory to the disk. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a file that is there whole or not at all, also after a power failure. */
export async function writeDurably(path: string, content: string | Uint8Array, mode = 0o666): Promise<void> {
  const temporary = `${path}.tmp`;
  await rm(temporary, { force: true });
  const handle = await open(temporary, 'wx', mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await flush(dirname(path));
}

/** The directory at a path, every part of which is a directory and no link. */
export async function realDirectory(tree: string, path: DiskPath): Promise<string> {
  let at = tree;
  for (const name of path) {
    at = join(at, name);
    if (!(await lstat(at)).isDirectory()) {
      throw new DismError('UnsafePath', `${at} is no longer a directory: nothing is written through it.`, {
        Target: at,
      });
    }
  }
  return at;
}
