import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { authenticodeHash } from '../../../../lib/catalog/authenticode-hash.ts';
import { certificateFromBytes } from '../../../../lib/catalog/certificate.ts';
import { certificateFromBlob } from '../../../../lib/catalog/certificate-blob.ts';
import { SignerScore } from '../../../../lib/catalog/signer-score.ts';
import { TrustAnchors } from '../../../../lib/catalog/trust-anchors.ts';
import { Hive } from '../../../../lib/registry/hive.ts';
import { imageTrust } from '../../../../lib/servicing/drivers/image-trust.ts';
import { examineSignature, type PackageSignature } from '../../../../lib/servicing/drivers/package-signature.ts';
import { buildCatalog, type CatalogFile, flatFile, makePublisher } from '../../../support/catalog-builder.ts';
import { type StoreOptions, storeCertificate } from '../../../support/image-roots.ts';
import { describeWithCorpus } from '../../../support/judges.ts';
import { buildPortableExecutable } from '../../../support/portable-executable.ts';

const { root, publisher } = makePublisher();
const anchors = new TrustAnchors([{ certificate: certificateFromBytes(root.certificate) }]);
const inf = Buffer.from('[Version]\r\nSignature = "$WINDOWS NT$"\r\nCatalogFile = example.cat\r\n');
const image = buildPortableExecutable({ bits: 64 }).bytes;
const firmware = Buffer.from('firmware');

const members: readonly CatalogFile[] = [
  flatFile('example.inf', inf),
  { name: 'example.sys', kind: 'image', digest: Buffer.from(authenticodeHash(image, 'sha256')!, 'hex') },
  flatFile('firmware.bin', firmware),
];

const defaults = { 'example.inf': inf, 'example.sys': image, 'fw\\firmware.bin': firmware };

function examine(catalog: Uint8Array | undefined, files: Record<string, Uint8Array | undefined> = {}, trust = anchors) {
  const all = Object.entries({ ...defaults, ...files });
  return examineSignature(
    {
      files: all.map(([path, bytes]) => ({ path, read: async () => bytes })),
      catalog: { path: 'example.cat', read: async () => catalog },
    },
    { anchors: trust },
  );
}

const codes = (result: PackageSignature): string[] => result.findings.map((finding) => finding.code);
const signed = buildCatalog({ files: members, signer: publisher });

describe('examineSignature', () => {
  it('finds a package signed when its catalog covers every file', async () => {
    const result = await examine(signed);
    expect(result).toMatchObject({ isSigned: true, signerName: 'Contoso Drivers', findings: [] });
    expect(result.signerScore).toBe(SignerScore.Authenticode);
  });

  it('accepts a driver that was signed itself after the catalog was made', async () => {
    const { bytes, securityEntry } = buildPortableExecutable({ bits: 64 });
    const embedded = Buffer.concat([bytes, Buffer.alloc(256, 1)]);
    embedded.writeUInt32LE(bytes.length, securityEntry);
    embedded.writeUInt32LE(256, securityEntry + 4);
    expect((await examine(signed, { 'example.sys': embedded })).isSigned).toBe(true);
  });

  it('tells changed files from files that nobody covered', async () => {
    const changed = buildPortableExecutable({ bits: 64, fill: 1 }).bytes;
    const result = await examine(signed, { 'example.sys': changed, 'more.dll': Buffer.from('x') });
    expect(result.findings).toMatchObject([
      { code: 'FileChanged', file: 'example.sys' },
      { code: 'FileNotCovered', file: 'more.dll' },
    ]);
    expect(result).toMatchObject({ isSigned: false, signerScore: SignerScore.Unsigned });
  });

  it('passes over files that are not there', async () => {
    expect((await examine(signed, { 'example.sys': undefined })).isSigned).toBe(true);
  });

  it('says why a catalog does not count', async () => {
    const broken = Buffer.from(signed);
    broken[broken.length - 1]! ^= 1;
    expect(codes(await examine(undefined))).toEqual(['CatalogMissing']);
    expect(codes(await examine(Buffer.from('no catalog')))).toEqual(['CatalogUnreadable']);
    expect(codes(await examine(buildCatalog({ files: members })))).toEqual(['NotSigned']);
    expect(codes(await examine(broken))).toEqual(['BadSignature']);
    expect(codes(await examine(signed, {}, new TrustAnchors()))).toEqual(['UntrustedSigner']);
    const none = await examineSignature({ files: [{ path: 'a.inf', read: async () => inf }], catalog: undefined });
    expect(codes(none)).toEqual(['NoCatalog']);
  });
});

