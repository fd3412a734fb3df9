// The bytes of an INF as text. SetupAPI knows UTF-16 with a byte order mark and the ANSI code page of the system; UTF-8 and
// UTF-16 big endian exist in the wild and are accepted.
import { decodeWindows1252 } from '../base/windows-1252.ts';

export type InfEncoding = 'utf-16le' | 'utf-16be' | 'utf-8' | 'ansi';

/** The WHATWG names of the ANSI code pages of Windows. */
const codePages: Readonly<Record<number, string>> = {
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  1250: 'windows-1250',
  1251: 'windows-1251',
  1253: 'windows-1253',
  1254: 'windows-1254',
  1255: 'windows-1255',
  1256: 'windows-1256',
  1257: 'windows-1257',
  1258: 'windows-1258',
};

export interface InfText {
  readonly text: string;
  readonly encoding: InfEncoding;
}

/**
 * Text by its byte order mark, else UTF-8 when it is that, else the ANSI code page.
 *
 * @param codePage the number of the ANSI code page; one that is not known is read as 1252.
 */
export function decodeInf(bytes: Uint8Array, codePage = 1252): InfText {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer[0] === 0xff && buffer[1] === 0xfe) {
    return { text: buffer.subarray(2).toString('utf16le'), encoding: 'utf-16le' };
  }
  if (buffer[0] === 0xfe && buffer[1] === 0xff) {
    const swapped = Buffer.from(buffer.subarray(2, buffer.length & ~1)).swap16();
    return { text: swapped.toString('utf16le'), encoding: 'utf-16be' };
  }
  // UTF-16 without a mark: an INF begins with ASCII, so every second byte is zero.
  if (buffer.length >= 4 && buffer[1] === 0 && buffer[3] === 0) {
    return { text: buffer.toString('utf16le'), encoding: 'utf-16le' };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(buffer);
    return { text, encoding: buffer[0] === 0xef || text.length < buffer.length ? 'utf-8' : 'ansi' };
  } catch {
    const label = codePages[codePage];
    const text = label === undefined ? decodeWindows1252(bytes) : new TextDecoder(label).decode(bytes);
    return { text, encoding: 'ansi' };
  }
}
