// Registry data as what it means: text, lists of text, numbers, times, GUIDs. Encoders write what Windows writes (text with
// its terminator); decoders accept what is found in the field (text without one, or with rubbish behind it).
import { FileTime } from '../base/file-time.ts';

/** Text with its terminating NUL, as REG_SZ and REG_EXPAND_SZ hold it. */
export function encodeText(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(`${text}\0`, 'utf16le'));
}

/** Text up to its first NUL, or all of it. */
export function decodeText(data: Uint8Array): string {
  const text = decodeUnits(data);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

function decodeUnits(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.length & ~1).toString('utf16le');
}

/** REG_MULTI_SZ: each string with a NUL, and one more at the end. Empty strings cannot be held. */
export function encodeTextList(list: readonly string[]): Uint8Array {
  return encodeText(list.map((text) => `${text}\0`).join(''));
}

/** The strings of REG_MULTI_SZ, up to the first empty one. */
export function decodeTextList(data: Uint8Array): string[] {
  const parts = decodeUnits(data).split('\0');
  const end = parts.indexOf('');
  return end < 0 ? parts : parts.slice(0, end);
}

export function encodeDword(value: number): Uint8Array {
  const data = new Uint8Array(4);
  new DataView(data.buffer).setUint32(0, value, true);
  return data;
}

/** An unsigned 32-bit number; undefined when the data is not four bytes long. */
export function decodeDword(data: Uint8Array, bigEndian = false): number | undefined {
  return data.length === 4 ? viewOf(data).getUint32(0, !bigEndian) : undefined;
}

export function encodeQword(value: bigint): Uint8Array {
  const data = new Uint8Array(8);
  new DataView(data.buffer).setBigUint64(0, value, true);
  return data;
}

/** An unsigned 64-bit number; undefined when the data is not eight bytes long. */
export function decodeQword(data: Uint8Array): bigint | undefined {
  return data.length === 8 ? viewOf(data).getBigUint64(0, true) : undefined;
}

export function encodeFileTime(time: FileTime): Uint8Array {
  return encodeQword(time.Ticks);
}

/** A FILETIME of eight bytes; undefined for data of another length. */
export function decodeFileTime(data: Uint8Array): FileTime | undefined {
  const ticks = decodeQword(data);
  return ticks === undefined ? undefined : new FileTime(ticks);
}

/** Sixteen bytes of a GUID written `{4d36e96a-e325-11ce-bfc1-08002be10318}`, braces optional; undefined for other text. */
export function encodeGuid(text: string): Uint8Array | undefined {
  const match = /^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i.exec(text);
  if (!match) return undefined;
  const [first, second, third, ...rest] = match.slice(1).map((part) => Buffer.from(part, 'hex'));
  return Uint8Array.from([...first!.reverse(), ...second!.reverse(), ...third!.reverse(), ...Buffer.concat(rest)]);
}

/** A GUID in lower case with braces; undefined when the data is not sixteen bytes long. */
export function decodeGuid(data: Uint8Array): string | undefined {
  if (data.length !== 16) return undefined;
  const hex = (from: number, to: number): string => Buffer.from(data.subarray(from, to)).toString('hex');
  const reversed = (from: number, to: number): string => Buffer.from(data.subarray(from, to)).reverse().toString('hex');
  return `{${reversed(0, 4)}-${reversed(4, 6)}-${reversed(6, 8)}-${hex(8, 10)}-${hex(10, 16)}}`;
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
