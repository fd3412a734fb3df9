// Third-party drivers of an image as folders on disk, byte for byte, each named as in the driver store.

import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DismError } from '../../base/error.ts';
import { fromSystemError } from '../../base/system-error.ts';
import { parseWindowsPath } from '../../base/windows-path.ts';
import type { FileStat } from '../../image/image-root.ts';
import type { ServicingSession } from '../servicing-session.ts';
import type { ListedDriver } from './list-drivers.ts';
import { storePath } from './store-paths.ts';

/** Bytes read at a time. */
const CHUNK = 8 << 20;

/**
 * Copies the store folder of a driver to `<destination>/<folder>`, replacing one that is there. The folder appears with all
 * its files or not at all. Returns its path. Throws what the file system says.
 */
export async function exportDriver(
  session: ServicingSession,
  driver: ListedDriver,
  destination: string,
): Promise<string> {
  const [name] = parseWindowsPath(driver.folder);
  const target = join(resolve(destination), name!);
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(temporary, { recursive: true });
    await copyFolder(session, storePath(session, driver.folder), temporary, 0);
    await rm(target, { recursive: true, force: true });
    await rename(temporary, target);
    return target;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw fromSystemError(error, target);
  }
}

const MAX_DEPTH = 64;

async function copyFolder(session: ServicingSession, from: string, to: string, depth: number): Promise<void> {
  if (depth > MAX_DEPTH) throw new DismError('LimitExceeded', `${from} lies deeper than a driver package can.`);
  for await (const entry of session.root.list(from)) {
    // An image can hold names that mean something else here.
    const [name, ...rest] = parseWindowsPath(entry.name);
    if (name === undefined || rest.length > 0 || entry.reparseTag !== 0) {
      session.warn(`${entry.path} is a link or has a name that cannot be exported; it was left out.`);
      continue;
    }
    const target = join(to, name);
    if (entry.isDirectory) {
      await mkdir(target);
      await copyFolder(session, entry.path, target, depth + 1);
    } else {
      await copyFile(session, entry, target);
    }
  }
}

async function copyFile(session: ServicingSession, entry: FileStat, target: string): Promise<void> {
  const file = await open(target, 'wx').catch((error: unknown) => {
    throw fromSystemError(error, dirname(target));
  });
  try {
    for (let offset = 0; offset < entry.size; offset += CHUNK) {
      const length = Math.min(CHUNK, entry.size - offset);
      await file.write(await session.root.read(entry.path, { offset, length }));
    }
    await file.sync();
  } finally {
    await file.close();
  }
  const time = entry.lastWriteTime.toDate();
  await utimes(target, time, time);
}
