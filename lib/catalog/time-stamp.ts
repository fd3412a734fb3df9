// When something was signed, as an authority confirms it: an RFC 3161 token, or the older countersignature of PKCS #9. Both
// sit among the unsigned attributes of a signature and are of its value.
import { createHash } from 'node:crypto';
import { isDismError } from '../base/error.ts';
import { type Certificate, displayName, sameBytes } from './certificate.ts';
import { buildChain } from './certificate-chain.ts';
import { type DerNode, Tag } from './der-node.ts';
import { Attribute, ContentType, digestName, KeyPurpose } from './object-identifiers.ts';
import type { SignatureProblem } from './signature-problem.ts';
import { parseSignedData, parseSignerInfo, type SignerInfo } from './signed-data.ts';
import { checkSigner, type SignerCheck } from './signer-check.ts';
import type { TrustAnchors } from './trust-anchors.ts';

/** Of each kind; a signature has one. */
const MAX_TIME_STAMPS = 4;

export interface TimeStamp {
  readonly kind: 'RFC3161' | 'Countersignature';
  readonly time: Date;
  /** The name of the authority. */
  readonly authority: string;
  readonly problems: readonly SignatureProblem[];
}

function judged(
  kind: TimeStamp['kind'],
  time: Date,
  check: SignerCheck,
  pool: readonly Certificate[],
  anchors: TrustAnchors,
  more: readonly SignatureProblem[] = [],
): TimeStamp {
  const problems = [...more];
  if (check.problem) problems.push(check.problem);
  if (check.certificate) {
    const purpose = KeyPurpose.TimeStamping;
    problems.push(...buildChain(check.certificate, { pool, anchors, at: time, purpose }).problems);
  }
  return { kind, time, authority: check.certificate ? displayName(check.certificate) : '', problems };
}

function readToken(
  token: DerNode,
  signature: Uint8Array,
  pool: readonly Certificate[],
  anchors: TrustAnchors,
): TimeStamp | undefined {
  const signed = parseSignedData(token);
  const content = signed.content;
  const signer = signed.signers[0];
  if (signed.contentType !== ContentType.TimeStampInfo || content?.tag !== Tag.OctetString || !signer) return undefined;
  const [, , imprint, , time] = content.inner().expect(Tag.Sequence, 'a time stamp').children(10);
  const [algorithm, digest] = imprint?.expect(Tag.Sequence, 'the imprint').children(2) ?? [];
  if (!algorithm || !digest || !time) return undefined;
  const hash = digestName(algorithm.child(0, 'the digest').objectIdentifier('the digest'));
  const problems: SignatureProblem[] = [];
  if (hash === undefined || !sameBytes(createHash(hash).update(signature).digest(), digest.content)) {
    problems.push({ code: 'TimeStampInvalid', message: 'The time stamp is one of another signature.' });
  }
  const certificates = [...signed.certificates, ...pool];
  const check = checkSigner(signer, certificates, content.content, ContentType.TimeStampInfo);
  return judged('RFC3161', time.time('the time of a time stamp'), check, certificates, anchors, problems);
}

function readCountersignature(
  node: DerNode,
  signature: Uint8Array,
  pool: readonly Certificate[],
  anchors: TrustAnchors,
): TimeStamp | undefined {
  const signer = parseSignerInfo(node);
  const time = signer.signedAttributes?.get(Attribute.SigningTime)?.[0]?.time('the time of signing');
  if (!time) return undefined;
  return judged('Countersignature', time, checkSigner(signer, pool, signature, undefined), pool, anchors);
}

/**
 * The time stamps of a signature, good ones first; what cannot be read is left out.
 * @param pool Certificates that came with the signature.
 */
export function readTimeStamps(signer: SignerInfo, pool: readonly Certificate[], anchors: TrustAnchors): TimeStamp[] {
  const stamps: TimeStamp[] = [];
  for (const [attribute, read] of [
    [Attribute.TimeStampToken, readToken],
    [Attribute.CounterSignature, readCountersignature],
  ] as const) {
    for (const node of (signer.unsignedAttributes.get(attribute) ?? []).slice(0, MAX_TIME_STAMPS)) {
      try {
        const stamp = read(node, signer.signature, pool, anchors);
        if (stamp) stamps.push(stamp);
      } catch (error) {
        // A time stamp is not signed by the signer: a broken one counts as none.
        if (!isDismError(error)) throw error;
      }
    }
  }
  return stamps.sort((a, b) => a.problems.length - b.problems.length);
}
