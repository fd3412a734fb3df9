// What a chain may end in: the pinned roots, and those that the caller brings, such as the ones of an image.
import { type Certificate, certificateFromBytes, sameBytes } from './certificate.ts';
import { type RootCertificate, rootCertificates, rootThumbprints } from './root-certificates.ts';

export type AnchorOrigin = RootCertificate['origin'] | 'image';

export interface TrustAnchor {
  readonly certificate: Certificate;
  readonly origin: AnchorOrigin;
}

let pinned: readonly TrustAnchor[] | undefined;

/** The roots that are built in. */
export function pinnedAnchors(): readonly TrustAnchor[] {
  pinned ??= rootCertificates.map((root) => ({
    certificate: certificateFromBytes(Buffer.from(root.certificate, 'base64'), root.name),
    origin: root.origin,
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
  constructor(roots: readonly Certificate[] = [], distrusted: Iterable<string> = []) {
    this.#distrusted = new Set(distrusted);
    const anchors = [...roots.map((certificate) => ({ certificate, origin: 'image' as const })), ...pinnedAnchors()];
    for (const anchor of anchors) this.#byThumbprint.set(anchor.certificate.thumbprint, anchor);
  }

  /** How many roots the caller brought. */
  get imageRootCount(): number {
    return [...this.#byThumbprint.values()].filter((anchor) => anchor.origin === 'image').length;
  }

  /** The anchor that is this very certificate. */
  find(certificate: Certificate): TrustAnchor | undefined {
    const anchor = this.#byThumbprint.get(certificate.thumbprint);
    if (anchor) return anchor;
    const known = rootThumbprints.find((root) => root.sha1 === certificate.thumbprint);
    return known && { certificate, origin: known.origin };
  }

  /** Anchors whose name is that of the issuer. */
  *issuersOf(certificate: Certificate): Generator<TrustAnchor> {
    for (const anchor of this.#byThumbprint.values()) {
      if (sameBytes(anchor.certificate.subject.encoded, certificate.issuer.encoded)) yield anchor;
    }
  }

  isDistrusted(certificate: Certificate): boolean {
    return this.#distrusted.has(certificate.thumbprint);
  }
}
