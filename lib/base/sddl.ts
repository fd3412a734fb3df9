// Security descriptors as text (SDDL) to their self-relative bytes. Sources: MS-DTYP 2.5.1 (the language), 2.4.6 (the bytes).
// Conditions, resource attributes and accounts of a domain are not supported.
import { DismError } from './error.ts';

const Control = {
  DaclPresent: 0x0004,
  SaclPresent: 0x0010,
  DaclAutoInheritRequired: 0x0100,
  SaclAutoInheritRequired: 0x0200,
  DaclAutoInherited: 0x0400,
  SaclAutoInherited: 0x0800,
  DaclProtected: 0x1000,
  SaclProtected: 0x2000,
  SelfRelative: 0x8000,
} as const;

/** SIDs without `S-1-` by their two letters. */
const accounts: Readonly<Record<string, string>> = {
  ...{ WD: '1-0', CO: '3-0', CG: '3-1', OW: '3-4', NU: '5-2', IU: '5-4', SU: '5-6', AN: '5-7', ED: '5-9', PS: '5-10' },
  ...{ AU: '5-11', RC: '5-12', SY: '5-18', LS: '5-19', NS: '5-20', WR: '5-33', UD: '5-84-0-0-0-0-0' },
  ...{ BA: '5-32-544', BU: '5-32-545', BG: '5-32-546', PU: '5-32-547', AO: '5-32-548', SO: '5-32-549' },
  ...{ PO: '5-32-550', BO: '5-32-551', RE: '5-32-552', RU: '5-32-554', RD: '5-32-555', NO: '5-32-556' },
  ...{ MU: '5-32-558', LU: '5-32-559', IS: '5-32-568', CY: '5-32-569', ER: '5-32-573', CD: '5-32-574' },
  ...{ RA: '5-32-575', ES: '5-32-576', MS: '5-32-577', HA: '5-32-578', AA: '5-32-579', RM: '5-32-580' },
  ...{ AC: '15-2-1', LW: '16-4096', ME: '16-8192', MP: '16-8448', HI: '16-12288', SI: '16-16384' },
  ...{ AS: '18-1', SS: '18-2' },
};

const aceTypes: Readonly<Record<string, number>> = {
  ...{ A: 0, D: 1, AU: 2, AL: 3, OA: 5, OD: 6, OU: 7, OL: 8, ML: 0x11 },
};
const aceFlags: Readonly<Record<string, number>> = { OI: 1, CI: 2, NP: 4, IO: 8, ID: 0x10, SA: 0x40, FA: 0x80 };
const rights: Readonly<Record<string, number>> = {
  ...{ GA: 0x10000000, GX: 0x20000000, GW: 0x40000000, GR: 0x80000000 },
  ...{ SD: 0x10000, RC: 0x20000, WD: 0x40000, WO: 0x80000 },
  ...{ CC: 1, DC: 2, LC: 4, SW: 8, RP: 0x10, WP: 0x20, DT: 0x40, LO: 0x80, CR: 0x100 },
  ...{ FA: 0x1f01ff, FR: 0x120089, FW: 0x120116, FX: 0x1200a0 },
  ...{ KA: 0xf003f, KR: 0x20019, KW: 0x20006, KX: 0x20019 },
};
/** Of mandatory labels, whose rights have letters of their own. */
const labelRights: Readonly<Record<string, number>> = { NW: 1, NR: 2, NX: 4 };
const MANDATORY_LABEL = 0x11;
const FIRST_OBJECT_ACE = 5;
const LAST_OBJECT_ACE = 8;

/** Characters; the bytes of a list are counted in 16 bits. */
const MAX_TEXT = 1 << 16;
const MAX_SUB_AUTHORITIES = 15;

function refuse(text: string, problem: string): DismError {
  const shown = text.length > 80 ? `${text.slice(0, 80)}...` : text;
  return new DismError('InvalidParameter', `"${shown}" is no security descriptor: ${problem}.`, { Target: shown });
}

function sidBytes(name: string, text: string): Buffer {
  const known = accounts[name.toUpperCase()];
  const parts = /^S-1-(0x[0-9a-f]{1,12}|\d{1,15})((?:-\d{1,10})+)$/i.exec(known === undefined ? name : `S-1-${known}`);
  const below = parts?.[2]?.slice(1).split('-').map(Number) ?? [];
  const authority = Number(parts?.[1] ?? Number.NaN);
  const isValid =
    below.length <= MAX_SUB_AUTHORITIES && below.every((part) => part <= 0xffffffff) && authority < 2 ** 48;
  if (!parts || !isValid) throw refuse(text, `"${name}" names no account that is known everywhere`);
  const bytes = Buffer.alloc(8 + 4 * below.length);
  bytes.set([1, below.length]);
  bytes.writeUIntBE(authority, 2, 6);
  below.forEach((part, i) => {
    bytes.writeUInt32LE(part, 8 + 4 * i);
  });
  return bytes;
}

/** Pairs of letters, each with its bits. */
function bitsOf(letters: string, table: Readonly<Record<string, number>>, text: string): number {
  let bits = 0;
  for (let at = 0; at < letters.length; at += 2) {
    const bit = table[letters.slice(at, at + 2).toUpperCase()];
    if (bit === undefined) throw refuse(text, `"${letters}" is not known`);
    bits |= bit;
  }
  return bits >>> 0;
}

