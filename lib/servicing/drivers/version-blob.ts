// `Version` of a package in the driver database: 48 bytes.
//
//    0  WORD   0xFF00 for packages of others, 0xFFFF for those of Windows
//    2  WORD   PROCESSOR_ARCHITECTURE_*
//    4  DWORD  0
//    8  GUID   class
//   24  FILETIME  date of DriverVer
//   32  4 WORDs   version, least significant first
//   40  QWORD  flags, 0 for nearly all
import { FileTime } from '../../base/file-time.ts';
import { decodeGuid, encodeGuid } from '../../registry/value-data.ts';

export interface DriverVersionRecord {
  readonly isInbox: boolean;
  readonly architecture: number;
  /** With braces, lower case. */
  readonly classGuid: string;
  readonly date: FileTime;
  readonly version: readonly [number, number, number, number];
}

const SIZE = 48;

/** The 48 bytes. */
export function encodeVersionRecord(record: DriverVersionRecord): Uint8Array {
  const bytes = Buffer.alloc(SIZE);
  bytes.writeUInt16LE(record.isInbox ? 0xffff : 0xff00, 0);
  bytes.writeUInt16LE(record.architecture, 2);
  bytes.set(encodeGuid(record.classGuid) ?? new Uint8Array(16), 8);
  bytes.writeBigUInt64LE(record.date.Ticks, 24);
  record.version.toReversed().forEach((part, i) => {
    bytes.writeUInt16LE(part, 32 + 2 * i);
  });
  return Uint8Array.from(bytes);
}

/** undefined for data of another length. */
export function decodeVersionRecord(data: Uint8Array | undefined): DriverVersionRecord | undefined {
  if (data?.length !== SIZE) return undefined;
  const bytes = Buffer.from(data);
  const part = (i: number): number => bytes.readUInt16LE(32 + 2 * i);
  return {
    isInbox: bytes[0] === 0xff,
    architecture: bytes.readUInt16LE(2),
    classGuid: decodeGuid(data.subarray(8, 24))!,
    date: new FileTime(bytes.readBigUInt64LE(24)),
    version: [part(3), part(2), part(1), part(0)],
  };
}
