// A small PE file: headers and one section, with the places that signing changes known.

export interface PortableExecutableOptions {
  readonly bits: 32 | 64;
  /** Bytes behind the last section. */
  readonly overlay?: number;
  /** Entries of the data directory; the fifth is the certificate table. */
  readonly directories?: number;
  /** What the section is filled with; other bytes make another file. */
  readonly fill?: number;
  readonly machine?: number;
}

export interface PortableExecutable {
  readonly bytes: Buffer;
  /** Where the checksum of the optional header is. */
  readonly checksum: number;
  /** Where the entry of the certificate table is. */
  readonly securityEntry: number;
}

export function buildPortableExecutable(options: PortableExecutableOptions): PortableExecutable {
  const { bits, overlay = 0, directories = 16, fill = 0xcc } = options;
  const header = 0x80;
  const optional = header + 24;
  const fixed = bits === 64 ? 112 : 96;
  const bytes = Buffer.alloc(0x400 + overlay, 0);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(header, 0x3c);
  bytes.write('PE\0\0', header, 'latin1');
  bytes.writeUInt16LE(options.machine ?? (bits === 64 ? 0x8664 : 0x14c), header + 4);
  bytes.writeUInt16LE(1, header + 6);
  bytes.writeUInt16LE(fixed + directories * 8, header + 20);
  bytes.writeUInt16LE(0x2022, header + 22);
  bytes.writeUInt16LE(bits === 64 ? 0x20b : 0x10b, optional);
  bytes.writeUInt32LE(0x1000, optional + 32);
  bytes.writeUInt32LE(0x200, optional + 36);
  bytes.writeUInt16LE(6, optional + 48);
  bytes.writeUInt32LE(0x2000, optional + 56);
  bytes.writeUInt32LE(0x200, optional + 60);
  bytes.writeUInt32LE(0xdead_beef, optional + 64);
  bytes.writeUInt16LE(1, optional + 68);
  bytes.writeUInt32LE(directories, optional + fixed - 4);
  const section = optional + fixed + directories * 8;
  bytes.write('.text', section, 'latin1');
  bytes.writeUInt32LE(0x200, section + 8);
  bytes.writeUInt32LE(0x1000, section + 12);
  bytes.writeUInt32LE(0x200, section + 16);
  bytes.writeUInt32LE(0x200, section + 20);
  bytes.writeUInt32LE(0x6000_0020, section + 36);
  bytes.fill(fill, 0x200, 0x400);
  bytes.fill(0x77, 0x400);
  return { bytes, checksum: optional + 64, securityEntry: optional + fixed + 32 };
}
