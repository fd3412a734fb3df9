// The security descriptor of an entry that is made without one: what Windows derives from the parent (MS-DTYP 2.5.3.4).
// Owner and group are those of the parent: there is no user whose token could give them.

const SELF_RELATIVE = 0x8000;
const DACL_PRESENT = 0x0004;
const SACL_PRESENT = 0x0010;
const DACL_AUTO_INHERITED = 0x0400;
const SACL_AUTO_INHERITED = 0x0800;

const OBJECT_INHERIT = 0x01;
const CONTAINER_INHERIT = 0x02;
const NO_PROPAGATE = 0x04;
const INHERIT_ONLY = 0x08;
const INHERITED = 0x10;
const INHERITANCE = OBJECT_INHERIT | CONTAINER_INHERIT | NO_PROPAGATE | INHERIT_ONLY | INHERITED;

/** ACEs with GUIDs between mask and SID; they are inherited as they are. */
const objectAceTypes: ReadonlySet<number> = new Set([5, 6, 7, 8, 11, 12, 15, 16]);

/** The generic rights and what they mean for files. */
const genericRights: readonly (readonly [number, number])[] = [
  [0x10000000, 0x001f01ff],
  [0x20000000, 0x001200a0],
  [0x40000000, 0x00120116],
  [0x80000000, 0x00120089],
];
const GENERIC_MASK = 0xf0000000;

/** Bytes of a list; its size has 16 bits. */
const MAX_LIST = 0xffff;

/** S-1-3-0 and S-1-3-1, which stand for the owner and the group of what inherits. */
const creatorOwner = Buffer.from('010100000000000300000000', 'hex');
const creatorGroup = Buffer.from('010100000000000301000000', 'hex');

/** Full access for SYSTEM and Administrators: what a parent without anything to inherit leaves to. */
const defaultDacl = Buffer.from(
  '020034000200000000001400ff011f0001010000000000051200000000001800ff011f0001020000000000052000000020020000',
  'hex',
);

/** The SID at an offset; undefined when it does not lie inside. */
function sidAt(bytes: Buffer, offset: number): Buffer | undefined {
  if (offset === 0 || offset + 8 > bytes.length) return undefined;
  const end = offset + 8 + 4 * bytes[offset + 1]!;
  return end <= bytes.length ? bytes.subarray(offset, end) : undefined;
}

