// The text of .reg files from keys and values, with values as what they mean.
import { encodeText, encodeTextList } from '../../../lib/registry/value-data.ts';

/** What stands behind the equals sign. */
export interface RegistryData {
  readonly text: string;
}

/** Text is REG_SZ and a number REG_DWORD. */
export type RegistryInput = string | number | RegistryData;
export type RegistryValues = Readonly<Record<string, RegistryInput | undefined>>;

function hex(type: number, bytes: Uint8Array): RegistryData {
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(',');
  return { text: `hex${type === 3 ? '' : `(${type.toString(16)})`}:${digits}` };
}

export const none = (): RegistryData => hex(0, new Uint8Array());
export const expandable = (text: string): RegistryData => hex(2, encodeText(text));
export const binary = (bytes: Uint8Array | readonly number[]): RegistryData => hex(3, Uint8Array.from(bytes));
export const textList = (...list: readonly string[]): RegistryData => hex(7, encodeTextList(list));

export const qword = (value: bigint): RegistryData => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return hex(11, bytes);
};

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;

function line(name: string, value: RegistryInput): string {
  const data =
    typeof value === 'string'
      ? quoted(value)
      : typeof value === 'number'
        ? `dword:${(value >>> 0).toString(16).padStart(8, '0')}`
        : value.text;
  return `${name === '' ? '@' : quoted(name)}=${data}`;
}

/** A .reg file; the name '' is the default value, undefined values are left out. */
export function registryText(root: string, keys: Readonly<Record<string, RegistryValues>>): string {
  const lines = ['Windows Registry Editor Version 5.00', ''];
  for (const [path, values] of Object.entries(keys)) {
    lines.push(`[${path === '' ? root : `${root}\\${path}`}]`);
    for (const [name, value] of Object.entries(values)) if (value !== undefined) lines.push(line(name, value));
    lines.push('');
  }
  return lines.join('\r\n');
}
