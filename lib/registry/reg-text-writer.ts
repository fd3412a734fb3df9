// Writes a key as the text of a .reg file, laid out as regedit does: a blank line between keys, hexadecimal data broken at 80
// columns. Text that a quoted string cannot carry exactly (no terminator, something behind it, line breaks) goes as hex(1).
import { DismError } from '../base/error.ts';
import { encodeWindows1252 } from '../base/windows-1252.ts';
import type { HiveKey } from './hive-key.ts';
import type { HiveValue } from './hive-value.ts';
import { type RegTextVersion, regTextHeaders } from './reg-text.ts';
import { decodeText, encodeText } from './value-data.ts';
import { valueTypes } from './value-type.ts';

export interface RegTextOptions {
  /** What stands for the exported key in the text: `HKEY_LOCAL_MACHINE\SOFTWARE\Vendor`. */
  readonly keyName: string;
  readonly version?: RegTextVersion;
  /** The key alone when false. */
  readonly recurse?: boolean;
}

/** JavaScript holds hardly longer ones. */
const LONGEST_TEXT = 500_000_000;

/** The text of a key and all below it. Values and keys only: .reg files carry no security, classes or times. */
export function writeRegText(key: HiveKey, options: RegTextOptions): string {
  const version = options.version ?? 5;
  const parts: string[] = [regTextHeaders[version], ''];
  let length = 0;
  const stack: { readonly key: HiveKey; readonly name: string }[] = [{ key, name: options.keyName }];
  while (stack.length > 0) {
    const at = stack.pop()!;
    if (/[\r\n]/.test(at.name)) throw unspeakable(at.name);
    const lines = [`[${at.name}]`, ...[...at.key.values()].map((value) => valueLine(value, version)), ''];
    for (const line of lines) length += line.length + 2;
    if (length > LONGEST_TEXT) {
      const message = `The text of ${options.keyName} would have more than ${LONGEST_TEXT} characters: export parts of it.`;
      throw new DismError('LimitExceeded', message, { Target: options.keyName });
    }
    for (const line of lines) parts.push(line);
    if (options.recurse === false) break;
    const children = [...at.key.subkeys()].map((child) => {
      if (child.name.includes('\\')) throw unspeakable(child.name);
      return { key: child, name: `${at.name}\\${child.name}` };
    });
    for (const child of children.reverse()) stack.push(child);
  }
  return `${parts.join('\r\n')}\r\n`;
}

function unspeakable(name: string): DismError {
  return new DismError('NotSupported', `A .reg file cannot hold the name ${JSON.stringify(name)}.`, { Target: name });
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** One value as a line (or several, broken). */
export function valueLine(value: HiveValue, version: RegTextVersion = 5): string {
  const name = value.name === '' ? '@' : quote(value.name);
  const { data, type } = value;
  if (/\r(?!\n)|(?<!\r)\n/.test(value.name)) throw unspeakable(value.name);
  if (type === valueTypes.REG_SZ && isPlainText(data)) return `${name}=${quote(decodeText(data))}`;
  if (type === valueTypes.REG_DWORD && data.length === 4) {
    return `${name}=dword:${Buffer.from(data).readUInt32LE().toString(16).padStart(8, '0')}`;
  }
  const kind = type === valueTypes.REG_BINARY ? 'hex:' : `hex(${type.toString(16)}):`;
  return breakBytes(`${name}=${kind}`, version === 4 ? narrow(type, data) : data);
}

/** Whether quoting and reading back gives the same bytes. */
function isPlainText(data: Uint8Array): boolean {
  const text = decodeText(data);
  if (/[\r\n]/.test(text)) return false;
  return Buffer.compare(encodeText(text), data) === 0;
}

/** Text types as 8-bit text, as REGEDIT4 holds them. */
function narrow(type: number, data: Uint8Array): Uint8Array {
  const isText = type === valueTypes.REG_SZ || type === valueTypes.REG_EXPAND_SZ || type === valueTypes.REG_MULTI_SZ;
  return isText ? encodeWindows1252(Buffer.from(data).toString('utf16le')) : data;
}

function breakBytes(start: string, data: Uint8Array): string {
  const lines: string[] = [];
  let line = start;
  data.forEach((byte, i) => {
    const last = i === data.length - 1;
    // 80 columns with the backslash; the first byte stays with the name however long that is.
    if (i > 0 && line.length + (last ? 2 : 3) > 79) {
      lines.push(`${line}\\`);
      line = '  ';
    }
    line += byte.toString(16).padStart(2, '0') + (last ? '' : ',');
  });
  return [...lines, line].join('\r\n');
}
