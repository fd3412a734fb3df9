// Catalogs that more than one has signed, beside each other or one inside the other, and who scores what.
import { describe, expect, it } from 'vitest';
import { parseCatalog } from '../../../lib/catalog/catalog.ts';
import { type Certificate, certificateFromBytes } from '../../../lib/catalog/certificate.ts';
import { SignerScore, signerScore } from '../../../lib/catalog/signer-score.ts';
import { TrustAnchors } from '../../../lib/catalog/trust-anchors.ts';
import { type CatalogVerification, verifyCatalog } from '../../../lib/catalog/verify-catalog.ts';
import { buildCatalog, type CatalogOptions, flatFile, makePublisher } from '../../support/catalog-builder.ts';
import { makeHolder, nestedSignature, purposes } from '../../support/signing-authority.ts';

const { root, publisher } = makePublisher();
const stranger = makeHolder({ name: 'Stranger', key: 'ec', purposes: [purposes.codeSigning] });
const files = [flatFile('a.inf', Buffer.from('a'))];
const anchors = new TrustAnchors([{ certificate: certificateFromBytes(root.certificate) }]);

function verify(options: Partial<CatalogOptions>): CatalogVerification {
  return verifyCatalog(parseCatalog(buildCatalog({ files, ...options })), { anchors });
}

const codes = (result: CatalogVerification): string[] => result.problems.map((problem) => problem.code);

describe('a catalog with several signatures', () => {
  const certificates = [stranger, publisher];

  it('is believed when one beside the first is valid, and names that one', () => {
    const both = verify({ signer: stranger, otherSigners: [publisher], certificates });
    expect(both).toMatchObject({ isValid: true, signerName: 'Contoso Drivers' });
    expect(verify({ signer: publisher, otherSigners: [stranger], certificates }).signerName).toBe('Contoso Drivers');
    const none = verify({ signer: stranger, otherSigners: [stranger], certificates });
    expect([none.signerName, codes(none)]).toEqual(['Stranger', ['UntrustedRoot']]);
  });

  it('is believed when one inside the first is valid and of the same list', () => {
    const inner = buildCatalog({ files, signer: publisher });
    const nested = verify({ signer: stranger, unsigned: () => [nestedSignature(inner)] });
    expect(nested).toMatchObject({ isValid: true, signerName: 'Contoso Drivers' });
    const other = buildCatalog({ files: [flatFile('b.inf', Buffer.from('b'))], signer: publisher });
    expect(codes(verify({ signer: stranger, unsigned: () => [nestedSignature(other)] }))).toEqual(['UntrustedRoot']);
    const broken = Buffer.of(0x30, 0x03, 0x06, 0x01, 0x2a);
    expect(codes(verify({ signer: stranger, unsigned: () => [nestedSignature(broken)] }))).toEqual(['UntrustedRoot']);
  });
});

describe('the score of a signer', () => {
  it.each([
    ['1.3.6.1.4.1.311.10.3.5', SignerScore.HardwareCompatibility],
    ['1.3.6.1.4.1.311.10.3.5.1', SignerScore.HardwareCompatibility],
    ['1.3.6.1.4.1.311.10.3.6', SignerScore.Inbox],
    ['1.3.6.1.4.1.311.10.3.99', SignerScore.Authenticode],
  ])('with the purpose %s counts below roots of Microsoft alone', (purpose, score) => {
    const holder = makeHolder({ name: 'Somebody', key: 'ec', purposes: [purposes.codeSigning, purpose] });
    const certificate: Certificate = certificateFromBytes(holder.certificate);
    expect(signerScore(certificate, 'microsoft')).toBe(score);
    expect(signerScore(certificate, 'image')).toBe(SignerScore.Authenticode);
    expect(signerScore(certificate, undefined)).toBe(SignerScore.Unsigned);
  });
});
