// Catalogs made by hand: what they cover, and whom to believe. OpenSSL confirms that what is built is what it claims to be.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCatalog } from '../../../lib/catalog/catalog.ts';
import { certificateFromBytes } from '../../../lib/catalog/certificate.ts';
import { SignerScore } from '../../../lib/catalog/signer-score.ts';
import { TrustAnchors } from '../../../lib/catalog/trust-anchors.ts';
import { type CatalogVerification, verifyCatalog } from '../../../lib/catalog/verify-catalog.ts';
import { buildCatalog, type CatalogOptions, flatFile, makePublisher } from '../../support/catalog-builder.ts';
import { describeWithJudges } from '../../support/judges.ts';
import {
  counterSignature,
  type Holder,
  makeHolder,
  purposes,
  timeStampToken,
} from '../../support/signing-authority.ts';

const inf = Buffer.from('[Version]\r\nSignature = "$WINDOWS NT$"\r\n');
const { root, publisher } = makePublisher();
const files = [flatFile('example.inf', inf)];
const trusting = (...holders: readonly Holder[]): TrustAnchors =>
  new TrustAnchors(holders.map((holder) => ({ certificate: certificateFromBytes(holder.certificate) })));

function verify(options: Partial<CatalogOptions> = {}, anchors = trusting(root)): CatalogVerification {
  return verifyCatalog(parseCatalog(buildCatalog({ files, signer: publisher, ...options })), { anchors });
}

const codes = (result: CatalogVerification): string[] => result.problems.map((problem) => problem.code);

describe('parseCatalog', () => {
  it('reads members, attributes and date', () => {
    const image = { name: 'example.sys', digest: Buffer.alloc(32, 0x5a), kind: 'image' } as const;
    const catalog = parseCatalog(
      buildCatalog({ files: [...files, image], attributes: { OS: '_v100_X64', HWID1: 'a' } }),
    );
    expect(catalog.version).toBe(2);
    expect(catalog.date.toISOString()).toBe('2024-05-06T07:08:09.000Z');
    expect(catalog.listIdentifier).toBe('00112233445566778899aabbccddeeff');
    expect([...catalog.attributes]).toEqual([
      ['OS', '_v100_X64'],
      ['HWID1', 'a'],
    ]);
    expect(catalog.members).toMatchObject([
      { fileName: 'example.inf', kind: 'flat', algorithm: 'sha256' },
      { fileName: 'example.sys', kind: 'image', digest: '5a'.repeat(32), tag: '5a'.repeat(32) },
    ]);
    expect(catalog.members[0]?.attributes.get('OSAttr')).toBe('2:10.0');
  });

  it('reads the older kind, whose members are named by text', () => {
    const catalog = parseCatalog(buildCatalog({ version: 1, files: [flatFile('example.inf', inf, 'sha1')] }));
    const { sha1 } = { sha1: Buffer.from(flatFile('', inf, 'sha1').digest).toString('hex') };
    expect(catalog.version).toBe(1);
    expect(catalog.byDigest.get(sha1)?.fileName).toBe('example.inf');
    expect(catalog.members[0]?.tag).toBe(sha1);
  });
});

describe('verifyCatalog', () => {
  it('accepts a signature whose root is trusted, and says whose it is', () => {
    expect(verify()).toMatchObject({
      isValid: true,
      signerName: 'Contoso Drivers',
      signerScore: SignerScore.Authenticode,
      rootOrigin: 'image',
      problems: [],
    });
  });

  it('accepts ECDSA and SHA-1, and an intermediate authority', () => {
    const between = makeHolder({ name: 'Between', issuer: root, isAuthority: true });
    const signer = makeHolder({ name: 'Leaf', issuer: between, key: 'ec', purposes: [purposes.codeSigning] });
    expect(verify({ signer, certificates: [signer, between] }).chain).toHaveLength(3);
    const legacy = makeHolder({ name: 'Legacy', issuer: between, hash: 'sha1' });
    expect(verify({ version: 1, signer: legacy, certificates: [legacy, between] }).isValid).toBe(true);
  });

  it('refuses what is not signed, not trusted, distrusted, or not complete', () => {
    expect(codes(verify({ signer: undefined }))).toEqual(['NotSigned']);
    expect(codes(verify({}, new TrustAnchors()))).toEqual(['IncompleteChain']);
    expect(codes(verify({ certificates: [publisher, root] }, new TrustAnchors()))).toEqual(['UntrustedRoot']);
    expect(codes(verify({ certificates: [root] }))).toEqual(['SignerMissing']);
    const thumbprint = certificateFromBytes(publisher.certificate).thumbprint;
    const distrusting = new TrustAnchors([{ certificate: certificateFromBytes(root.certificate) }], [thumbprint]);
    expect(codes(verify({}, distrusting))).toEqual(['Distrusted']);
    expect(verify({}, new TrustAnchors()).signerScore).toBe(SignerScore.Unsigned);
  });

  it('refuses an issuer that is no authority, and a certificate for other purposes', () => {
    const impostor = makeHolder({ name: 'Impostor', issuer: publisher, purposes: [purposes.codeSigning] });
    expect(codes(verify({ signer: impostor, certificates: [impostor, publisher] }))).toEqual(['WrongUsage']);
    const server = makeHolder({ name: 'Server', issuer: root, purposes: ['1.3.6.1.5.5.7.3.1'] });
    expect(codes(verify({ signer: server }))).toEqual(['WrongUsage']);
  });

  it('refuses a root that is trusted for other things', () => {
    const certificate = certificateFromBytes(root.certificate);
    const limited = (purpose: string) => new TrustAnchors([{ certificate, purposes: [purpose] }]);
    expect(codes(verify({}, limited(purposes.timeStamping)))).toEqual(['IncompleteChain']);
    expect(codes(verify({}, limited(purposes.codeSigning)))).toEqual([]);
  });

  it('refuses an issuer of the right name that did not sign', () => {
    const other = makeHolder({ name: 'Test Root of Contoso Drivers', isAuthority: true, key: 'ec' });
    expect(codes(verify({}, trusting(other)))).toEqual(['IncompleteChain']);
  });

  it('refuses a changed list and a changed signature', () => {
    const bytes = Buffer.from(buildCatalog({ files, signer: publisher }));
    const at = bytes.indexOf(files[0]!.digest);
    bytes[at]! ^= 1;
    expect(codes(verifyCatalog(parseCatalog(bytes), { anchors: trusting(root) }))).toContain('ContentChanged');
    bytes[at]! ^= 1;
    bytes[bytes.length - 1]! ^= 1;
    expect(codes(verifyCatalog(parseCatalog(bytes), { anchors: trusting(root) }))).toEqual(['SignatureWrong']);
  });

  it('ends for certificates that issue each other', () => {
    const names = ['a', 'b', 'c'].map((name) => makeHolder({ name, isAuthority: true, key: 'ec' }));
    const crossed = names.flatMap((holder, i) =>
      names.map((issuer, k) =>
        i === k ? holder : makeHolder({ name: 'abc'[i]!, issuer, isAuthority: true, key: 'ec' }),
      ),
    );
    const signer = makeHolder({ name: 'leaf', issuer: names[0], key: 'ec' });
    expect(codes(verify({ signer, certificates: [signer, ...crossed] }))).toContain('UntrustedRoot');
  });
});

