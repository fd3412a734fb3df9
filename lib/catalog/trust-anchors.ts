// What a chain may end in: the pinned roots, and those that the caller brings, such as the ones of an image.
import { type Certificate, certificateFromBytes, sameBytes } from './certificate.ts';
import { KeyPurpose } from './object-identifiers.ts';
import { type RootCertificate, rootCertificates, rootThumbprints } from './root-certificates.ts';

export type AnchorOrigin = RootCertificate['origin'] | 'image';

export interface TrustAnchor {
  readonly certificate: Certificate;
  readonly origin: AnchorOrigin;
  /** What it is trusted for, object identifiers of KeyPurpose; undefined: for anything. */
  readonly purposes?: readonly string[] | undefined;
}

let pinned: readonly TrustAnchor[] | undefined;

/** The roots that are built in. */
export function pinnedAnchors(): readonly TrustAnchor[] {
  pinned ??= rootCertificates.map((root) => ({
    certificate: certificateFromBytes(Buffer.from(root.certificate, 'base64'), root.name),
    origin: root.origin,
    purposes: root.isForTimeStampsOnly ? [KeyPurpose.TimeStamping] : undefined,
  }));
  return pinned;
}

export class TrustAnchors {
  readonly #byThumbprint = new Map<string, TrustAnchor>();
  readonly #distrusted: ReadonlySet<string>;

  /**
   * @param roots More roots, beside the pinned ones: those of the image being serviced.
   * @param distrusted Thumbprints (upper-case hex) of certificates that no chain may hold.
   */
  constructor(roots: readonly Omit<TrustAnchor, 'origin'>[] = [], distrusted: Iterable<string> = []) {
    this.#distrusted = new Set(distrusted);
    const anchors = [...roots.map((root) => ({ ...root, origin: 'image' as const })), ...pinnedAnchors()];
    for (const anchor of anchors) this.#byThumbprint.set(anchor.certificate.thumbprint, anchor);
  }

  /** The anchor that is this very certificate, when it is trusted for the purpose. */
  find(certificate: Certificate, purpose: string): TrustAnchor | undefined {
    const anchor = this.#byThumbprint.get(certificate.thumbprint);
    if (anchor) return isFor(anchor, purpose) ? anchor : undefined;
    const known = rootThumbprints.find((root) => root.sha1 === certificate.thumbprint);
    return known && { certificate, origin: known.origin };
  }

  /** Anchors for the purpose whose name is that of the issuer. */
  *issuersOf(certificate: Certificate, purpose: string): Generator<TrustAnchor> {
    for (const anchor of this.#byThumbprint.values()) {
      if (!isFor(anchor, purpose)) continue;
      if (sameBytes(anchor.certificate.subject.encoded, certificate.issuer.encoded)) yield anchor;
    }
  }

  isDistrusted(certificate: Certificate): boolean {
    return this.#distrusted.has(certificate.thumbprint);
  }
}

function isFor(anchor: TrustAnchor, purpose: string): boolean {
  return anchor.purposes === undefined || anchor.purposes.includes(purpose);
}
