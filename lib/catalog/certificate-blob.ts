// How certificate stores keep a certificate in the registry (`SystemCertificates\ROOT\Certificates\<thumbprint>\Blob`): a row
// of properties, each a u32 identifier, a u32 that is 1, a u32 length and that many bytes (MS-GPEF 2.2.1.2.1).
import { catalogError } from './catalog-error.ts';
import { type Certificate, certificateFromBytes } from './certificate.ts';
import { DerNode, Tag } from './der-node.ts';

/** CERT_CERT_PROP_ID: the certificate itself, as DER. */
const CERTIFICATE_PROPERTY = 0x20;
/** CERT_ENHKEY_USAGE_PROP_ID: what the store trusts it for. */
const PURPOSES_PROPERTY = 9;
const MAX_PURPOSES = 64;

export interface StoredCertificate {
  readonly certificate: Certificate;
  /** Object identifiers of KeyPurpose; undefined when the store says nothing. */
  readonly purposes: readonly string[] | undefined;
}

/**
 * The certificate of a registry value; undefined when the value holds none.
 * @param name For messages.
 * @throws DismError Truncated or Corrupt.
 */
export function certificateFromBlob(blob: Uint8Array, name?: string): StoredCertificate | undefined {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  let certificate: Certificate | undefined;
  let purposes: readonly string[] | undefined;
  for (let at = 0; at < blob.length; ) {
    if (blob.length - at < 12) throw catalogError('Truncated', name, at, 'it ends inside a property');
    const property = view.getUint32(at, true);
    const length = view.getUint32(at + 8, true);
    at += 12;
    if (length > blob.length - at) {
      throw catalogError('Truncated', name, at, `a property of ${length} bytes does not fit`);
    }
    const value = blob.subarray(at, at + length);
    if (property === CERTIFICATE_PROPERTY) certificate = certificateFromBytes(value, name);
    if (property === PURPOSES_PROPERTY) {
      const list = DerNode.parse(value, name).expect(Tag.Sequence, 'the purposes').children(MAX_PURPOSES);
      purposes = list.map((purpose) => purpose.objectIdentifier('a purpose'));
    }
    at += length;
  }
  return certificate && { certificate, purposes };
}
