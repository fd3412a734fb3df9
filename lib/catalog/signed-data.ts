// PKCS #7 SignedData (RFC 2315, RFC 5652): the envelope of catalogs and of time stamps.

import { catalogError } from './catalog-error.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { contextTag, type DerNode, Tag } from './der-node.ts';
import { ContentType } from './object-identifiers.ts';

/** One signature of a SignedData. */
export interface SignerInfo {
  /** How the certificate of the signer is named. */
  readonly signer:
    | { readonly issuer: Uint8Array; readonly serialNumber: Uint8Array }
    | { readonly subjectKeyIdentifier: Uint8Array };
  readonly digestOid: string;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
  /** The attributes that are signed, by object identifier; undefined when the content is signed without any. */
  readonly signedAttributes: Attributes | undefined;
  /** What the signature is of when there are signed attributes: their DER as a SET. */
  readonly signedAttributeBytes: Uint8Array | undefined;
  readonly unsignedAttributes: Attributes;
}

/** The values of attributes by their object identifier. */
export type Attributes = ReadonlyMap<string, readonly DerNode[]>;

export interface SignedData {
  readonly contentType: string;
  /** The value inside `[0]`; undefined for a detached signature. */
  readonly content: DerNode | undefined;
  readonly certificates: readonly Certificate[];
  readonly signers: readonly SignerInfo[];
}

const MAX_CERTIFICATES = 128;
const MAX_SIGNERS = 16;
const MAX_ATTRIBUTES = 64;

function parseAttributes(node: DerNode, repeats: 'allowed' | 'refused'): Attributes {
  const attributes = new Map<string, readonly DerNode[]>();
  for (const attribute of node.children(MAX_ATTRIBUTES)) {
    const [type, values] = attribute.expect(Tag.Sequence, 'an attribute').children(2);
    if (!type || !values) throw attribute.error('an attribute has no value');
    const oid = type.objectIdentifier('the type of an attribute');
    const before = attributes.get(oid) ?? [];
    if (before.length > 0 && repeats === 'refused') throw attribute.error(`the attribute ${oid} is there twice`);
    attributes.set(oid, [...before, ...values.expect(Tag.Set, 'the values of an attribute').children(MAX_ATTRIBUTES)]);
  }
  return attributes;
}

function algorithmOf(node: DerNode, what: string): string {
  return node.expect(Tag.Sequence, what).child(0, what).objectIdentifier(what);
}

/** Reads a SignerInfo; also the value of a countersignature. */
export function parseSignerInfo(node: DerNode): SignerInfo {
  const fields = node.expect(Tag.Sequence, 'a signature').children(8);
  let at = 1;
  const next = (what: string): DerNode => {
    const field = fields[at++];
    if (!field) throw node.error(`${what} of a signature is missing`);
    return field;
  };
  const identifier = next('the signer');
  const digestOid = algorithmOf(next('the digest'), 'the digest');
  const signed = fields[at]?.tag === contextTag(0) ? next('the attributes') : undefined;
  const signatureOid = algorithmOf(next('the algorithm'), 'the algorithm');
  const signature = next('the value').expect(Tag.OctetString, 'the value of a signature').content;
  const unsigned = fields[at]?.tag === contextTag(1) ? next('the attributes') : undefined;
  let signedAttributeBytes: Uint8Array | undefined;
  if (signed) {
    signedAttributeBytes = Uint8Array.from(signed.encoded);
    signedAttributeBytes[0] = Tag.Set;
  }
  return {
    signer:
      identifier.tag === contextTag(0, 'primitive')
        ? { subjectKeyIdentifier: identifier.content }
        : {
            issuer: identifier.expect(Tag.Sequence, 'the signer').child(0, 'the issuer').encoded,
            serialNumber: identifier.child(1, 'the serial number').expect(Tag.Integer, 'the serial number').content,
          },
    digestOid,
    signatureOid,
    signature,
    signedAttributes: signed && parseAttributes(signed, 'refused'),
    signedAttributeBytes,
    unsignedAttributes: unsigned ? parseAttributes(unsigned, 'allowed') : new Map(),
  };
}

/** Reads a ContentInfo that holds SignedData. Throws Corrupt, Truncated or LimitExceeded with the offset in the file. */
export function parseSignedData(node: DerNode, file?: string): SignedData {
  const [type, wrapped] = node.expect(Tag.Sequence, 'the outermost value').children(2);
  if (type?.tag !== Tag.ObjectIdentifier || type.objectIdentifier('the type') !== ContentType.SignedData) {
    throw catalogError('Corrupt', file, node.offset, 'it is not PKCS #7 signed data');
  }
  if (wrapped?.tag !== contextTag(0)) throw node.error('the signed data is missing');
  const body = wrapped.child(0, 'the signed data').expect(Tag.Sequence, 'the signed data');
  const fields = body.children(16);
  const info = fields[2]?.expect(Tag.Sequence, 'the content').children(2);
  const contentType = info?.[0]?.objectIdentifier('the type of the content');
  if (!info || contentType === undefined) throw body.error('the content is missing');
  const certificates: Certificate[] = [];
  const signers: SignerInfo[] = [];
  for (const field of fields.slice(3)) {
    if (field.tag === contextTag(0)) {
      for (const certificate of field.children(MAX_CERTIFICATES)) {
        // Other choices (attribute certificates) carry context tags and sign nothing here.
        if (certificate.tag === Tag.Sequence) certificates.push(parseCertificate(certificate));
      }
    } else if (field.tag === Tag.Set) {
      for (const signer of field.children(MAX_SIGNERS)) signers.push(parseSignerInfo(signer));
    }
  }
  const content = info[1]?.expect(contextTag(0), 'the content').child(0, 'the content');
  return { contentType, content, certificates, signers };
}
