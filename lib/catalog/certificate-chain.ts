// From a certificate up to a root that is trusted (RFC 5280 section 6, as far as signed code needs it: names, signatures,
// validity, basicConstraints, keyUsage, key purposes). Revocation is not asked for: there is nobody to ask offline.
import { type Certificate, displayName, isSignedBy, sameBytes } from './certificate.ts';
import { KeyPurpose } from './object-identifiers.ts';
import type { SignatureProblem } from './signature-problem.ts';
import type { AnchorOrigin, TrustAnchors } from './trust-anchors.ts';

export interface CertificateChain {
  /** From the signer up; the last one is the root when `origin` is set. */
  readonly certificates: readonly Certificate[];
  /** Where the root is known from; undefined when the chain does not reach one that is trusted. */
  readonly origin: AnchorOrigin | undefined;
  readonly problems: readonly SignatureProblem[];
}

export interface ChainOptions {
  /** Certificates that came with the signature. */
  readonly pool: readonly Certificate[];
  readonly anchors: TrustAnchors;
  /** The moment at which all must be valid. */
  readonly at: Date;
  /** What the signer must be allowed to do; an object identifier of KeyPurpose. */
  readonly purpose: string;
}

const MAX_LENGTH = 10;
/** Signatures checked for one chain: bounds the work that crossing certificates can cause. */
const MAX_CHECKS = 100;

function validityProblem(certificate: Certificate, at: Date): SignatureProblem | undefined {
  const name = displayName(certificate);
  if (at < certificate.notBefore) {
    return { code: 'NotYetValid', message: `"${name}" is valid from ${certificate.notBefore.toISOString()} only.` };
  }
  if (at <= certificate.notAfter) return undefined;
  return { code: 'Expired', message: `"${name}" expired on ${certificate.notAfter.toISOString()}.` };
}

/** What is wrong with a certificate as the issuer of the one below it; `depth` counts the issuers between it and the signer. */
function issuerProblem(issuer: Certificate, depth: number): string | undefined {
  // Certificates of version 1 have no extensions: only roots are such, and those are pinned.
  if (issuer.isAuthority === false) return 'is not a certification authority';
  if (issuer.maySignCertificates === false) return 'may not sign certificates';
  if (issuer.pathLength !== undefined && depth > issuer.pathLength) return 'allows no chain as long as this';
  return undefined;
}

function allows(certificate: Certificate, purpose: string): boolean {
  const { purposes } = certificate;
  return purposes === undefined || purposes.includes(purpose) || purposes.includes(KeyPurpose.Any);
}

function judge(path: readonly Certificate[], rooted: boolean, options: ChainOptions): SignatureProblem[] {
  const problems: SignatureProblem[] = [];
  for (const [index, certificate] of path.entries()) {
    const name = displayName(certificate);
    const isRoot = rooted && index === path.length - 1;
    if (options.anchors.isDistrusted(certificate)) {
      problems.push({ code: 'Distrusted', message: `The image distrusts the certificate "${name}".` });
    }
    const validity = validityProblem(certificate, options.at);
    if (validity) problems.push(validity);
    if (isRoot && index > 0) continue;
    if (index > 0) {
      const wrong =
        certificate.isAuthority === undefined
          ? 'is not a certification authority'
          : issuerProblem(certificate, index - 1);
      if (wrong !== undefined) problems.push({ code: 'WrongUsage', message: `"${name}" ${wrong}.` });
    }
    if (!allows(certificate, options.purpose)) {
      problems.push({ code: 'WrongUsage', message: `"${name}" is not for this kind of signature.` });
    }
    if (certificate.unknownCritical.length > 0) {
      const oids = certificate.unknownCritical.join(', ');
      problems.push({ code: 'Unsupported', message: `"${name}" has critical extensions that are not known: ${oids}.` });
    }
  }
  return problems;
}

function unrooted(path: readonly Certificate[]): SignatureProblem {
  const top = path.at(-1)!;
  const name = displayName(top);
  if (sameBytes(top.issuer.encoded, top.subject.encoded)) {
    return { code: 'UntrustedRoot', message: `The root "${name}" is not trusted.` };
  }
  const issuer = top.issuer;
  const issuerName = issuer.commonName ?? issuer.organizationalUnit ?? issuer.organization ?? 'an unnamed issuer';
  return {
    code: 'IncompleteChain',
    message: `The issuer of "${name}", "${issuerName}", is neither there nor trusted.`,
  };
}

/** Builds the best chain from `leaf`: a trusted one without problems if there is one, else a trusted one, else the longest. */
export function buildChain(leaf: Certificate, options: ChainOptions): CertificateChain {
  let checks = 0;
  let best: CertificateChain | undefined;
  let longest: readonly Certificate[] = [leaf];
  const consider = (path: readonly Certificate[], origin: AnchorOrigin): void => {
    const problems = judge(path, true, options);
    if (!best || problems.length < best.problems.length) best = { certificates: path, origin, problems };
  };
  const isIssuer = (issuer: Certificate, certificate: Certificate): boolean =>
    checks++ < MAX_CHECKS && isSignedBy(certificate, issuer) === 'valid';
  const climb = (path: readonly Certificate[]): void => {
    const top = path.at(-1)!;
    if (path.length > longest.length) longest = path;
    const anchor = options.anchors.find(top, options.purpose);
    if (anchor) consider(path, anchor.origin);
    if (anchor || path.length === MAX_LENGTH || best?.problems.length === 0) return;
    for (const { certificate, origin } of options.anchors.issuersOf(top, options.purpose)) {
      if (isIssuer(certificate, top)) consider([...path, certificate], origin);
    }
    for (const issuer of options.pool) {
      if (best?.problems.length === 0 || checks >= MAX_CHECKS) return;
      if (!sameBytes(issuer.subject.encoded, top.issuer.encoded)) continue;
      if (path.some((known) => known.thumbprint === issuer.thumbprint)) continue;
      if (isIssuer(issuer, top)) climb([...path, issuer]);
    }
  };
  climb([leaf]);
  if (best) return best;
  const problems = [unrooted(longest), ...judge(longest, false, options)];
  return { certificates: longest, origin: undefined, problems };
}
