// A cabinet file (.cab) as a list of files that can be unpacked. FORMAT.md says what the bytes are.
import { DismError } from '../base/error.ts';
import { upcase } from '../base/upcase.ts';
import { decodeWindows1252 } from '../base/windows-1252.ts';
import { cabError } from './cab-error.ts';
import { type CabinetFolder, unpackFolder } from './cabinet-folder.ts';

export interface CabinetFile {
  /** As the cabinet spells it; it can hold folders, and anything else that a hostile one likes. */
  readonly name: string;
  readonly size: number;
  /** The time of its last change in local time, as if it were UTC; undefined when the cabinet holds nonsense. */
  readonly lastWriteTime: Date | undefined;
}

interface PlacedFile extends CabinetFile {
  readonly folder: number;
  readonly offset: number;
  /** Where it is described, for errors. */
  readonly at: number;
}

const HAS_PREVIOUS = 1;
const HAS_NEXT = 2;
const HAS_RESERVE = 4;
const UTF8_NAME = 0x80;
const MAX_NAME = 256;
/** Folder numbers from here on belong to files that lie in another cabinet, too. */
const FIRST_SHARED_FOLDER = 0xfffd;
/** Bytes of the cabinets that are read; those of drivers have some megabytes. */
const MAX_CABINET = 512 << 20;

/** Whether bytes begin like a cabinet. */
export function isCabinet(bytes: Uint8Array): boolean {
  return bytes[0] === 0x4d && bytes[1] === 0x53 && bytes[2] === 0x43 && bytes[3] === 0x46;
}

export class Cabinet {
  readonly #bytes: Uint8Array;
  readonly #file: string;
  readonly #folders: readonly CabinetFolder[];
  readonly #files: readonly PlacedFile[];
  readonly #unpacked = new Map<number, Uint8Array>();
  #byName: ReadonlyMap<string, CabinetFile> | undefined;

