// The smallest file that Windows and others take for a PE image with a version resource: headers, one section with the
// resource tree, nothing to run. Written from the PE format documentation of Microsoft.
import type { PhonyArchitecture } from './releases.ts';

const machines: Readonly<Record<PhonyArchitecture, number>> = {
  x86: 0x14c,
  arm: 0x1c4,
  ia64: 0x200,
  amd64: 0x8664,
  arm64: 0xaa64,
};

export interface PhonyExecutable {
  readonly architecture: PhonyArchitecture;
  /** Four parts with dots. */
  readonly version: string;
  /** Subsystem native, not DLL, as of a driver; default a DLL of the console subsystem. */
  readonly isDriver?: boolean;
  readonly productName?: string;
  readonly description?: string;
  readonly originalName?: string;
}

const HEADERS = 0x200;
const SECTION_ADDRESS = 0x1000;
const ENGLISH = 0x409;

/** A node of a version resource: length, value length, type, key, value, children, each at a multiple of four. */
function versionNode(
  key: string,
  value: Buffer | string | undefined,
  children: readonly Buffer[] = [],
  isText = typeof value === 'string' || value === undefined,
): Buffer {
  const head = Buffer.concat([Buffer.alloc(6), Buffer.from(`${key}\0`, 'utf16le')]);
  const data = typeof value === 'string' ? Buffer.from(`${value}\0`, 'utf16le') : (value ?? Buffer.alloc(0));
  const parts: Buffer[] = [];
  let length = 0;
  for (const part of [head, data, ...children]) {
    if (part.length === 0) continue;
    const gap = -length & 3;
    parts.push(Buffer.alloc(gap), part);
    length += gap + part.length;
  }
  const node = Buffer.concat(parts);
  node.writeUInt16LE(node.length, 0);
  node.writeUInt16LE(typeof value === 'string' ? data.length / 2 : data.length, 2);
  node.writeUInt16LE(isText ? 1 : 0, 4);
  return node;
}

function versionResource(of: PhonyExecutable): Buffer {
  const [major = 0, minor = 0, build = 0, revision = 0] = of.version.split('.').map(Number);
  const fixed = Buffer.alloc(52);
  fixed.writeUInt32LE(0xfeef04bd, 0);
  fixed.writeUInt32LE(0x10000, 4);
  for (const at of [8, 16]) {
    fixed.writeUInt16LE(minor, at);
    fixed.writeUInt16LE(major, at + 2);
    fixed.writeUInt16LE(revision, at + 4);
    fixed.writeUInt16LE(build, at + 6);
  }
  fixed.writeUInt32LE(0x3f, 24);
  fixed.writeUInt32LE(0x40004, 32);
  fixed.writeUInt32LE(of.isDriver ? 3 : 2, 36);
  const texts = {
    FileDescription: of.description ?? 'Phony file',
    FileVersion: of.version,
    OriginalFilename: of.originalName ?? '',
    ProductName: of.productName ?? 'Phony® Windows® Operating System',
    ProductVersion: of.version,
  };
  const strings = Object.entries(texts).map(([key, value]) => versionNode(key, value));
  const translation = Buffer.from([ENGLISH & 0xff, ENGLISH >> 8, 0xb0, 0x04]);
  return versionNode('VS_VERSION_INFO', fixed, [
    versionNode('StringFileInfo', undefined, [versionNode('040904B0', undefined, strings)]),
    versionNode('VarFileInfo', undefined, [versionNode('Translation', translation)]),
  ]);
}

/** The three levels of the resource tree (type, name, language) and the data they lead to. */
function resourceSection(version: Buffer): Buffer {
  const tree = Buffer.alloc(3 * 24 + 16);
  const levels = [
    { id: 16, to: 24 | 0x80000000 },
    { id: 1, to: 48 | 0x80000000 },
    { id: ENGLISH, to: 72 },
  ];
  levels.forEach(({ id, to }, level) => {
    tree.writeUInt16LE(1, level * 24 + 14);
    tree.writeUInt32LE(id, level * 24 + 16);
    tree.writeUInt32LE(to >>> 0, level * 24 + 20);
  });
  tree.writeUInt32LE(SECTION_ADDRESS + tree.length, 72);
  tree.writeUInt32LE(version.length, 76);
  return Buffer.concat([tree, version]);
}

/** The bytes of the file. */
export function phonyExecutable(of: PhonyExecutable): Buffer {
  const is64 = of.architecture !== 'x86' && of.architecture !== 'arm';
  const resources = resourceSection(versionResource(of));
  const rawSize = (resources.length + 0x1ff) & ~0x1ff;
  const file = Buffer.alloc(HEADERS + rawSize);
  file.write('MZ', 0, 'latin1');
  file.writeUInt32LE(0x40, 0x3c);
  file.write('PE\0\0', 0x40, 'latin1');
  const optionalSize = is64 ? 240 : 224;
  file.writeUInt16LE(machines[of.architecture], 0x44);
  file.writeUInt16LE(1, 0x46);
  file.writeUInt16LE(optionalSize, 0x54);
  file.writeUInt16LE(0x0022 | (is64 ? 0 : 0x100) | (of.isDriver ? 0 : 0x2000), 0x56);

  const optional = 0x58;
  file.writeUInt16LE(is64 ? 0x20b : 0x10b, optional);
  file.writeUInt32LE(rawSize, optional + 8);
  if (is64) file.writeBigUInt64LE(0x180000000n, optional + 24);
  else file.writeUInt32LE(0x10000000, optional + 28);
  file.writeUInt32LE(0x1000, optional + 32);
  file.writeUInt32LE(0x200, optional + 36);
  file.writeUInt16LE(6, optional + 40);
  file.writeUInt16LE(6, optional + 48);
  file.writeUInt32LE(SECTION_ADDRESS + ((resources.length + 0xfff) & ~0xfff), optional + 56);
  file.writeUInt32LE(HEADERS, optional + 60);
  file.writeUInt16LE(of.isDriver ? 1 : 3, optional + 68);
  file.writeUInt32LE(16, optional + (is64 ? 108 : 92));
  const directory = optional + (is64 ? 112 : 96) + 2 * 8;
  file.writeUInt32LE(SECTION_ADDRESS, directory);
  file.writeUInt32LE(resources.length, directory + 4);

  const section = optional + optionalSize;
  file.write('.rsrc', section, 'latin1');
  file.writeUInt32LE(resources.length, section + 8);
  file.writeUInt32LE(SECTION_ADDRESS, section + 12);
  file.writeUInt32LE(rawSize, section + 16);
  file.writeUInt32LE(HEADERS, section + 20);
  file.writeUInt32LE(0x40000040, section + 36);
  resources.copy(file, HEADERS);
  return file;
}