describe('imageTrust', () => {
  /** SEQUENCE with the purpose of time stamps alone. */
  const timeStamping = Buffer.from('300a06082b06010505070308', 'hex');

  function software(store: string, certificate: Uint8Array, more: Omit<StoreOptions, 'store'> = {}): Hive {
    const hive = Hive.create();
    storeCertificate(hive, certificate, { store, ...more });
    return hive;
  }

  it('trusts what the image trusts', async () => {
    expect((await examine(signed, {}, imageTrust(software('ROOT', root.certificate)))).isSigned).toBe(true);
    expect((await examine(signed, {}, imageTrust(software('CA', root.certificate)))).isSigned).toBe(false);
    expect((await examine(signed, {}, imageTrust(undefined))).isSigned).toBe(false);
  });

  it('trusts a root for what its store says', async () => {
    const trust = imageTrust(software('AuthRoot', root.certificate, { purposes: timeStamping }));
    expect((await examine(signed, {}, trust)).isSigned).toBe(false);
  });

  it('ignores a certificate under the name of another', async () => {
    const trust = imageTrust(software('ROOT', root.certificate, { name: 'CDD4EEAE6000AC7F40C3802C171E30148030C072' }));
    expect((await examine(signed, {}, trust)).isSigned).toBe(false);
  });

  it('distrusts what the image distrusts', async () => {
    const hive = software('ROOT', root.certificate);
    const { thumbprint } = certificateFromBytes(publisher.certificate);
    hive.root.create(`Microsoft\\SystemCertificates\\Disallowed\\Certificates\\${thumbprint}`);
    expect(codes(await examine(signed, {}, imageTrust(hive)))).toEqual(['UntrustedSigner']);
  });
});

describeWithCorpus('hives/plaso', 'the certificate stores of a real Windows 7', (folder) => {
  it.skipIf(!existsSync(join(folder, 'SOFTWARE.xz')))('hold each certificate under its thumbprint', () => {
    const hive = Hive.open(execFileSync('xz', ['-dc', join(folder, 'SOFTWARE.xz')], { maxBuffer: 1 << 28 }));
    let count = 0;
    for (const store of ['ROOT', 'AuthRoot', 'CA']) {
      for (const key of hive.root.getSubkey(`Microsoft\\SystemCertificates\\${store}\\Certificates`).subkeys()) {
        const stored = certificateFromBlob(key.value('Blob')!.data);
        expect(stored?.certificate.thumbprint).toBe(key.name);
        count++;
      }
    }
    expect(count).toBe(26);
    expect(imageTrust(hive)).toBe(imageTrust(hive));
  });
});

describeWithCorpus('inf', 'examineSignature of a real package', (folder) => {
  it('finds a driver by Microsoft signed', async () => {
    const place = join(folder, 'wimboot-install/win10/drv/virtio-win-0.1.240/Balloon/w10/x86');
    const file = (path: string) => ({ path, read: async () => readFileSync(join(place, path)) });
    const result = await examineSignature({
      files: [file('balloon.inf'), file('balloon.sys')],
      catalog: file('balloon.cat'),
    });
    expect(result).toMatchObject({
      isSigned: true,
      signerName: 'Microsoft Windows Hardware Compatibility Publisher',
      signerScore: SignerScore.HardwareCompatibility,
    });
  });
});
