// Whether a catalog is to be believed, and whom: signature, chain, time stamp. Works offline and changes nothing.

import type { Catalog } from './catalog.ts';
import { type Certificate, displayName } from './certificate.ts';
import { buildChain } from './certificate-chain.ts';
import { ContentType, KeyPurpose } from './object-identifiers.ts';
import type { SignatureProblem } from './signature-problem.ts';
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

/**
 * Checks the signature of a catalog. Never throws for a bad signature: `problems` says what is wrong.
 * Throws Corrupt where the bytes of an attribute do not make sense.
 */
export function verifyCatalog(catalog: Catalog, options: VerifyOptions = {}): CatalogVerification {
  const { signedData } = catalog;
  const signer = signedData.signers[0];
  if (!signer || !signedData.content) {
    const problems = [{ code: 'NotSigned', message: 'The catalog is not signed.' }] as const;
    const none = { chain: [], rootOrigin: undefined, timeStamp: undefined };
    return { isValid: false, signerName: undefined, signerScore: signerScore(undefined, undefined), ...none, problems };
  }
  const anchors = options.anchors ?? new TrustAnchors();
  const pool = signedData.certificates;
  const check = checkSigner(signer, pool, signedData.content.content, ContentType.TrustList);
  const problems: SignatureProblem[] = check.problem ? [check.problem] : [];
  const timeStamp = readTimeStamps(signer, pool, anchors)[0];
  if (!check.certificate) {
    const score = signerScore(undefined, undefined);
    return {
      isValid: false,
      signerName: undefined,
      signerScore: score,
      chain: [],
      rootOrigin: undefined,
      timeStamp,
      problems,
    };
  }
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
    signerScore: isValid ? signerScore(check.certificate, chain.origin) : signerScore(undefined, undefined),
    chain: chain.certificates,
    rootOrigin: chain.origin,
    timeStamp,
    problems,
  };
}
