// The files of a local driver package as what its signature is about.
import { readFile } from 'node:fs/promises';
import { fromSystemError } from '../../base/system-error.ts';
import type { PackageFile } from './driver-package.ts';
import type { SignedFile } from './package-signature.ts';

/** The contents of a file, unpacked when the package holds it in compressed form. Throws what the file system says. */
export async function packageFileBytes(file: PackageFile): Promise<Uint8Array> {
  try {
    return await (file.unpack ? file.unpack() : readFile(file.file));
  } catch (error) {
    throw fromSystemError(error, file.path);
  }
}

/**
 * A file to be read when its turn comes.
 * @param path Below the folder of the INF.
 * @param file Where it is; absent when it is missing.
 */
export function readPackageFile(path: string, file?: PackageFile): SignedFile {
  return { path, read: async () => file && packageFileBytes(file) };
}
