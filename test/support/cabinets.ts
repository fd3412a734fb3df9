// Cabinets of our own making, for tests of what reads them.
import { deflateRawSync } from 'node:zlib';

const BLOCK = 0x8000;
/** 2020-06-21 12:34:56 in MS-DOS's way. */
const DOS_DATE = ((2020 - 1980) << 9) | (6 << 5) | 21;
const DOS_TIME = (12 << 11) | (34 << 5) | 28;

function checksum(bytes: Buffer, seed: number): number {
  let sum = seed;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) sum ^= bytes.readUInt32LE(at);
  if (at < bytes.length) sum ^= bytes.readUIntBE(at, bytes.length - at);
  return sum >>> 0;
}

/** A cabinet with one folder. */
export function buildCabinet(
  files: Readonly<Record<string, Uint8Array>>,
  options: { readonly compression: 'none' | 'mszip' },
): Buffer {
  const contents = Buffer.concat(Object.values(files));
  const blocks: Buffer[] = [];
  for (let at = 0; at < contents.length; at += BLOCK) {
    const plain = contents.subarray(at, at + BLOCK);
    const dictionary = contents.subarray(Math.max(0, at - BLOCK), at);
    const packed = deflateRawSync(plain, dictionary.length === 0 ? {} : { dictionary });
    const data = options.compression === 'none' ? plain : Buffer.concat([Buffer.from('CK'), packed]);
    const head = Buffer.alloc(8);
    head.writeUInt16LE(data.length, 4);
    head.writeUInt16LE(plain.length, 6);
    head.writeUInt32LE(checksum(head.subarray(4), checksum(data, 0)), 0);
    blocks.push(head, data);
  }
  let offset = 0;
  const entries = Object.entries(files).map(([name, bytes]) => {
    const entry = Buffer.alloc(16);
    entry.writeUInt32LE(bytes.length, 0);
    entry.writeUInt32LE(offset, 4);
    entry.writeUInt16LE(DOS_DATE, 10);
    entry.writeUInt16LE(DOS_TIME, 12);
    entry.writeUInt16LE(0x20, 14);
    offset += bytes.length;
    return Buffer.concat([entry, Buffer.from(`${name}\0`, 'latin1')]);
  });
  const listing = Buffer.concat(entries);
  const head = Buffer.alloc(44);
  head.write('MSCF', 'latin1');
  head.writeUInt32LE(44, 16);
  head.set([3, 1], 24);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(entries.length, 28);
  head.writeUInt32LE(44 + listing.length, 36);
  head.writeUInt16LE(blocks.length / 2, 40);
  head.writeUInt16LE(options.compression === 'none' ? 0 : 1, 42);
  const cabinet = Buffer.concat([head, listing, ...blocks]);
  cabinet.writeUInt32LE(cabinet.length, 8);
  return cabinet;
}

/** A file as compress.exe would make it, of bytes and runs of what was there before. */
export function buildSzdd(contents: Uint8Array): Buffer {
  const out: number[] = [];
  for (let at = 0; at < contents.length; ) {
    const group: number[] = [];
    let flags = 0;
    for (let bit = 0; bit < 8 && at < contents.length; bit++) {
      // Runs of one byte refer to the byte before.
      let run = 0;
      while (at > 0 && run < 18 && contents[at + run] === contents[at - 1] && at + run < contents.length) run++;
      if (run >= 3) {
        const from = (0xff0 + at - 1) & 0xfff;
        group.push(from & 0xff, ((from >> 4) & 0xf0) | (run - 3));
        at += run;
      } else {
        flags |= 1 << bit;
        group.push(contents[at++]!);
      }
    }
    out.push(flags, ...group);
  }
  const head = Buffer.alloc(14);
  head.set([0x53, 0x5a, 0x44, 0x44, 0x88, 0xf0, 0x27, 0x33, 0x41, 0x73]);
  head.writeUInt32LE(contents.length, 10);
  return Buffer.concat([head, Buffer.from(out)]);
}
