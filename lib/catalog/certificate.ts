// X.509 certificates (RFC 5280), as far as building a chain needs them.
import { constants, createHash, createPublicKey, type KeyObject, publicDecrypt, verify } from 'node:crypto';
import { contextTag, DerNode, Tag } from './der-node.ts';
import { Extension, signatureAlgorithm } from './object-identifiers.ts';

/** A distinguished name: the bytes to compare by, and what people read. */
export interface DistinguishedName {
  readonly encoded: Uint8Array;
  readonly commonName: string | undefined;
  readonly organizationalUnit: string | undefined;
  readonly organization: string | undefined;
}

export interface Certificate {
  readonly encoded: Uint8Array;
  /** SHA-1 of the whole in upper-case hex: the thumbprint, its name in certificate stores. */
  readonly thumbprint: string;
  /** The content of the INTEGER. */
  readonly serialNumber: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo. */
  readonly publicKeyInfo: Uint8Array;
  /** basicConstraints; undefined when the extension is not there (as in certificates of version 1). */
  readonly isAuthority: boolean | undefined;
  readonly pathLength: number | undefined;
  /** Bit 5 of keyUsage; undefined without the extension. */
  readonly maySignCertificates: boolean | undefined;
  /** Key purposes; undefined when any is allowed. */
  readonly purposes: readonly string[] | undefined;
  readonly subjectKeyIdentifier: Uint8Array | undefined;
  /** Critical extensions that nobody here understands: such a certificate must not be relied on. */
  readonly unknownCritical: readonly string[];
  /** TBSCertificate, its signature, and the object identifier of the algorithm. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly signatureOid: string;
}

const MAX_EXTENSIONS = 64;
const understood: readonly string[] = Object.values(Extension);

function parseName(node: DerNode): DistinguishedName {
  const values = new Map<string, string>();
  for (const set of node.expect(Tag.Sequence, 'a distinguished name').children(64)) {
    for (const pair of set.expect(Tag.Set, 'a part of a name').children(16)) {
      const [type, value] = pair.expect(Tag.Sequence, 'a part of a name').children(2);
      const text = value?.text();
      if (!type || text === undefined) continue;
      values.set(type.objectIdentifier('the type of a part of a name'), text);
    }
  }
  return {
    encoded: node.encoded,
    commonName: values.get('2.5.4.3'),
    organizationalUnit: values.get('2.5.4.11'),
    organization: values.get('2.5.4.10'),
  };
}

type ExtensionFields = {
  isAuthority?: boolean;
  pathLength?: number;
  maySignCertificates?: boolean;
  purposes?: string[];
  subjectKeyIdentifier?: Uint8Array;
  unknownCritical: string[];
};

function parseExtension(node: DerNode, fields: ExtensionFields): void {
  const parts = node.expect(Tag.Sequence, 'an extension').children(3);
  const oid = parts[0]?.objectIdentifier('the type of an extension');
  const critical = parts.length === 3 && parts[1]!.tag === Tag.Boolean && parts[1]!.content[0] !== 0;
  const value = parts.at(-1);
  if (oid === undefined || value?.tag !== Tag.OctetString) throw node.error('an extension has no value');
  if (critical && !understood.includes(oid)) fields.unknownCritical.push(oid);
  switch (oid) {
    case Extension.BasicConstraints: {
      const [first, ...rest] = value.inner().expect(Tag.Sequence, 'basicConstraints').children(2);
      fields.isAuthority = first?.tag === Tag.Boolean && first.content[0] !== 0;
      const length = first?.tag === Tag.Integer ? first : rest[0];
      if (length) fields.pathLength = length.smallInteger('the path length');
      break;
    }
    case Extension.KeyUsage: {
      const bits = value.inner().expect(Tag.BitString, 'keyUsage').content;
      fields.maySignCertificates = ((bits[1] ?? 0) & 0x04) !== 0;
      break;
    }
    case Extension.ExtendedKeyUsage: {
      const purposes = value.inner().expect(Tag.Sequence, 'extendedKeyUsage').children(MAX_EXTENSIONS);
      fields.purposes = purposes.map((purpose) => purpose.objectIdentifier('a key purpose'));
      break;
    }
    case Extension.SubjectKeyIdentifier:
      fields.subjectKeyIdentifier = value.inner().expect(Tag.OctetString, 'subjectKeyIdentifier').content;
      break;
  }
}

/** Reads a certificate. Throws Corrupt or Truncated with the offset in `file`. */
export function parseCertificate(node: DerNode): Certificate {
  const [body, algorithm, signature] = node.expect(Tag.Sequence, 'a certificate').children(3);
  if (!body || !algorithm || !signature) throw node.error('a certificate has no signature');
  const fields = body.expect(Tag.Sequence, 'the body of a certificate').children(16);
  let at = fields[0]?.tag === contextTag(0) ? 1 : 0;
  const next = (what: string): DerNode => {
    const field = fields[at++];
    if (!field) throw body.error(`${what} of a certificate is missing`);
    return field;
  };
  const serialNumber = next('the serial number').expect(Tag.Integer, 'the serial number').content;
  next('the algorithm');
  const issuer = parseName(next('the issuer'));
  const validity = next('the validity').expect(Tag.Sequence, 'the validity');
  const subject = parseName(next('the subject'));
  const publicKeyInfo = next('the key').expect(Tag.Sequence, 'the key').encoded;
  const extensions: ExtensionFields = { unknownCritical: [] };
  for (const field of fields.slice(at)) {
    if (field.tag !== contextTag(3)) continue;
    for (const node of field.child(0, 'the list of extensions').children(MAX_EXTENSIONS))
      parseExtension(node, extensions);
  }
  return {
    encoded: node.encoded,
    thumbprint: createHash('sha1').update(node.encoded).digest('hex').toUpperCase(),
    serialNumber,
    issuer,
    subject,
    notBefore: validity.child(0, 'the start of the validity').time('the start of the validity'),
    notAfter: validity.child(1, 'the end of the validity').time('the end of the validity'),
    publicKeyInfo,
    isAuthority: extensions.isAuthority,
    pathLength: extensions.pathLength,
    maySignCertificates: extensions.maySignCertificates,
    purposes: extensions.purposes,
    subjectKeyIdentifier: extensions.subjectKeyIdentifier,
    unknownCritical: extensions.unknownCritical,
    signed: body.encoded,
    // The first byte counts unused bits: 0 in every signature.
    signature: signature.expect(Tag.BitString, 'the signature').content.subarray(1),
    signatureOid: algorithm
      .expect(Tag.Sequence, 'the algorithm')
      .child(0, 'the algorithm')
      .objectIdentifier('the algorithm'),
  };
}

/** Reads a certificate from its DER bytes, such as a `.cer` file. */
export function certificateFromBytes(bytes: Uint8Array, file?: string): Certificate {
  return parseCertificate(DerNode.parse(bytes, file));
}

/** What to call the holder of a certificate: as Windows shows it, the common name, else the next best. */
export function displayName(certificate: Certificate): string {
  const { commonName, organizationalUnit, organization } = certificate.subject;
  return commonName ?? organizationalUnit ?? organization ?? certificate.thumbprint;
}

/** Whether two byte strings are equal. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function publicKey(certificate: Certificate): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(certificate.publicKeyInfo), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

export type SignatureCheck = 'valid' | 'wrong' | 'unsupported';

/**
 * Checks a signature with the key of a certificate: RSA (PKCS #1 v1.5) or ECDSA.
 * @param oid The algorithm of the signature; where it does not contain a digest, `digest` says it.
 */
export function checkSignature(
  certificate: Certificate,
  oid: string,
  digest: string | undefined,
  data: Uint8Array,
  signature: Uint8Array,
): SignatureCheck {
  const algorithm = signatureAlgorithm(oid);
  const hash = algorithm?.digest ?? digest;
  // MD5 does not bind a signer to what was signed any more.
  if (!algorithm || hash === undefined || hash === 'md5') return 'unsupported';
  const key = publicKey(certificate);
  if (!key || key.asymmetricKeyType !== algorithm.key) return 'unsupported';
  try {
    return verify(hash, data, key, signature) ? 'valid' : 'wrong';
  } catch {
    return 'wrong';
  }
}

/**
 * Whether a signature is the older kind of RSA signature that holds a digest without saying which: time stamps of the
 * Symantec and VeriSign authorities are such (CRYPT_NOHASHOID of CryptoAPI). Padding and length are checked as ever.
 */
export function isBareDigestSignature(
  certificate: Certificate,
  digest: string,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = publicKey(certificate);
  if (key?.asymmetricKeyType !== 'rsa') return false;
  try {
    const held = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
    return sameBytes(held, createHash(digest).update(data).digest());
  } catch {
    return false;
  }
}

/** Whether `issuer` has signed `certificate`; names are not compared. */
export function isSignedBy(certificate: Certificate, issuer: Certificate): SignatureCheck {
  return checkSignature(issuer, certificate.signatureOid, undefined, certificate.signed, certificate.signature);
}
