// Descriptors by hand, after the rules of MS-DTYP 2.5.3.4.
import { describe, expect, it } from 'vitest';
import { inheritSecurity } from '../../../lib/image/inherit-security.ts';

const SYSTEM = '010100000000000512000000';
const ADMINISTRATORS = '01020000000000052000000020020000';
const USERS = '01020000000000052000000021020000';
const CREATOR_OWNER = '010100000000000300000000';
const CREATOR_GROUP = '010100000000000301000000';

const OI = 1;
const CI = 2;
const NP = 4;
const IO = 8;
const ID = 16;

interface Ace {
  readonly type?: number;
  readonly flags: number;
  readonly mask: number;
  readonly sid: string;
}

function listBytes(aces: readonly Ace[]): Buffer {
  const parts = aces.map(({ type = 0, flags, mask, sid }) => {
    const header = Buffer.alloc(8);
    header[0] = type;
    header[1] = flags;
    header.writeUInt16LE(8 + sid.length / 2, 2);
    header.writeUInt32LE(mask, 4);
    return Buffer.concat([header, Buffer.from(sid, 'hex')]);
  });
  const header = Buffer.alloc(8);
  header[0] = 2;
  header.writeUInt16LE(8 + parts.reduce((sum, part) => sum + part.length, 0), 2);
  header.writeUInt16LE(parts.length, 4);
  return Buffer.concat([header, ...parts]);
}

/** A descriptor: Owner O, Group G, and lists when given. */
function descriptor(owner: string, group: string, dacl?: readonly Ace[], sacl?: readonly Ace[]): Buffer {
  const header = Buffer.alloc(20);
  const parts: Buffer[] = [Buffer.from(owner, 'hex'), Buffer.from(group, 'hex')];
  header[0] = 1;
  header.writeUInt16LE(0x8000 | (dacl ? 0x4 : 0) | (sacl ? 0x10 : 0), 2);
  header.writeUInt32LE(20, 4);
  header.writeUInt32LE(20 + parts[0]!.length, 8);
  let end = 20 + parts[0]!.length + parts[1]!.length;
  for (const [list, field] of [
    [sacl, 12],
    [dacl, 16],
  ] as const) {
    if (!list) continue;
    header.writeUInt32LE(end, field);
    parts.push(listBytes(list));
    end += parts.at(-1)!.length;
  }
  return Buffer.concat([header, ...parts]);
}

function readList(bytes: Buffer, offset: number): Ace[] {
  const aces: Ace[] = [];
  let at = offset + 8;
  for (let i = 0; i < bytes.readUInt16LE(offset + 4); i++) {
    const size = bytes.readUInt16LE(at + 2);
    const sid = bytes.toString('hex', at + 8, at + size);
    const type = bytes[at]!;
    aces.push({ ...(type === 0 ? {} : { type }), flags: bytes[at + 1]!, mask: bytes.readUInt32LE(at + 4), sid });
    at += size;
  }
  expect(at).toBe(offset + bytes.readUInt16LE(offset + 2));
  return aces;
}

function inherited(dacl: readonly Ace[], isDirectory: boolean): Ace[] {
  const bytes = Buffer.from(inheritSecurity(descriptor(SYSTEM, ADMINISTRATORS, dacl), isDirectory)!);
  expect(bytes.readUInt16LE(2)).toBe(0x8404);
  return readList(bytes, bytes.readUInt32LE(16));
}

