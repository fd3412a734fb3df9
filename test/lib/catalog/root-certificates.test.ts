// The pinned roots are what they say: both digests, the name, and the reading of OpenSSL.
import { createHash, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificateFromBytes } from '../../../lib/catalog/certificate.ts';
import { rootCertificates } from '../../../lib/catalog/root-certificates.ts';

describe('rootCertificates', () => {
  it.each(rootCertificates)('$name', (root) => {
    const bytes = Buffer.from(root.certificate, 'base64');
    expect(createHash('sha1').update(bytes).digest('hex').toUpperCase()).toBe(root.sha1);
    expect(createHash('sha256').update(bytes).digest('hex').toUpperCase()).toBe(root.sha256);
    const ours = certificateFromBytes(bytes);
    const judge = new X509Certificate(bytes);
    expect(ours.thumbprint).toBe(judge.fingerprint.replaceAll(':', ''));
    expect(ours.notAfter.getTime()).toBe(Date.parse(judge.validTo));
    expect(ours.notBefore.getTime()).toBe(Date.parse(judge.validFrom));
    expect(judge.issuer).toBe(judge.subject);
    const name = ours.subject.commonName ?? '';
    const unit = ours.subject.organizationalUnit ?? '';
    expect(root.name === name || root.name === unit).toBe(true);
  });
});
