// One signature of a SignedData: that the signer it names has signed these very bytes.
import { createHash } from 'node:crypto';
import { type Certificate, checkSignature, isBareDigestSignature, sameBytes } from './certificate.ts';
import { Tag } from './der-node.ts';
import { Attribute, digestName } from './object-identifiers.ts';
import type { SignatureProblem } from './signature-problem.ts';
import type { SignerInfo } from './signed-data.ts';

export interface SignerCheck {
  /** The certificate of the signer; undefined when it is not among those given. */
  readonly certificate: Certificate | undefined;
  readonly problem: SignatureProblem | undefined;
}

/** The certificate that a signature names. */
export function findSigner(signer: SignerInfo, certificates: readonly Certificate[]): Certificate | undefined {
  const name = signer.signer;
  return certificates.find((certificate) =>
    'issuer' in name
      ? sameBytes(certificate.issuer.encoded, name.issuer) && sameBytes(certificate.serialNumber, name.serialNumber)
      : certificate.subjectKeyIdentifier !== undefined &&
        sameBytes(certificate.subjectKeyIdentifier, name.subjectKeyIdentifier),
  );
}

function attributeProblem(signer: SignerInfo, digest: string, content: Uint8Array, contentType: string | undefined) {
  const attributes = signer.signedAttributes;
  const stated = attributes?.get(Attribute.MessageDigest)?.[0];
  if (stated?.tag !== Tag.OctetString) {
    return { code: 'Malformed', message: 'The signature does not say what it is a signature of.' } as const;
  }
  if (contentType !== undefined) {
    const type = attributes?.get(Attribute.ContentType)?.[0];
    if (type?.tag !== Tag.ObjectIdentifier || type.objectIdentifier('the type of the content') !== contentType) {
      return { code: 'Malformed', message: 'The signature is one of another kind of content.' } as const;
    }
  }
  if (sameBytes(createHash(digest).update(content).digest(), stated.content)) return undefined;
  return { code: 'ContentChanged', message: 'The content is not the one that was signed.' } as const;
}

/**
 * Checks a signature. Signed attributes must be there: without them content of one kind could pass for another.
 * @param content What is signed: the content octets, without their tag and length.
 * @param contentType What the signature must state as the type of the content; undefined for countersignatures.
 */
export function checkSigner(
  signer: SignerInfo,
  certificates: readonly Certificate[],
  content: Uint8Array,
  contentType: string | undefined,
): SignerCheck {
  const certificate = findSigner(signer, certificates);
  if (!certificate) {
    return { certificate, problem: { code: 'SignerMissing', message: 'The certificate of the signer is not there.' } };
  }
  const digest = digestName(signer.digestOid);
  if (digest === undefined || digest === 'md5') {
    const message = `The digest ${signer.digestOid} of the signature is not supported.`;
    return { certificate, problem: { code: 'Unsupported', message } };
  }
  const wrong = attributeProblem(signer, digest, content, contentType);
  if (wrong) return { certificate, problem: wrong };
  const { signatureOid, signature } = signer;
  const signedAttributeBytes = signer.signedAttributeBytes ?? new Uint8Array();
  const outcome = checkSignature(certificate, signatureOid, digest, signedAttributeBytes, signature);
  if (outcome === 'valid') return { certificate, problem: undefined };
  if (outcome === 'wrong') {
    if (isBareDigestSignature(certificate, digest, signedAttributeBytes, signature)) {
      return { certificate, problem: undefined };
    }
    return { certificate, problem: { code: 'SignatureWrong', message: 'The signature does not fit the key.' } };
  }
  const message = `The algorithm ${signatureOid} of the signature is not supported.`;
  return { certificate, problem: { code: 'Unsupported', message } };
}