function guidBytes(guid: string, text: string): Buffer {
  const match = /^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i.exec(guid);
  if (!match) throw refuse(text, `"${guid}" is no GUID`);
  const [, a = '', b = '', c = '', d = '', e = ''] = match;
  const swap = (hex: string): Buffer => Buffer.from(hex, 'hex').reverse();
  return Buffer.concat([swap(a), swap(b), swap(c), Buffer.from(d + e, 'hex')]);
}

function aceBytes(ace: string, text: string): Buffer {
  const fields = ace.split(';');
  const type = aceTypes[(fields[0] ?? '').toUpperCase()];
  if (type === undefined || fields.length !== 6) throw refuse(text, `"(${ace})" is not supported`);
  const [, flags = '', mask = '', object = '', inherited = '', account = ''] = fields;
  const table = type === MANDATORY_LABEL ? labelRights : rights;
  const isNumber = /^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(mask);
  const objectParts: Buffer[] = [];
  if (type >= FIRST_OBJECT_ACE && type <= LAST_OBJECT_ACE) {
    const guids = [object, inherited];
    const present = Buffer.alloc(4);
    present.writeUInt32LE((object === '' ? 0 : 1) | (inherited === '' ? 0 : 2));
    objectParts.push(present, ...guids.filter((guid) => guid !== '').map((guid) => guidBytes(guid, text)));
  }
  const body = Buffer.concat([...objectParts, sidBytes(account, text)]);
  const head = Buffer.alloc(8);
  head.set([type, bitsOf(flags, aceFlags, text)]);
  head.writeUInt16LE(8 + body.length, 2);
  head.writeUInt32LE((isNumber ? Number(mask) : bitsOf(mask, table, text)) >>> 0, 4);
  return Buffer.concat([head, body]);
}

interface AccessList {
  readonly flags: string;
  /** undefined: there is none, and everybody may do everything. */
  readonly bytes: Buffer | undefined;
}

function parseList(list: string, text: string): AccessList {
  const match = /^([A-Z_]*)((?:\([^()]*\))*)$/i.exec(list);
  if (!match) throw refuse(text, `"${list}" is no list`);
  const [, flags = '', entries = ''] = match;
  if (/^NO_ACCESS_CONTROL$/i.test(flags)) return { flags: '', bytes: undefined };
  const aces = [...entries.matchAll(/\(([^()]*)\)/g)].map((ace) => aceBytes(ace[1]!, text));
  const size = aces.reduce((sum, ace) => sum + ace.length, 8);
  if (size > 0xffff) throw refuse(text, 'a list of it is too long');
  const head = Buffer.alloc(8);
  head[0] = aces.some((ace) => ace[0]! >= FIRST_OBJECT_ACE && ace[0]! <= LAST_OBJECT_ACE) ? 4 : 2;
  head.writeUInt16LE(size, 2);
  head.writeUInt16LE(aces.length, 4);
  return { flags: flags.toUpperCase(), bytes: Buffer.concat([head, ...aces]) };
}

function controlOf({ flags }: AccessList, text: string, isDacl: boolean): number {
  if (!/^(?:P|AR|AI)*$/.test(flags)) throw refuse(text, `"${flags}" is not known`);
  let control: number = isDacl ? Control.DaclPresent : Control.SaclPresent;
  if (flags.includes('P')) control |= isDacl ? Control.DaclProtected : Control.SaclProtected;
  if (flags.includes('AI')) control |= isDacl ? Control.DaclAutoInherited : Control.SaclAutoInherited;
  if (flags.includes('AR')) control |= isDacl ? Control.DaclAutoInheritRequired : Control.SaclAutoInheritRequired;
  return control;
}

/** What a descriptor has where its text says nothing. */
export interface SddlDefaults {
  /** Two letters or a SID. */
  readonly owner?: string;
  readonly group?: string;
}

/** The bytes of a security descriptor that is given as SDDL. Throws InvalidParameter for text that is none. */
export function parseSddl(text: string, defaults: SddlDefaults = {}): Uint8Array {
  if (text.length > MAX_TEXT) throw refuse(text, 'it is too long');
  const dense = text.replaceAll(/\s/g, '');
  const parts = /^(?:O:([A-Z0-9-]+?))?(?:G:([A-Z0-9-]+?))?(?:D:([^:]*?))?(?:S:([^:]*))?$/i.exec(dense);
  if (!parts || dense === '') throw refuse(text, 'it is not O:...G:...D:...S:...');
  const [owner = defaults.owner, group = defaults.group] = [parts[1], parts[2]];
  const dacl = parts[3] === undefined ? undefined : parseList(parts[3], text);
  const sacl = parts[4] === undefined ? undefined : parseList(parts[4], text);
  let control: number = Control.SelfRelative;
  if (dacl) control |= controlOf(dacl, text, true);
  if (sacl) control |= controlOf(sacl, text, false);
  const header = Buffer.alloc(20);
  header[0] = 1;
  header.writeUInt16LE(control, 2);
  const bodies: Buffer[] = [header];
  let at = header.length;
  // The order in which Windows writes them.
  for (const [field, body] of [
    [12, sacl?.bytes],
    [16, dacl?.bytes],
    [4, owner === undefined ? undefined : sidBytes(owner, text)],
    [8, group === undefined ? undefined : sidBytes(group, text)],
  ] as const) {
    if (!body) continue;
    header.writeUInt32LE(at, field);
    bodies.push(body);
    at += body.length;
  }
  return Uint8Array.from(Buffer.concat(bodies));
}
