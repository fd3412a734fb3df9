// Bytes of a .reg file to text and back: UTF-16 with a byte order mark (what regedit writes), UTF-8 with or without one, and
// Windows-1252 for old files.

import { decodeWindows1252, encodeWindows1252 } from '../base/windows-1252.ts';

export type RegTextEncoding = 'utf-16le' | 'utf-8' | 'windows-1252';

/** Text of a file: by its byte order mark, else UTF-8 when it is that, else Windows-1252. */
export function decodeRegBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return buffer.subarray(2).toString('utf16le');
  if (buffer[0] === 0xfe && buffer[1] === 0xff) {
    return Buffer.from(buffer.subarray(2, buffer.length & ~1))
      .swap16()
      .toString('utf16le');
  }
  // UTF-16 without a mark: the header is ASCII, so every second byte of it is zero.
  if (buffer.length >= 4 && buffer[1] === 0 && buffer[3] === 0) return buffer.toString('utf16le');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer);
  } catch {
    return decodeWindows1252(buffer);
  }
}

/** Text as a file; the two Unicode forms with a byte order mark. */
export function encodeRegText(text: string, encoding: RegTextEncoding = 'utf-16le'): Uint8Array {
  if (encoding === 'windows-1252') return encodeWindows1252(text);
  return Uint8Array.from(Buffer.from(`\ufeff${text}`, encoding === 'utf-8' ? 'utf8' : 'utf16le'));
}
