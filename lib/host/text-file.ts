// Text files in the encodings that -Encoding names. Reading heeds a byte order mark before all else.

/** What -Encoding takes. */
export const encodingNames = [
  'ascii',
  'ansi',
  'bigendianunicode',
  'default',
  'latin1',
  'oem',
  'unicode',
  'utf16',
  'utf8',
  'utf8BOM',
  'utf8NoBOM',
  'utf16LE',
  'utf16BE',
] as const;
export type EncodingName = (typeof encodingNames)[number];

const nodeNames: Readonly<Partial<Record<EncodingName, BufferEncoding>>> = {
  ascii: 'ascii',
  ansi: 'latin1',
  latin1: 'latin1',
  oem: 'latin1',
  unicode: 'utf16le',
  utf16: 'utf16le',
  utf16LE: 'utf16le',
};
const isBigEndian = (name: EncodingName): boolean => name === 'bigendianunicode' || name === 'utf16BE';

/** The encoding that a byte order mark at the start of a file says, with the length of the mark. */
function marked(bytes: Uint8Array): readonly [EncodingName, number] | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return ['unicode', 2];
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return ['bigendianunicode', 2];
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? ['utf8', 3] : undefined;
}

/** The text of a file. */
export function decodeText(bytes: Uint8Array, encoding: EncodingName = 'utf8'): string {
  const [name, skip] = marked(bytes) ?? [encoding, 0];
  const body = Buffer.from(bytes.subarray(skip));
  if (isBigEndian(name))
    return body
      .subarray(0, body.length & ~1)
      .swap16()
      .toString('utf16le');
  return body.toString(nodeNames[name] ?? 'utf8');
}

/** Whether a file that starts so is read as UTF-8, line by line as it comes. */
export function isUtf8(start: Uint8Array, encoding: EncodingName = 'utf8'): boolean {
  const name = marked(start)?.[0] ?? encoding;
  return nodeNames[name] === undefined && !isBigEndian(name);
}

/** Text as bytes; `isStart`: with the mark that the encoding begins a file with. */
export function encodeText(text: string, encoding: EncodingName = 'utf8', isStart = true): Uint8Array {
  const hasMark = isStart && (encoding === 'utf8BOM' || /^(unicode|utf16)/.test(encoding) || isBigEndian(encoding));
  const whole = (hasMark ? '\ufeff' : '') + text;
  if (isBigEndian(encoding)) return Buffer.from(whole, 'utf16le').swap16();
  return Buffer.from(whole, nodeNames[encoding] ?? 'utf8');
}