/** The ACEs of the list at an offset; what is malformed ends it. */
function acesAt(bytes: Buffer, offset: number): Buffer[] {
  if (offset === 0 || offset + 8 > bytes.length) return [];
  const end = Math.min(bytes.length, offset + bytes.readUInt16LE(offset + 2));
  const count = bytes.readUInt16LE(offset + 4);
  const aces: Buffer[] = [];
  for (let at = offset + 8; aces.length < count && at + 8 <= end; ) {
    const size = bytes.readUInt16LE(at + 2);
    if (size < 8 || at + size > end) break;
    aces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return aces;
}

function listOf(aces: readonly Buffer[], revision: number): Buffer {
  const header = Buffer.alloc(8);
  const size = 8 + aces.reduce((sum, ace) => sum + ace.length, 0);
  header[0] = revision;
  header.writeUInt16LE(size, 2);
  header.writeUInt16LE(aces.length, 4);
  return Buffer.concat([header, ...aces], size);
}

function withFlags(ace: Buffer, flags: number): Buffer {
  const copy = Buffer.from(ace);
  copy[1] = (copy[1]! & ~INHERITANCE) | flags;
  return copy;
}

/** The ACE as it applies to the entry itself: names and rights that are placeholders replaced. */
function effective(ace: Buffer, owner: Buffer, group: Buffer): Buffer {
  const mask = ace.readUInt32LE(4);
  let mapped = mask & ~GENERIC_MASK;
  for (const [generic, specific] of genericRights) if ((mask & generic) !== 0) mapped |= specific;
  const sid = ace.subarray(8);
  const replacement = sid.equals(creatorOwner) ? owner : sid.equals(creatorGroup) ? group : sid;
  const copy = Buffer.concat([ace.subarray(0, 8), replacement]);
  copy.writeUInt16LE(copy.length, 2);
  copy.writeUInt32LE(mapped >>> 0, 4);
  return copy;
}

function inheritedAces(aces: readonly Buffer[], isDirectory: boolean, owner: Buffer, group: Buffer): Buffer[] {
  const result: Buffer[] = [];
  for (const ace of aces) {
    const flags = ace[1]!;
    const passedOn = flags & (OBJECT_INHERIT | CONTAINER_INHERIT);
    const own = objectAceTypes.has(ace[0]!) ? ace : effective(ace, owner, group);
    if (!isDirectory) {
      if ((flags & OBJECT_INHERIT) !== 0) result.push(withFlags(own, INHERITED));
      continue;
    }
    const goesOn = (flags & NO_PROPAGATE) === 0;
    if ((flags & CONTAINER_INHERIT) !== 0) {
      // Placeholders stay for what comes below: then the entry gets an ACE of its own beside them.
      if (!goesOn) result.push(withFlags(own, INHERITED));
      else if (own.equals(ace)) result.push(withFlags(ace, INHERITED | passedOn));
      else result.push(withFlags(own, INHERITED), withFlags(ace, INHERITED | INHERIT_ONLY | passedOn));
    } else if ((flags & OBJECT_INHERIT) !== 0 && goesOn) {
      result.push(withFlags(ace, INHERITED | INHERIT_ONLY | OBJECT_INHERIT));
    }
  }
  return result;
}

/**
 * The self-relative descriptor that a new entry inherits.
 * @param parent the descriptor of the directory it is made in.
 * @returns undefined when the parent's is too damaged to tell its owner and group, or what it passes on is too long.
 */
export function inheritSecurity(parent: Uint8Array, isDirectory: boolean): Uint8Array | undefined {
  const bytes = Buffer.from(parent.buffer, parent.byteOffset, parent.byteLength);
  if (bytes.length < 20) return undefined;
  const owner = sidAt(bytes, bytes.readUInt32LE(4));
  const group = sidAt(bytes, bytes.readUInt32LE(8));
  if (owner === undefined || group === undefined) return undefined;
  const control = bytes.readUInt16LE(2);
  const listAt = (present: number, field: number): { aces: Buffer[]; revision: number } => {
    const offset = (control & present) !== 0 ? bytes.readUInt32LE(field) : 0;
    const aces = inheritedAces(acesAt(bytes, offset), isDirectory, owner, group);
    return { aces, revision: offset === 0 || offset >= bytes.length ? 2 : bytes[offset]! };
  };
  const sacl = listAt(SACL_PRESENT, 12);
  const dacl = listAt(DACL_PRESENT, 16);
  if ([sacl, dacl].some(({ aces }) => aces.reduce((sum, ace) => sum + ace.length, 8) > MAX_LIST)) return undefined;
  const parts: Buffer[] = [];
  let at = 20;
  const place = (part: Buffer): number => {
    parts.push(part);
    at += part.length;
    return at - part.length;
  };
  const header = Buffer.alloc(20);
  header[0] = 1;
  let flags = SELF_RELATIVE | DACL_PRESENT;
  if (sacl.aces.length > 0) {
    flags |= SACL_PRESENT | SACL_AUTO_INHERITED;
    header.writeUInt32LE(place(listOf(sacl.aces, sacl.revision)), 12);
  }
  if (dacl.aces.length > 0) flags |= DACL_AUTO_INHERITED;
  header.writeUInt32LE(place(dacl.aces.length > 0 ? listOf(dacl.aces, dacl.revision) : defaultDacl), 16);
  header.writeUInt32LE(place(owner), 4);
  header.writeUInt32LE(place(group), 8);
  header.writeUInt16LE(flags, 2);
  return Buffer.concat([header, ...parts], at);
}