  /**
   * Reads the directory of a cabinet. Throws Corrupt, Truncated, UnsupportedVersion or LimitExceeded with the offset.
   * @param file For messages.
   */
  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#file = file;
    if (bytes.length > MAX_CABINET) throw cabError('LimitExceeded', file, 0, `a cabinet of ${bytes.length} bytes`);
    const reader = new CabinetReader(bytes, file);
    if (!isCabinet(bytes)) throw cabError('Corrupt', file, 0, 'it is no cabinet');
    const filesAt = reader.u32(16);
    const [folderCount, fileCount] = [reader.u16(26), reader.u16(28)];
    const flags = reader.u16(30);
    if (bytes[25] !== 1) throw cabError('UnsupportedVersion', file, 24, `a cabinet of version ${bytes[25]}`);
    let at = 36;
    let [folderReserve, dataReserve] = [0, 0];
    if ((flags & HAS_RESERVE) !== 0) {
      [folderReserve, dataReserve] = [reader.u8(38), reader.u8(39)];
      at = 40 + reader.u16(36);
    }
    for (const flag of [HAS_PREVIOUS, HAS_NEXT]) {
      if ((flags & flag) === 0) continue;
      at = reader.text(at).next;
      at = reader.text(at).next;
    }
    this.#folders = Array.from({ length: folderCount }, (_, index) => {
      const place = at + index * (8 + folderReserve);
      return {
        start: reader.u32(place),
        blockCount: reader.u16(place + 4),
        compression: reader.u16(place + 6),
        dataReserve,
      };
    });
    this.#files = readFiles(reader, filesAt, fileCount, folderCount);
  }

  get files(): readonly CabinetFile[] {
    return this.#files;
  }

  /** A file by its name, in any case; a name without folders also finds one inside folders. */
  find(name: string): CabinetFile | undefined {
    this.#byName ??= indexNames(this.#files);
    return this.#byName.get(keyOf(name));
  }

  /**
   * The contents of a file of this cabinet. Throws Corrupt, Truncated, LimitExceeded, or UnsupportedVersion for a compression
   * that is not known here and for files that go on in another cabinet.
   */
  unpack(file: CabinetFile): Uint8Array {
    const placed = this.#files.find((one) => one === file);
    if (!placed) throw new DismError('NotFound', `${this.#file} holds no ${file.name}.`, { File: this.#file });
    const folder = this.#folders[placed.folder];
    if (!folder) {
      const problem = `"${placed.name}" goes on in another cabinet, which is not supported: unpack the set first`;
      throw cabError('UnsupportedVersion', this.#file, placed.at, problem);
    }
    const contents = this.#unpacked.get(placed.folder) ?? unpackFolder(this.#bytes, folder, this.#file);
    this.#unpacked.set(placed.folder, contents);
    if (placed.offset + placed.size > contents.length) {
      throw cabError('Corrupt', this.#file, placed.at, `"${placed.name}" ends behind its folder`);
    }
    return contents.slice(placed.offset, placed.offset + placed.size);
  }
}

function keyOf(name: string): string {
  return upcase(name.replaceAll('/', '\\'));
}

/** Files by their names and, where that is no name of another, by their names without folders. */
function indexNames(files: readonly CabinetFile[]): Map<string, CabinetFile> {
  const index = new Map<string, CabinetFile>();
  const add = (key: string, file: CabinetFile): void => void (index.has(key) || index.set(key, file));
  for (const file of files) add(keyOf(file.name), file);
  for (const file of files) add(keyOf(file.name).replace(/^.*\\/s, ''), file);
  return index;
}

function readFiles(reader: CabinetReader, start: number, count: number, folders: number): PlacedFile[] {
  const files: PlacedFile[] = [];
  for (let at = start; files.length < count; ) {
    const [size, offset] = [reader.u32(at), reader.u32(at + 4)];
    const folder = reader.u16(at + 8);
    if (folder >= folders && folder < FIRST_SHARED_FOLDER) {
      throw reader.error('Corrupt', at + 8, `folder ${folder} of ${folders}`);
    }
    const { bytes, next } = reader.text(at + 16);
    if (bytes.length === 0) throw reader.error('Corrupt', at + 16, 'a file without name');
    const isUtf8 = (reader.u16(at + 14) & UTF8_NAME) !== 0;
    const name = isUtf8 ? new TextDecoder().decode(bytes) : decodeWindows1252(bytes);
    const lastWriteTime = dosTime(reader.u16(at + 10), reader.u16(at + 12));
    files.push({ name, size, lastWriteTime, folder, offset, at });
    at = next;
  }
  return files;
}

function dosTime(date: number, time: number): Date | undefined {
  const [year, month, day] = [1980 + (date >> 9), (date >> 5) & 15, date & 31];
  const found = new Date(Date.UTC(year, month - 1, day, time >> 11, (time >> 5) & 63, (time & 31) * 2));
  return found.getUTCMonth() === month - 1 && found.getUTCDate() === day ? found : undefined;
}

/** Numbers and names at offsets; all of them are checked. */
class CabinetReader {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #file: string;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#file = file;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  error(symbol: 'Corrupt' | 'Truncated', offset: number, problem: string): DismError {
    return cabError(symbol, this.#file, offset, problem);
  }

  #need(at: number, length: number): void {
    if (at + length > this.#bytes.length) throw this.error('Truncated', at, 'the cabinet ends here');
  }

  u8(at: number): number {
    this.#need(at, 1);
    return this.#view.getUint8(at);
  }

  u16(at: number): number {
    this.#need(at, 2);
    return this.#view.getUint16(at, true);
  }

  u32(at: number): number {
    this.#need(at, 4);
    return this.#view.getUint32(at, true);
  }

  /** Text up to its NUL. */
  text(at: number): { readonly bytes: Uint8Array; readonly next: number } {
    const end = this.#bytes.subarray(0, at + MAX_NAME + 1).indexOf(0, at);
    if (end >= 0) return { bytes: this.#bytes.subarray(at, end), next: end + 1 };
    if (at + MAX_NAME < this.#bytes.length) throw this.error('Corrupt', at, 'a name is too long');
    throw this.error('Truncated', at, 'the cabinet ends in a name');
  }
}
