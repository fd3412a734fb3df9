// Hives as files on disk: opened together with their transaction logs, written so that a reader sees the old or the new hive
// and never a mixture: a temporary file beside it, flushed, renamed over it. Logs that belong to the old state are emptied.
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DismError, type ErrorSymbol } from '../base/error.ts';
import { isRegistryFile, parseBaseBlock } from './base-block.ts';
import { Hive, type HiveOpenOptions } from './hive.ts';

const errorSymbols: Readonly<Record<string, ErrorSymbol>> = {
  ENOENT: 'NotFound',
  EACCES: 'AccessDenied',
  EPERM: 'AccessDenied',
  ENOSPC: 'DiskFull',
  EDQUOT: 'DiskFull',
  EROFS: 'ReadOnlyTarget',
  EMFILE: 'TooManyOpenFiles',
  ENAMETOOLONG: 'FilenameTooLong',
  EBUSY: 'SharingViolation',
};

function fileError(cause: unknown, action: string, path: string): unknown {
  if (!(cause instanceof Error) || !('code' in cause)) return cause;
  const symbol = errorSymbols[String(cause.code)] ?? 'IoError';
  const errno = 'errno' in cause ? Number(cause.errno) : undefined;
  return new DismError(symbol, `The hive ${path} could not be ${action}: ${cause.message}.`, {
    Target: path,
    File: path,
    Errno: errno,
    cause,
  });
}

/** The transaction logs beside a hive, whatever the case of their names. */
async function findLogs(path: string): Promise<string[]> {
  const directory = dirname(path);
  const wanted = ['.log', '.log1', '.log2'].map((extension) => basename(path).toLowerCase() + extension);
  const names = await readdir(directory);
  return names.filter((name) => wanted.includes(name.toLowerCase())).map((name) => join(directory, name));
}

async function readLogs(path: string): Promise<Uint8Array[]> {
  const logs = await findLogs(path);
  return Promise.all(logs.map((log) => readFile(log)));
}

/** Opens a hive file, completing it from the logs beside it when it was not written completely. */
export async function openHive(path: string, options: Omit<HiveOpenOptions, 'logs' | 'file'> = {}): Promise<Hive> {
  try {
    const [bytes, logs] = await Promise.all([readFile(path), readLogs(path)]);
    return Hive.open(bytes, { ...options, file: path, logs });
  } catch (error) {
    throw fileError(error, 'read', path);
  }
}

/** The highest sequence number in the base blocks of logs. */
function highestSequence(logs: readonly Uint8Array[]): number {
  const bases = logs.filter(isRegistryFile).map((log) => parseBaseBlock(log));
  return Math.max(0, ...bases.filter((base) => base.checksumMatches).map((base) => base.primarySequence));
}

/**
 * Writes a hive to a file, atomically. The mode of an existing file is kept. Afterwards its logs are of length zero: the new
 * hive is clean, its sequence number above theirs, and Windows makes its own at the next start.
 */
export async function writeHive(hive: Hive, path: string): Promise<void> {
  await writeResolved(hive, await realpath(path).catch(() => path));
}

/** A symbolic link stays one: the file it leads to is replaced. */
async function writeResolved(hive: Hive, path: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const bytes = hive.toBytes(highestSequence(await readLogs(path)));
    const mode = await stat(path).then(
      (found) => found.mode & 0o7777,
      () => 0o644,
    );
    try {
      await writeDurably(temporary, bytes, mode);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await flushDirectory(dirname(path));
    for (const log of await findLogs(path)) await emptyFile(log);
  } catch (error) {
    throw fileError(error, 'written', path);
  }
}

async function withFile(path: string, flags: string, action: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags);
  try {
    await action(file);
  } finally {
    await file.close();
  }
}

function writeDurably(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  return withFile(path, 'wx', async (file) => {
    await file.chmod(mode);
    await file.writeFile(bytes);
    await file.sync();
  });
}

function emptyFile(path: string): Promise<void> {
  return withFile(path, 'r+', async (file) => {
    await file.truncate(0);
    await file.sync();
  });
}

/** Makes the rename durable; not possible, and not needed, on Windows. */
async function flushDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  await withFile(path, 'r', (directory) => directory.sync());
}
