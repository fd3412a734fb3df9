// A security catalog (.cat): a signed list of file digests. FORMAT.md says what the bytes are.
import { catalogError } from './catalog-error.ts';
import { DerNode } from './der-node.ts';
import { ContentType } from './object-identifiers.ts';
import { parseSignedData, type SignedData } from './signed-data.ts';
import { type CatalogMember, parseTrustList, type TrustList } from './trust-list.ts';

/** A catalog as read; `verifyCatalog` says whether it is to be believed. */
export interface Catalog extends TrustList {
  readonly file: string | undefined;
  readonly signedData: SignedData;
  /** Members by every digest that names them, in lower-case hex: the tag and the digest inside. */
  readonly byDigest: ReadonlyMap<string, CatalogMember>;
}

/** Catalogs are small: the largest of Windows has some megabytes. */
const MAX_SIZE = 64 << 20;

/**
 * Reads a catalog.
 * @param file For messages.
 * @throws DismError Corrupt, Truncated, LimitExceeded or UnsupportedVersion, with the offset.
 */
export function parseCatalog(bytes: Uint8Array, file?: string): Catalog {
  if (bytes.length > MAX_SIZE) {
    throw catalogError('LimitExceeded', file, 0, `it has ${bytes.length} bytes, more than any catalog`);
  }
  const signedData = parseSignedData(DerNode.parse(bytes, file), file);
  if (signedData.contentType !== ContentType.TrustList || !signedData.content) {
    throw catalogError('Corrupt', file, 0, 'it is signed data, but no catalog');
  }
  const list = parseTrustList(signedData.content, file);
  const byDigest = new Map<string, CatalogMember>();
  for (const member of list.members) {
    if (member.digest !== undefined) byDigest.set(member.digest, member);
    byDigest.set(member.tag, member);
  }
  return { ...list, file, signedData, byDigest };
}
