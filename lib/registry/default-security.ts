// The security descriptor of the root of a new hive: owner Administrators, group SYSTEM; full control for SYSTEM,
// Administrators and the owner, reading for Users; inherited by subkeys. Keys made below share it.

/** KEY_ALL_ACCESS. */
const FULL = 0xf003f;
/** KEY_READ. */
const READ = 0x20019;
const CONTAINER_INHERIT = 2;
const NT_AUTHORITY = 5;
const CREATOR_AUTHORITY = 3;

function sid(authority: number, ...parts: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 + parts.length * 4);
  bytes[0] = 1;
  bytes[1] = parts.length;
  bytes[7] = authority;
  parts.forEach((part, i) => {
    bytes.writeUInt32LE(part, 8 + i * 4);
  });
  return bytes;
}

function allow(mask: number, who: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[1] = CONTAINER_INHERIT;
  header.writeUInt16LE(8 + who.length, 2);
  header.writeUInt32LE(mask, 4);
  return Buffer.concat([header, who]);
}

/** A fresh copy of the descriptor, self-relative. */
export function defaultSecurityDescriptor(): Uint8Array {
  const administrators = sid(NT_AUTHORITY, 32, 544);
  const system = sid(NT_AUTHORITY, 18);
  const entries = [
    allow(FULL, system),
    allow(FULL, administrators),
    allow(FULL, sid(CREATOR_AUTHORITY, 0)),
    allow(READ, sid(NT_AUTHORITY, 32, 545)),
  ];
  const list = Buffer.concat([Buffer.alloc(8), ...entries]);
  list[0] = 2;
  list.writeUInt16LE(list.length, 2);
  list.writeUInt16LE(entries.length, 4);
  const header = Buffer.alloc(20);
  header[0] = 1;
  // SE_SELF_RELATIVE and SE_DACL_PRESENT.
  header.writeUInt16LE(0x8004, 2);
  header.writeUInt32LE(header.length + list.length, 4);
  header.writeUInt32LE(header.length + list.length + administrators.length, 8);
  header.writeUInt32LE(header.length, 16);
  return Uint8Array.from(Buffer.concat([header, list, administrators, system]));
}
