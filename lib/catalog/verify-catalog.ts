// Whether a catalog is to be believed, and whom: signature, chain, time stamp. Works offline and changes nothing.

import { isDismError } from '../base/error.ts';
import type { Catalog } from './catalog.ts';
import { type Certificate, displayName, sameBytes } from './certificate.ts';
import { buildChain } from './certificate-chain.ts';
import { Attribute, ContentType, KeyPurpose } from './object-identifiers.ts';
import type { SignatureProblem } from './signature-problem.ts';
import { parseSignedData, type SignerInfo } from './signed-data.ts';
import { checkSigner } from './signer-check.ts';
import { type SignerScore, signerScore } from './signer-score.ts';
import { readTimeStamps, type TimeStamp } from './time-stamp.ts';
import { type AnchorOrigin, TrustAnchors } from './trust-anchors.ts';

export interface CatalogVerification {
  /** No problem was found. */
  readonly isValid: boolean;
  /** The name of the signer, as Windows stores it; undefined when nobody signed. Believe it only when `isValid`. */
  readonly signerName: string | undefined;
  /** SIGNERSCORE_*: what driver databases keep. */
  readonly signerScore: SignerScore;
  /** From the signer up to the root, as far as they are known. */
  readonly chain: readonly Certificate[];
  readonly rootOrigin: AnchorOrigin | undefined;
  /** The best time stamp of the signature. */
  readonly timeStamp: TimeStamp | undefined;
  readonly problems: readonly SignatureProblem[];
}

export interface VerifyOptions {
  /** The roots that count; the pinned ones when absent. */
  readonly anchors?: TrustAnchors | undefined;
  /** The moment for which certificates are judged when there is no valid time stamp; now when absent. */
  readonly at?: Date | undefined;
}

/** A time stamp says when; with the purpose "lifetime signing" it does not help once the certificate has expired. */
function momentOf(signer: Certificate, stamp: TimeStamp | undefined, at: Date): Date {
  if (!stamp || stamp.problems.length > 0 || signer.purposes?.includes(KeyPurpose.LifetimeSigning)) return at;
  return stamp.time;
}

/** One signature of the list, with the certificates that came with it. */
interface Signature {
  readonly signer: SignerInfo;
  readonly pool: readonly Certificate[];
}

/** Signatures that are looked at; a catalog that is signed with SHA-1 and SHA-256 has two. */
const MAX_SIGNATURES = 8;

/** Signatures inside the attributes of another one. Those of other content, and what cannot be read, are none of this list. */
function nestedSignatures(signer: SignerInfo, content: Uint8Array): Signature[] {
  const found: Signature[] = [];
  for (const node of (signer.unsignedAttributes.get(Attribute.NestedSignature) ?? []).slice(0, MAX_SIGNATURES)) {
    try {
      const nested = parseSignedData(node);
      if (nested.contentType !== ContentType.TrustList) continue;
      if (nested.content && !sameBytes(nested.content.content, content)) continue;
      for (const one of nested.signers) found.push({ signer: one, pool: nested.certificates });
    } catch (error) {
      if (!isDismError(error)) throw error;
    }
  }
  return found;
}

function verifySignature(
  { signer, pool }: Signature,
  content: Uint8Array,
  options: VerifyOptions,
): CatalogVerification {
  const anchors = options.anchors ?? new TrustAnchors();
  const check = checkSigner(signer, pool, content, ContentType.TrustList);
  const problems: SignatureProblem[] = check.problem ? [check.problem] : [];
  const timeStamp = readTimeStamps(signer, pool, anchors)[0];
  if (!check.certificate) return { ...nobody, timeStamp, problems };
  const at = momentOf(check.certificate, timeStamp, options.at ?? new Date());
  const chain = buildChain(check.certificate, { pool, anchors, at, purpose: KeyPurpose.CodeSigning });
  problems.push(...chain.problems);
  if (timeStamp && timeStamp.problems.length > 0 && chain.problems.some((problem) => problem.code === 'Expired')) {
    const reasons = timeStamp.problems.map((problem) => problem.message).join(' ');
    problems.push({ code: 'TimeStampInvalid', message: `The time stamp does not count. ${reasons}` });
  }
  const isValid = problems.length === 0;
  return {
    isValid,
    signerName: displayName(check.certificate),
    signerScore: isValid ? signerScore(check.certificate, chain.origin) : nobody.signerScore,
    chain: chain.certificates,
    rootOrigin: chain.origin,
    timeStamp,
    problems,
  };
}

/** A catalog whose signer is not known. */
const nobody = {
  isValid: false,
  signerName: undefined,
  signerScore: signerScore(undefined, undefined),
  chain: [],
  rootOrigin: undefined,
} as const;

/**
 * Checks the signatures of a catalog: the first, and where there are more, beside or inside it, the first that is valid. When
 * none is, the problems are those of the first. Never throws for a bad signature: `problems` says what is wrong.
 * Throws Corrupt where the bytes of an attribute do not make sense.
 */
export function verifyCatalog(catalog: Catalog, options: VerifyOptions = {}): CatalogVerification {
  const { signers, certificates, content } = catalog.signedData;
  const [primary] = signers;
  if (!primary || !content) {
    const problems = [{ code: 'NotSigned', message: 'The catalog is not signed.' }] as const;
    return { ...nobody, timeStamp: undefined, problems };
  }
  const octets = content.content;
  const first = verifySignature({ signer: primary, pool: certificates }, octets, options);
  if (first.isValid) return first;
  const beside = signers.slice(1).map((signer) => ({ signer, pool: certificates }));
  const inside = signers.flatMap((signer) => nestedSignatures(signer, octets));
  for (const signature of [...beside, ...inside].slice(0, MAX_SIGNATURES)) {
    const other = verifySignature(signature, octets, options);
    if (other.isValid) return other;
  }
  return first;
}
