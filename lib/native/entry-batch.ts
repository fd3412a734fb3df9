// Decodes the packed entries of a listing. The layout is written in native/wim/listing.cc.

/** A named data stream of an entry. */
export interface EntryStream {
  readonly name: string;
  readonly size: number;
  /** SHA-1; all zero for an empty stream. */
  readonly digest: Uint8Array;
}

/** One entry of an image as the engine lists it. */
export interface ListedEntry {
  readonly path: string;
  readonly shortName: string;
  readonly attributes: number;
  readonly size: number;
  readonly creationTime: bigint;
  readonly lastAccessTime: bigint;
  readonly lastWriteTime: bigint;
  readonly linkId: bigint;
  readonly reparseTag: number;
  readonly securityId: number;
  readonly digest: Uint8Array;
  readonly streams: readonly EntryStream[];
}

const utf16 = new TextDecoder('utf-16le', { ignoreBOM: true });

/** UTF-16LE text with unpaired surrogates kept: TextDecoder would replace them. */
function text(bytes: Uint8Array, start: number, units: number): string {
  const slice = bytes.subarray(start, start + 2 * units);
  const decoded = utf16.decode(slice);
  if (!decoded.includes('\uFFFD')) return decoded;
  let exact = '';
  for (let i = 0; i < slice.length; i += 2) exact += String.fromCharCode(slice[i]! | (slice[i + 1]! << 8));
  return exact;
}

const NO_STREAMS: readonly EntryStream[] = Object.freeze([]);

/** The entries of one batch, in order. */
export function* decodeEntries(batch: Uint8Array): Generator<ListedEntry, void, undefined> {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  for (let at = 0; at < batch.length; at += view.getUint32(at, true)) yield decodeEntry(batch, view, at);
}

/** The entry at an offset of a batch; the record begins with its own length. */
export function decodeEntry(batch: Uint8Array, view: DataView, at: number): ListedEntry {
  const pathUnits = view.getUint16(at + 76, true);
  const shortUnits = view.getUint16(at + 78, true);
  const streamCount = view.getUint16(at + 80, true);
  const pathStart = at + 82;
  let next = pathStart + 2 * (pathUnits + shortUnits);
  let streams = NO_STREAMS;
  if (streamCount > 0) {
    const list: EntryStream[] = [];
    for (let i = 0; i < streamCount; i++) {
      const units = view.getUint16(next + 28, true);
      list.push({
        name: text(batch, next + 30, units),
        size: Number(view.getBigUint64(next, true)),
        digest: batch.slice(next + 8, next + 28),
      });
      next += 30 + 2 * units;
    }
    streams = list;
  }
  return {
    path: text(batch, pathStart, pathUnits),
    shortName: shortUnits === 0 ? '' : text(batch, pathStart + 2 * pathUnits, shortUnits),
    attributes: view.getUint32(at + 4, true),
    size: Number(view.getBigUint64(at + 8, true)),
    creationTime: view.getBigUint64(at + 16, true),
    lastAccessTime: view.getBigUint64(at + 24, true),
    lastWriteTime: view.getBigUint64(at + 32, true),
    linkId: view.getBigUint64(at + 40, true),
    reparseTag: view.getUint32(at + 48, true),
    securityId: view.getInt32(at + 52, true),
    digest: batch.slice(at + 56, at + 76),
    streams,
  };
}
