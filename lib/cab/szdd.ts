// Files of compress.exe, whose names end in an underscore. FORMAT.md says what the bytes are.
import { cabError } from './cab-error.ts';

const magic = [0x53, 0x5a, 0x44, 0x44, 0x88, 0xf0, 0x27, 0x33, 0x41] as const;
const kwajMagic = [0x4b, 0x57, 0x41, 0x4a, 0x88, 0xf0, 0x27, 0xd1] as const;
const HEADER = 14;
const WINDOW = 4096;
const FIRST_POSITION = WINDOW - 16;
/** Two bytes stand for 18 at most. */
const MAX_EXPANSION = 9;

const beginsWith = (bytes: Uint8Array, start: readonly number[]): boolean =>
  start.every((byte, i) => bytes[i] === byte);

/** Whether bytes begin like a file of compress.exe. */
export function isSzdd(bytes: Uint8Array): boolean {
  return beginsWith(bytes, magic);
}

/** Whether bytes begin like a file of its successor, which nothing here unpacks. */
export function isKwaj(bytes: Uint8Array): boolean {
  return beginsWith(bytes, kwajMagic);
}

/** The size of the file before it was compressed. Throws Corrupt, Truncated. */
export function szddSize(bytes: Uint8Array, file: string): number {
  if (!isSzdd(bytes)) throw cabError('Corrupt', file, 0, 'it is no compressed file');
  if (bytes.length < HEADER) throw cabError('Truncated', file, bytes.length, 'it ends in its header');
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(10, true);
}

/** Unpacks a file. Throws Corrupt or Truncated with the offset; a size that its bytes cannot give is refused before it is used. */
export function unpackSzdd(bytes: Uint8Array, file: string): Uint8Array {
  const size = szddSize(bytes, file);
  if (size > (bytes.length - HEADER) * MAX_EXPANSION) {
    throw cabError('Corrupt', file, 10, `${bytes.length} bytes cannot hold ${size}`);
  }
  const result = new Uint8Array(size);
  const window = new Uint8Array(WINDOW).fill(0x20);
  let position = FIRST_POSITION;
  let written = 0;
  let at = HEADER;
  const put = (byte: number): void => {
    result[written++] = byte;
    window[position] = byte;
    position = (position + 1) & (WINDOW - 1);
  };
  const next = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw cabError('Truncated', file, at - 1, `it ends after ${written} of ${size} bytes`);
    return byte;
  };
  while (written < size) {
    const flags = next();
    for (let bit = 1; bit < 0x100 && written < size; bit <<= 1) {
      if ((flags & bit) !== 0) {
        put(next());
        continue;
      }
      const low = next();
      const high = next();
      const from = low | ((high & 0xf0) << 4);
      for (let i = 0, count = (high & 15) + 3; i < count && written < size; i++)
        put(window[(from + i) & (WINDOW - 1)]!);
    }
  }
  return result;
}