describe('inheritSecurity', () => {
  it('gives files what objects inherit, directories what containers inherit', () => {
    const dacl = [
      { flags: 0, mask: 1, sid: USERS },
      { flags: OI, mask: 2, sid: USERS },
      { flags: CI, mask: 3, sid: USERS },
      { flags: OI | CI | IO, mask: 4, sid: USERS },
      { flags: OI | CI | ID, mask: 5, sid: USERS },
    ];
    expect(inherited(dacl, false)).toEqual([
      { flags: ID, mask: 2, sid: USERS },
      { flags: ID, mask: 4, sid: USERS },
      { flags: ID, mask: 5, sid: USERS },
    ]);
    expect(inherited(dacl, true)).toEqual([
      { flags: OI | IO | ID, mask: 2, sid: USERS },
      { flags: CI | ID, mask: 3, sid: USERS },
      { flags: OI | CI | ID, mask: 4, sid: USERS },
      { flags: OI | CI | ID, mask: 5, sid: USERS },
    ]);
  });

  it('stops where an ACE is not to be passed on', () => {
    const dacl = [
      { flags: OI | CI | NP, mask: 1, sid: USERS },
      { flags: OI | NP, mask: 2, sid: USERS },
    ];
    expect(inherited(dacl, true)).toEqual([{ flags: ID, mask: 1, sid: USERS }]);
    expect(inherited(dacl, false)).toEqual([
      { flags: ID, mask: 1, sid: USERS },
      { flags: ID, mask: 2, sid: USERS },
    ]);
  });

  it('puts owner, group and rights of files in the place of what stands for them', () => {
    // The ACE of the Windows folder: full control for who creates something.
    const dacl = [
      { flags: OI | CI | IO, mask: 0x10000000, sid: CREATOR_OWNER },
      { flags: OI | CI | IO, mask: 0xa0000000, sid: USERS },
      { flags: OI, mask: 0x40000000, sid: CREATOR_GROUP },
    ];
    expect(inherited(dacl, false)).toEqual([
      { flags: ID, mask: 0x1f01ff, sid: SYSTEM },
      { flags: ID, mask: 0x1200a9, sid: USERS },
      { flags: ID, mask: 0x120116, sid: ADMINISTRATORS },
    ]);
    expect(inherited(dacl, true)).toEqual([
      { flags: ID, mask: 0x1f01ff, sid: SYSTEM },
      { flags: OI | CI | IO | ID, mask: 0x10000000, sid: CREATOR_OWNER },
      { flags: ID, mask: 0x1200a9, sid: USERS },
      { flags: OI | CI | IO | ID, mask: 0xa0000000, sid: USERS },
      { flags: OI | IO | ID, mask: 0x40000000, sid: CREATOR_GROUP },
    ]);
  });

  it('passes auditing on', () => {
    const audit = { type: 2, flags: OI | CI | 0xc0, mask: 0x10000, sid: USERS };
    const parent = descriptor(SYSTEM, ADMINISTRATORS, [{ flags: OI, mask: 1, sid: USERS }], [audit]);
    const bytes = Buffer.from(inheritSecurity(parent, false)!);
    expect(bytes.readUInt16LE(2)).toBe(0x8c14);
    expect(readList(bytes, bytes.readUInt32LE(12))).toEqual([{ ...audit, flags: ID | 0xc0 }]);
  });

  it('keeps owner and group, and leaves to SYSTEM and Administrators where nothing is inherited', () => {
    for (const dacl of [undefined, [], [{ flags: 0, mask: 1, sid: USERS }]]) {
      const bytes = Buffer.from(inheritSecurity(descriptor(USERS, ADMINISTRATORS, dacl), true)!);
      expect(bytes.readUInt16LE(2)).toBe(0x8004);
      const at = (field: number, length: number): string => {
        const offset = bytes.readUInt32LE(field);
        return bytes.toString('hex', offset, offset + length);
      };
      expect(at(4, 16)).toBe(USERS);
      expect(at(8, 16)).toBe(ADMINISTRATORS);
      expect(readList(bytes, bytes.readUInt32LE(16))).toEqual([
        { flags: 0, mask: 0x1f01ff, sid: SYSTEM },
        { flags: 0, mask: 0x1f01ff, sid: ADMINISTRATORS },
      ]);
    }
  });

  it('reads damaged descriptors without harm', () => {
    const sound = descriptor(SYSTEM, ADMINISTRATORS, [{ flags: OI | CI, mask: 1, sid: USERS }]);
    for (let length = 0; length < sound.length; length++) inheritSecurity(sound.subarray(0, length), true);
    for (let at = 0; at < sound.length; at++) {
      const damaged = Buffer.from(sound);
      damaged[at] = 0xff;
      const result = inheritSecurity(damaged, false);
      if (result) expect(result.length).toBeLessThan(300);
    }
    expect(inheritSecurity(new Uint8Array(19), false)).toBeUndefined();
  });
});
