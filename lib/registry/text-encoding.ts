// Bytes of a .reg file to text and back: UTF-16 with a byte order mark (what regedit writes), UTF-8 with or without one, and
// Windows-1252 for old files.

export type RegTextEncoding = 'utf-16le' | 'utf-8' | 'windows-1252';

/** The characters of Windows-1252 from 0x80 to 0x9F; the five unassigned ones map to themselves. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Text of Windows-1252 bytes. */
export function decodeWindows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (unit) => windows1252[unit.charCodeAt(0) - 0x80]!);
}

/** Windows-1252 bytes of text; what it does not have becomes a question mark. */
export function encodeWindows1252(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const high = windows1252.indexOf(character);
    if (high >= 0) return high + 0x80;
    const unit = character.charCodeAt(0);
    return unit <= 0xff && character.length === 1 ? unit : 0x3f;
  });
}

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
