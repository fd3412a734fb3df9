// Turns what node:fs throws into a DismError with the same code the engine gives for the same errno.
import { constants } from 'node:os';
import { DismError, type ErrorSymbol } from './error.ts';

const symbols: Readonly<Record<string, ErrorSymbol>> = {
  ENOENT: 'NotFound',
  ENOTDIR: 'PathNotFound',
  EACCES: 'AccessDenied',
  EPERM: 'AccessDenied',
  EEXIST: 'AlreadyExists',
  ENOTEMPTY: 'DirectoryNotEmpty',
  ENOSPC: 'DiskFull',
  EDQUOT: 'DiskFull',
  EBUSY: 'SharingViolation',
  ETXTBSY: 'SharingViolation',
  EMFILE: 'TooManyOpenFiles',
  ENFILE: 'TooManyOpenFiles',
  ENAMETOOLONG: 'FilenameTooLong',
  EROFS: 'ReadOnlyTarget',
};

/** A DismError for a failed call to the operating system; other errors come back as they are. */
export function fromSystemError(error: unknown, target: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const code = error.code;
  const errno = (constants.errno as Readonly<Record<string, number>>)[code];
  // "ENOENT: no such file or directory, stat '/x'": the name is said already.
  const reason = /^[A-Z0-9]+: ([^,]+),/.exec(error.message)?.[1] ?? error.message;
  return new DismError(symbols[code] ?? 'IoError', `${target}: ${reason}`, {
    Target: target,
    ...(errno === undefined ? {} : { Errno: errno }),
    cause: error,
  });
}
