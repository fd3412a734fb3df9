// The digest of a PE file that Authenticode signs: all but what signing itself changes. Source: "Windows Authenticode
// Portable Executable Signature Format" (Microsoft, 2008), and the PE format.
import { createHash } from 'node:crypto';

/** The digests by which a catalog can name a file, in lower-case hex. */
export interface FileDigests {
  readonly flat: { readonly sha1: string; readonly sha256: string };
  /** Only of PE files. */
  readonly image: { readonly sha1: string; readonly sha256: string } | undefined;
}

/** Byte ranges of a PE file that count. */
interface ImageRanges {
  readonly ranges: readonly (readonly [start: number, end: number])[];
  /** Zero bytes to add, to a multiple of 8: where a signature would begin. */
  readonly padding: number;
}

const SECURITY_DIRECTORY = 4;

/**
 * Finds what counts of a PE file: not the checksum, not the entry of the certificate table, not the table itself. Sections are
 * taken in the order of the file, with any gap between them and all data behind the last: how imagehlp.dll computes it.
 * Returns undefined when the bytes are no PE file, or its certificate table does not lie inside.
 */
function imageRanges(bytes: Uint8Array): ImageRanges | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 0x40 || view.getUint16(0, true) !== 0x5a4d) return undefined;
  const header = view.getUint32(0x3c, true);
  // Signature, file header, and of the optional header the magic.
  if (header + 26 > bytes.length || view.getUint32(header, true) !== 0x0000_4550) return undefined;
  const optional = header + 24;
  const optionalSize = view.getUint16(header + 20, true);
  const magic = view.getUint16(optional, true);
  if (magic !== 0x10b && magic !== 0x20b) return undefined;
  const directories = optional + (magic === 0x20b ? 112 : 96);
  if (optionalSize < directories - optional || optional + optionalSize > bytes.length) return undefined;
  const checksum = optional + 64;
  const count = view.getUint32(directories - 4, true);
  const entry = directories + SECURITY_DIRECTORY * 8;
  const hasEntry = count > SECURITY_DIRECTORY && entry + 8 <= optional + optionalSize;
  if (!hasEntry)
    return {
      ranges: [
        [0, checksum],
        [checksum + 4, bytes.length],
      ],
      padding: -bytes.length & 7,
    };
  const tableStart = view.getUint32(entry, true);
  const tableSize = view.getUint32(entry + 4, true);
  if (tableSize === 0) {
    return {
      ranges: [
        [0, checksum],
        [checksum + 4, entry],
        [entry + 8, bytes.length],
      ],
      padding: -bytes.length & 7,
    };
  }
  const tableEnd = tableStart + tableSize;
  if (tableStart < entry + 8 || tableEnd > bytes.length) return undefined;
  return {
    ranges: [
      [0, checksum],
      [checksum + 4, entry],
      [entry + 8, tableStart],
      [tableEnd, bytes.length],
    ],
    padding: -(bytes.length - tableSize) & 7,
  };
}

function hashImage(bytes: Uint8Array, image: ImageRanges, algorithm: 'sha1' | 'sha256'): string {
  const hash = createHash(algorithm);
  for (const [start, end] of image.ranges) hash.update(bytes.subarray(start, end));
  return hash.update(new Uint8Array(image.padding)).digest('hex');
}

/** The Authenticode digest of a PE file in lower-case hex; undefined when the bytes are none. */
export function authenticodeHash(bytes: Uint8Array, algorithm: 'sha1' | 'sha256'): string | undefined {
  const image = imageRanges(bytes);
  return image && hashImage(bytes, image, algorithm);
}

/** All digests by which a catalog can name a file with these bytes. */
export function fileDigests(bytes: Uint8Array): FileDigests {
  const image = imageRanges(bytes);
  const flat = (algorithm: string): string => createHash(algorithm).update(bytes).digest('hex');
  return {
    flat: { sha1: flat('sha1'), sha256: flat('sha256') },
    image: image && { sha1: hashImage(bytes, image, 'sha1'), sha256: hashImage(bytes, image, 'sha256') },
  };
}
