// AddReg, DelReg and BitReg: registry edits as data. FLG_ADDREG_* and FLG_DELREG_* are those of setupapi.h.
import { upcase } from '../base/upcase.ts';
import type { InfContext, InfSourceLine } from './inf-context.ts';
import { parseInfNumber } from './inf-number.ts';

/** FLG_ADDREG_*. */
const Flag = {
  Binary: 0x1,
  NoClobber: 0x2,
  Delete: 0x4,
  Append: 0x8,
  KeyOnly: 0x10,
  OverwriteOnly: 0x20,
  Key64: 0x1000,
  /** A key without values, also for DelReg. */
  KeyOnlyCommon: 0x2000,
  Key32: 0x4000,
  TypeMask: 0xffff0001,
} as const;

/** The values of the type bits that mean a type of their own; others are a number in the high word. */
const types: Readonly<Record<number, number>> = {
  0: 1,
  1: 3,
  65536: 7,
  65537: 4,
  131072: 2,
  131073: 0,
};

export type InfRegistryRoot = 'HKR' | 'HKLM' | 'HKCR' | 'HKCU' | 'HKU';

/** Data of a value; text can hold `%12%`, and %SystemRoot% to be expanded by Windows. */
export type InfRegistryData =
  | { readonly text: string }
  | { readonly list: readonly string[] }
  | { readonly number: number }
  | { readonly bytes: Uint8Array };

interface RegistryPlace {
  readonly root: InfRegistryRoot;
  /** Below the root; empty for the root itself. */
  readonly key: string;
  /** The view of a 64-bit Windows that is meant, where the line says so. */
  readonly view?: 32 | 64 | undefined;
  readonly line: number;
}

export type InfRegistryEdit = RegistryPlace &
  (
    | {
        readonly action: 'set';
        /** Empty for the default value. */
        readonly name: string;
        /** REG_*: 1 SZ, 4 DWORD, 7 MULTI_SZ ... */
        readonly type: number;
        readonly data: InfRegistryData;
        /** A value that is there is left alone (NOCLOBBER), or only one that is there is set (OVERWRITEONLY). */
        readonly when?: 'absent' | 'present' | undefined;
      }
    | { readonly action: 'createKey' }
    | { readonly action: 'append'; readonly name: string; readonly list: readonly string[] }
    | { readonly action: 'removeStrings'; readonly name: string; readonly list: readonly string[] }
    | { readonly action: 'deleteValue'; readonly name: string }
    | { readonly action: 'deleteKey' }
    | {
        readonly action: 'setBits' | 'clearBits';
        readonly name: string;
        readonly mask: number;
        /** Which byte; undefined when the value is a DWORD and the mask is for all of it. */
        readonly byte: number | undefined;
      }
  );

const roots = new Map<string, InfRegistryRoot>([
  ['', 'HKR'],
  ['HKR', 'HKR'],
  ['HKLM', 'HKLM'],
  ['HKEY_LOCAL_MACHINE', 'HKLM'],
  ['HKCR', 'HKCR'],
  ['HKEY_CLASSES_ROOT', 'HKCR'],
  ['HKCU', 'HKCU'],
  ['HKEY_CURRENT_USER', 'HKCU'],
  ['HKU', 'HKU'],
  ['HKEY_USERS', 'HKU'],
]);

/** The edits of all sections that AddReg, DelReg and BitReg of these lines list, deletions first as SetupAPI has it. */
export function readRegistryEdits(context: InfContext, lines: readonly InfSourceLine[]): InfRegistryEdit[] {
  const edits: InfRegistryEdit[] = [];
  const read = (directive: string, parse: typeof parseAddReg): void => {
    for (const at of context.listedLines(lines, directive)) {
      const fields = fieldsOf(at);
      const root = roots.get(upcase(fields[0] ?? ''));
      if (root === undefined) {
        context.report('BadValue', `"${fields[0]}" is no root of the registry.`, at);
        continue;
      }
      const place = { root, key: trimKey(fields[1] ?? ''), line: at.line.line };
      const edit = parse(context, at, fields, place);
      if (edit) edits.push(edit);
    }
  };
  read('DELREG', parseDelReg);
  read('ADDREG', parseAddReg);
  read('BITREG', parseBitReg);
  return edits;
}

/** A line with an equals sign in it is `key=...` to the reader; here the sign is part of the first field. */
function fieldsOf({ inf, line }: InfSourceLine): string[] {
  const fields = line.values.map((field) => inf.expand(field));
  if (line.key !== undefined) fields[0] = `${inf.expand(line.key)}=${fields[0] ?? ''}`;
  return fields;
}

function trimKey(key: string): string {
  return key.replace(/^\\+|\\+$/g, '');
}

function flagsOf(context: InfContext, at: InfSourceLine, text: string): number {
  if (text.trim() === '') return 0;
  const flags = parseInfNumber(text);
  if (flags === undefined) context.report('BadValue', `"${text}" is no number.`, at);
  return flags ?? 0;
}

