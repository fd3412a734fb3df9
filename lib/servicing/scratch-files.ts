// Bytes that wait for a commit: small ones in memory, large ones in files of a scratch folder that is made when the first
// is needed and removed with all of them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromSystemError } from '../base/system-error.ts';
import type { FileContent } from '../image/image-root.ts';

/** Smaller ones are not worth a file. */
const SMALLEST_FILE = 1 << 20;

/** Bytes that were put away, for ImageRoot.write. */
export interface ScratchBytes {
  readonly content: FileContent;
}

export class ScratchFiles {
  readonly #directory: string;
  #folder: Promise<string> | undefined;
  #count = 0;

  /** @param directory the folder for the scratch folder; default: the one for temporary files. */
  constructor(directory: string = tmpdir()) {
    this.#directory = directory;
  }

  /** Puts a copy of bytes away. Throws the reason of the file system when there is no room. */
  async keep(bytes: Uint8Array): Promise<ScratchBytes> {
    if (bytes.length < SMALLEST_FILE) return inMemory(Uint8Array.from(bytes));
    try {
      this.#folder ??= mkdtemp(join(this.#directory, 'opendism-hives-'));
      const file = join(await this.#folder, String(this.#count++));
      await writeFile(file, bytes, { mode: 0o600 });
      return inFile(file);
    } catch (error) {
      throw fromSystemError(error, `${this.#directory} (scratch folder; -ScratchDirectory names another)`);
    }
  }

  /** Removes all files. What `keep` gave is not to be read any more. */
  async clear(): Promise<void> {
    const folder = this.#folder;
    this.#folder = undefined;
    if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
  }
}

// Functions of their own: closures of one function share what it holds, and a file would keep the bytes in memory.
function inMemory(bytes: Uint8Array): ScratchBytes {
  return { content: { bytes } };
}

function inFile(file: string): ScratchBytes {
  return { content: { file } };
}
