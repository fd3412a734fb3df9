// Files that a package holds in compressed form: in a cabinet that [SourceDisksNames] names, or each by itself with an
// underscore as the last character of its name (compress.exe, makecab). Windows stores and signs them unpacked.
import { readFile } from 'node:fs/promises';
import { DismError } from '../../base/error.ts';
import { FileTime } from '../../base/file-time.ts';
import { fromSystemError } from '../../base/system-error.ts';
import { Cabinet, type CabinetFile, isCabinet } from '../../cab/cabinet.ts';
import { isKwaj, isSzdd, szddSize, unpackSzdd } from '../../cab/szdd.ts';
import type { InfSourceFile } from '../../inf/inf-source-files.ts';
import type { PackageFile, PackageFolder } from './driver-package.ts';

/** Bytes of one compressed file or cabinet. */
const MAX_PACKED = 256 << 20;

/** `x.sy_` for `x.sys`, `x.a_` for `x.a`, `x._` for `x`: how Windows looks for compressed files. */
export function packedName(path: string): string {
  const name = path.slice(path.lastIndexOf('\\') + 1);
  const dot = name.lastIndexOf('.');
  if (dot < 0) return `${path}._`;
  return name.length - dot - 1 < 3 ? `${path}_` : `${path.slice(0, -1)}_`;
}

export class PackedFiles {
  readonly #folder: PackageFolder;
  readonly #cabinets = new Map<string, Cabinet>();

  constructor(folder: PackageFolder) {
    this.#folder = folder;
  }

  /**
   * A file of the package in compressed form, as the file it unpacks to; undefined when there is none. Throws Corrupt,
   * Truncated and LimitExceeded for damaged ones, UnsupportedVersion for compressions that are not known.
   */
  async find(source: Pick<InfSourceFile, 'path' | 'cabinet'>): Promise<PackageFile | undefined> {
    const { path, cabinet } = source;
    const holder = cabinet === undefined ? undefined : await this.#folder.find(cabinet);
    if (holder) {
      const opened = this.#cabinets.get(holder.file) ?? new Cabinet(await readPacked(holder), holder.file);
      this.#cabinets.set(holder.file, opened);
      const found = opened.find(path) ?? opened.find(path.slice(path.lastIndexOf('\\') + 1));
      if (found) return fromCabinet(path, holder, opened, found);
    }
    const single = await this.#folder.find(packedName(path));
    return single && unpackedFile(path, single);
  }
}

async function readPacked({ file, size }: PackageFile): Promise<Uint8Array> {
  if (size > MAX_PACKED) throw new DismError('LimitExceeded', `${file} has ${size} bytes.`, { File: file });
  try {
    return await readFile(file);
  } catch (error) {
    throw fromSystemError(error, file);
  }
}

function fromCabinet(path: string, holder: PackageFile, cabinet: Cabinet, found: CabinetFile): PackageFile {
  const { size, lastWriteTime } = found;
  const time = lastWriteTime === undefined ? holder.lastWriteTime : FileTime.fromDate(lastWriteTime);
  return { path, file: holder.file, size, lastWriteTime: time, unpack: async () => cabinet.unpack(found) };
}

async function unpackedFile(path: string, single: PackageFile): Promise<PackageFile> {
  const bytes = await readPacked(single);
  if (isKwaj(bytes)) {
    const message = `${single.file} is compressed in a way (KWAJ) that is not supported. Unpack it with expand.exe first.`;
    throw new DismError('UnsupportedVersion', message, { File: single.file, Offset: 0 });
  }
  if (isSzdd(bytes)) {
    const size = szddSize(bytes, single.file);
    return { ...single, path, size, unpack: async () => unpackSzdd(await readPacked(single), single.file) };
  }
  if (isCabinet(bytes)) {
    const cabinet = new Cabinet(bytes, single.file);
    const [only, ...others] = cabinet.files;
    if (only && others.length === 0) return fromCabinet(path, single, cabinet, only);
  }
  // A file that only has such a name.
  return { ...single, path };
}