function viewOf(flags: number): 32 | 64 | undefined {
  if ((flags & Flag.Key64) !== 0) return 64;
  return (flags & Flag.Key32) !== 0 ? 32 : undefined;
}

function parseAddReg(
  context: InfContext,
  at: InfSourceLine,
  fields: readonly string[],
  where: RegistryPlace,
): InfRegistryEdit | undefined {
  const name = fields[2] ?? '';
  const flags = flagsOf(context, at, fields[3] ?? '');
  const place = { ...where, view: viewOf(flags) };
  if ((flags & (Flag.KeyOnly | Flag.KeyOnlyCommon)) !== 0) return { ...place, action: 'createKey' };
  if ((flags & Flag.Delete) !== 0) {
    return name === '' && fields.length <= 2
      ? { ...place, action: 'deleteKey' }
      : { ...place, action: 'deleteValue', name };
  }
  // A line without name and data makes the key, and gives it an empty default value only when told a type.
  if (fields.length <= 2) return { ...place, action: 'createKey' };
  const type = typeOf(flags);
  const values = fields.slice(4);
  if ((flags & Flag.Append) !== 0 && type === 7) {
    return { ...place, action: 'append', name, list: values.filter((text) => text !== '') };
  }
  const data = parseData(type, values);
  if (data === undefined) {
    context.report('BadValue', `The data of the value "${name}" is not what its type needs.`, at);
    return undefined;
  }
  let when: 'absent' | 'present' | undefined;
  if ((flags & Flag.OverwriteOnly) !== 0) when = 'present';
  else if ((flags & Flag.NoClobber) !== 0) when = 'absent';
  return { ...place, action: 'set', name, type, data, when };
}

function typeOf(flags: number): number {
  const bits = (flags & Flag.TypeMask) >>> 0;
  return types[bits] ?? bits >>> 16;
}

function parseData(type: number, values: readonly string[]): InfRegistryData | undefined {
  switch (type) {
    case 1:
    case 2:
      return { text: values[0] ?? '' };
    case 7:
      return { list: values.filter((text) => text !== '') };
    case 4: {
      if (values.length === 4) {
        const bytes = parseBytes(values);
        return bytes && { number: Buffer.from(bytes).readUInt32LE(0) };
      }
      const text = values[0]?.trim() ?? '';
      const number = text === '' ? 0 : parseInfNumber(text);
      return number === undefined ? undefined : { number };
    }
    default: {
      // REG_QWORD is given as bytes, and as one number in the newer INFs.
      if (type === 11 && values.length === 1) {
        const text = values[0]!.trim();
        if (!/^(0x[0-9a-f]{1,16}|\d{1,19})$/i.test(text)) return undefined;
        const bytes = Buffer.alloc(8);
        bytes.writeBigUInt64LE(BigInt(text));
        return { bytes: Uint8Array.from(bytes) };
      }
      const bytes = parseBytes(values);
      return bytes && { bytes };
    }
  }
}

/** Bytes in hexadecimal, with or without 0x. */
function parseBytes(values: readonly string[]): Uint8Array | undefined {
  const present = values.map((text) => text.trim()).filter((text) => text !== '');
  const bytes = present.map((text) => (/^(0x)?[0-9a-f]{1,2}$/i.test(text) ? Number.parseInt(text, 16) : Number.NaN));
  return bytes.some(Number.isNaN) ? undefined : Uint8Array.from(bytes);
}

function parseDelReg(
  context: InfContext,
  at: InfSourceLine,
  fields: readonly string[],
  where: RegistryPlace,
): InfRegistryEdit {
  const flags = flagsOf(context, at, fields[3] ?? '');
  const place = { ...where, view: viewOf(flags) };
  const name = fields[2] ?? '';
  // FLG_DELREG_MULTI_SZ_DELSTRING.
  if ((flags & 0xffff8006) >>> 0 === 0x18002) return { ...place, action: 'removeStrings', name, list: fields.slice(4) };
  // FLG_DELREG_KEYONLY_COMMON, and lines without a value.
  if (fields.length <= 2 || (flags & Flag.KeyOnlyCommon) !== 0) return { ...place, action: 'deleteKey' };
  return { ...place, action: 'deleteValue', name };
}

function parseBitReg(
  context: InfContext,
  at: InfSourceLine,
  fields: readonly string[],
  place: RegistryPlace,
): InfRegistryEdit | undefined {
  const flags = flagsOf(context, at, fields[3] ?? '');
  const mask = parseInfNumber(fields[4] ?? '');
  const byte = parseInfNumber(fields[5] ?? '');
  if (mask === undefined) {
    context.report('BadValue', 'BitReg needs a mask.', at);
    return undefined;
  }
  const isDword = (flags & 4) !== 0;
  const action = (flags & 1) !== 0 ? 'setBits' : 'clearBits';
  return {
    ...place,
    action,
    name: fields[2] ?? '',
    mask,
    byte: isDword ? undefined : (byte ?? 0),
    view: viewOf(flags),
  };
}
