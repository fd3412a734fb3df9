// What the headers and the version resource of a PE file say, read by parts: a kernel has ten megabytes, its headers and
// version a few hundred bytes. Microsoft's PE format and VS_VERSIONINFO are documented; nothing in a file is trusted.
import type { ReadableTree } from './readable-tree.ts';
import type { Architecture } from './windows-installation.ts';

const machines: Readonly<Record<number, Architecture>> = {
  332: 'x86',
  448: 'arm',
  450: 'arm',
  452: 'arm',
  512: 'ia64',
  34404: 'amd64',
  43620: 'arm64',
};

export interface ExecutableHeader {
  /** undefined for a machine that Windows does not run on. */
  readonly architecture: Architecture | undefined;
  /** File version of VS_FIXEDFILEINFO: major, minor, build, revision. */
  readonly version: readonly [number, number, number, number] | undefined;
  /** ProductName of the first string table. */
  readonly productName: string | undefined;
}

const MAX_HEADER = 4096;
const MAX_SECTIONS = 96;
const MAX_RESOURCE_ENTRIES = 4096;
const MAX_VERSION_RESOURCE = 64 << 10;
const RT_VERSION = 16;

/** The header of a PE file; undefined when there is no such file or it is none. Damage in resources costs the version only. */
export async function readExecutableHeader(tree: ReadableTree, path: string): Promise<ExecutableHeader | undefined> {
  const found = await tree.stat(path);
  if (found === undefined || found.isDirectory) return undefined;
  const { size } = found;
  const read = async (offset: number, length: number): Promise<DataView> => {
    const end = Math.min(size, offset + length);
    const bytes = offset < end ? await tree.read(path, { offset, length: end - offset }) : new Uint8Array();
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
  const head = await read(0, MAX_HEADER);
  const pe = head.byteLength >= 64 && head.getUint16(0, true) === 0x5a4d ? head.getUint32(0x3c, true) : MAX_HEADER;
  if (pe + 26 > head.byteLength || head.getUint32(pe, true) !== 0x4550) return undefined;
  const architecture = machines[head.getUint16(pe + 4, true)];
  const version = await readVersion(head, pe, read).catch((error: unknown) => {
    if (error instanceof RangeError) return undefined;
    throw error;
  });
  return { architecture, version: version && fixedVersion(version), productName: version && productName(version) };
}

type ReadPart = (offset: number, length: number) => Promise<DataView>;

/** The bytes of the version resource. A RangeError means that something points outside. */
async function readVersion(head: DataView, pe: number, read: ReadPart): Promise<DataView | undefined> {
  const optional = pe + 24;
  const is64 = head.getUint16(optional, true) === 0x20b;
  const resources = optional + (is64 ? 112 : 96) + 2 * 8;
  const tree = toOffset(head, pe, head.getUint32(resources, true));
  if (tree === undefined) return undefined;
  let at = 0;
  for (const id of [RT_VERSION, undefined, undefined]) {
    const next = await findResource(read, tree + at, id);
    if (next === undefined) return undefined;
    at = next & 0x7fffffff;
    if (id === undefined || next >>> 31 === 1) continue;
    return undefined;
  }
  const entry = await read(tree + at, 16);
  const data = toOffset(head, pe, entry.getUint32(0, true));
  return data === undefined ? undefined : read(data, Math.min(entry.getUint32(4, true), MAX_VERSION_RESOURCE));
}

/** Where an address of the loaded image lies in the file. */
function toOffset(head: DataView, pe: number, address: number): number | undefined {
  if (address === 0) return undefined;
  const count = Math.min(head.getUint16(pe + 6, true), MAX_SECTIONS);
  const table = pe + 24 + head.getUint16(pe + 20, true);
  for (let at = table; at < table + count * 40; at += 40) {
    const start = head.getUint32(at + 12, true);
    if (address >= start && address < start + head.getUint32(at + 16, true)) {
      return head.getUint32(at + 20, true) + address - start;
    }
  }
  return undefined;
}

/** The offset in the entry of an identifier, or in the first entry, of a resource directory. */
async function findResource(read: ReadPart, offset: number, id: number | undefined): Promise<number | undefined> {
  const head = await read(offset, 16);
  const count = Math.min(head.getUint16(12, true) + head.getUint16(14, true), MAX_RESOURCE_ENTRIES);
  const entries = await read(offset + 16, count * 8);
  for (let at = 0; at < count * 8; at += 8) {
    if (id === undefined || entries.getUint32(at, true) === id) return entries.getUint32(at + 4, true);
  }
  return undefined;
}

/** VS_FIXEDFILEINFO stands behind the key, which has a fixed length. */
function fixedVersion(resource: DataView): ExecutableHeader['version'] {
  const at = 40;
  if (resource.byteLength < at + 16 || resource.getUint32(at, true) !== 0xfeef04bd) return undefined;
  const part = (offset: number): number => resource.getUint16(at + offset, true);
  return [part(10), part(8), part(14), part(12)];
}

/** Strings are found by their key: the nodes around them do not matter here. */
function productName(resource: DataView): string | undefined {
  const bytes = Buffer.from(resource.buffer, resource.byteOffset, resource.byteLength);
  const key = Buffer.from('ProductName\0', 'utf16le');
  const found = bytes.indexOf(key);
  if (found < 0) return undefined;
  const start = (found + key.length + 3) & ~3;
  const text = bytes.toString('utf16le', start, Math.min(bytes.length, start + 512));
  const end = text.indexOf('\0');
  return end > 0 ? text.slice(0, end) : undefined;
}
