// How certificate stores keep a certificate in the registry (`SystemCertificates\ROOT\Certificates\<thumbprint>\Blob`): a row
// of properties, each a u32 identifier, a u32 that is 1, a u32 length and that many bytes (MS-GPEF 2.2.1.2.1).
import { catalogError } from './catalog-error.ts';
import { type Certificate, certificateFromBytes } from './certificate.ts';

/** CERT_CERT_PROP_ID: the certificate itself, as DER. */
const CERTIFICATE_PROPERTY = 0x20;

/**
 * The certificate of a registry value; undefined when the value holds none.
 * @param name For messages.
 * @throws DismError Truncated or Corrupt.
 */
export function certificateFromBlob(blob: Uint8Array, name?: string): Certificate | undefined {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  for (let at = 0; at < blob.length; ) {
    if (blob.length - at < 12) throw catalogError('Truncated', name, at, 'it ends inside a property');
    const property = view.getUint32(at, true);
    const length = view.getUint32(at + 8, true);
    at += 12;
    if (length > blob.length - at)
      throw catalogError('Truncated', name, at, `a property of ${length} bytes does not fit`);
    if (property === CERTIFICATE_PROPERTY) return certificateFromBytes(blob.subarray(at, at + length), name);
    at += length;
  }
  return undefined;
}