describe('time stamps', () => {
  const expired = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2021-01-01T00:00:00Z') };
  const signer = makeHolder({ name: 'Gone', issuer: root, purposes: [purposes.codeSigning], ...expired });
  const stampRoot = makeHolder({ name: 'Stamp Root', isAuthority: true });
  const authority = makeHolder({ name: 'Clock', issuer: stampRoot, purposes: [purposes.timeStamping] });
  const during = new Date('2020-06-01T12:00:00Z');
  const after = new Date('2022-06-01T12:00:00Z');
  const anchors = trusting(root, stampRoot);
  const token = (time: Date, by = authority) => ({
    unsigned: (signature: Uint8Array) => [timeStampToken(by, [by], time, signature)],
  });

  it('lets a token of RFC 3161 outlive the certificate', () => {
    const result = verify({ signer, ...token(during) }, anchors);
    expect(codes(result)).toEqual([]);
    expect(result.timeStamp).toMatchObject({ kind: 'RFC3161', time: during, authority: 'Clock' });
  });

  it('lets a countersignature outlive the certificate', () => {
    const unsigned = (signature: Uint8Array) => [counterSignature(authority, during, signature)];
    const result = verify({ signer, certificates: [signer, authority], unsigned }, anchors);
    expect(codes(result)).toEqual([]);
    expect(result.timeStamp).toMatchObject({ kind: 'Countersignature', time: during });
  });

  it('refuses an expired certificate without one, with a late one, with one of nobody known', () => {
    expect(codes(verify({ signer }, anchors))).toEqual(['Expired']);
    expect(codes(verify({ signer, ...token(after) }, anchors))).toEqual(['Expired']);
    expect(codes(verify({ signer, ...token(during) }, trusting(root)))).toEqual(['Expired', 'TimeStampInvalid']);
    const wrong = makeHolder({ name: 'Clock', issuer: stampRoot, purposes: [purposes.codeSigning] });
    expect(codes(verify({ signer, ...token(during, wrong) }, anchors))).toEqual(['Expired', 'TimeStampInvalid']);
  });

  it('refuses a time stamp of another signature', () => {
    const unsigned = () => [timeStampToken(authority, [authority], during, Buffer.from('other'))];
    expect(codes(verify({ signer, unsigned }, anchors))).toEqual(['Expired', 'TimeStampInvalid']);
  });

  it('does not help where the certificate says that it does not', () => {
    const lifetime = [purposes.codeSigning, '1.3.6.1.4.1.311.10.3.13'];
    const limited = makeHolder({ name: 'Limited', issuer: root, purposes: lifetime, ...expired });
    expect(codes(verify({ signer: limited, ...token(during) }, anchors))).toEqual(['Expired']);
  });
});

describeWithJudges(['openssl'], 'catalogs that the tests build', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'opendism-catalog-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    [1, publisher],
    [2, makeHolder({ name: 'Curve', issuer: root, key: 'ec' })],
  ] as const)('have a signature that OpenSSL accepts (version %i)', (version, signer) => {
    const bytes = buildCatalog({ version, files, signer });
    const catalog = parseCatalog(bytes);
    writeFileSync(join(folder, 'x.cat'), bytes);
    writeFileSync(join(folder, 'x.bin'), catalog.signedData.content!.content);
    const smime = ['smime', '-verify', '-noverify', '-binary', '-inform', 'DER', '-in', join(folder, 'x.cat')];
    execFileSync('openssl', [...smime, '-content', join(folder, 'x.bin'), '-out', '/dev/null'], { stdio: 'pipe' });
    expect(verifyCatalog(catalog, { anchors: trusting(root) }).isValid).toBe(true);
  });
});
