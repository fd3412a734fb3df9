// Real catalogs, from the folder that OPENDISM_CORPUS names. Every one is read; what is known of each signer holds; OpenSSL
// agrees on every signature; files beside a catalog are found in it by the digests computed here.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { fileDigests } from '../../../lib/catalog/authenticode-hash.ts';
import { type Catalog, parseCatalog } from '../../../lib/catalog/catalog.ts';
import { rootCertificates } from '../../../lib/catalog/root-certificates.ts';
import { findSigner } from '../../../lib/catalog/signer-check.ts';
import { verifyCatalog } from '../../../lib/catalog/verify-catalog.ts';
import { describeWithCorpus, describeWithJudges } from '../../support/judges.ts';

const run = promisify(execFile);

function catalogsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.toLowerCase().endsWith('.cat'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const parse = (path: string): Catalog => parseCatalog(readFileSync(path), path);

/** Signers of real catalogs: how many verify, and the problems of those that do not. */
const known: Readonly<Record<string, string>> = {
  'Adafruit Industries': '2 valid',
  'Arduino LLC': '1 valid',
  'Microsoft Windows': '4 valid',
  'Microsoft Windows Hardware Compatibility Publisher': '27 valid',
  'Miatoll KMCI Codesigning': '1 IncompleteChain',
  // Nested signatures; the time stamps of the outer ones are by an authority of the maker alone.
  'Oracle America, Inc.': '3 valid',
  'Red Hat Inc.': '4 UntrustedRoot',
  'Red Hat, Inc.': '1 valid',
  'Windows OEM App Test Cert 2017 (TEST ONLY)': '1 IncompleteChain',
  'Windows On Andromeda KMCI Codesigning': '24 IncompleteChain',
  'Windows On Lumia Development Hardware Driver 2020': '28 IncompleteChain',
  'WoA Nabu KMCI Codesigning': '5 IncompleteChain',
  '': '7 NotSigned',
};

describeWithCorpus('', 'real catalogs', (root) => {
  const paths = catalogsBelow(root);

  it('are read, with the files that they cover', () => {
    expect(paths.length).toBeGreaterThanOrEqual(108);
    for (const path of paths) {
      const catalog = parse(path);
      const covered = catalog.members.filter((member) => member.digest !== undefined);
      expect(covered.length, path).toBe(catalog.members.length);
    }
  });

  it('have the signers that are known, and verify unless there is a known reason', () => {
    const found: Record<string, Record<string, number>> = {};
    for (const path of paths) {
      const result = verifyCatalog(parse(path), { at: new Date('2026-01-01T00:00:00Z') });
      const outcome = result.isValid ? 'valid' : result.problems.map((problem) => problem.code).join();
      const signer = result.signerName ?? '';
      const outcomes = found[signer] ?? {};
      found[signer] = { ...outcomes, [outcome]: (outcomes[outcome] ?? 0) + 1 };
    }
    const summary = Object.fromEntries(
      Object.entries(found).map(([signer, outcomes]) => [
        signer,
        Object.entries(outcomes)
          .map(([outcome, count]) => `${count} ${outcome}`)
          .join(' and '),
      ]),
    );
    expect(summary).toEqual(known);
  });

  it('cover the PE files and INFs beside them', () => {
    const images: string[] = [];
    let infs = 0;
    for (const path of paths) {
      const catalog = parse(path);
      for (const name of readdirSync(dirname(path)).filter((name) => /\.(?:sys|dll|exe|inf)$/i.test(name))) {
        const digests = fileDigests(readFileSync(join(dirname(path), name)));
        const kind = digests.image ?? digests.flat;
        const isCovered = catalog.byDigest.has(kind.sha1) || catalog.byDigest.has(kind.sha256);
        if (digests.image) images.push(`${relative(root, join(dirname(path), name))} ${isCovered}`);
        else if (isCovered) infs++;
      }
    }
    expect(images.length).toBeGreaterThanOrEqual(12);
    expect(images.filter((line) => line.endsWith('false'))).toEqual([]);
    // INFs that a repository has given other line ends are not the ones that were signed.
    expect(infs).toBeGreaterThanOrEqual(70);
  });

  it('change when a file changes', () => {
    const path = paths.find((path) => basename(path) === 'balloon.cat')!;
    const bytes = readFileSync(join(dirname(path), 'balloon.sys'));
    const catalog = parse(path);
    expect(catalog.byDigest.has(fileDigests(bytes).image!.sha1)).toBe(true);
    bytes[bytes.length >> 1]! ^= 1;
    const changed = fileDigests(bytes);
    for (const digest of [changed.image!, changed.flat].flatMap((both) => Object.values(both))) {
      expect(catalog.byDigest.has(digest)).toBe(false);
    }
  });
});

describeWithJudges(['openssl'], 'OpenSSL', () => {
  describeWithCorpus('', 'and real catalogs', (root) => {
    const folder = mkdtempSync(join(tmpdir(), 'opendism-judged-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('agrees on every signature', async () => {
      const judged = { valid: 0, refused: 0 };
      await eachOf(catalogsBelow(root), async (path, number) => {
        const catalog = parse(path);
        const content = join(folder, `${number}.bin`);
        writeFileSync(content, catalog.signedData.content!.content);
        const smime = ['smime', '-verify', '-noverify', '-binary', '-inform', 'DER', '-in', path, '-content', content];
        const isRight = await succeeds('openssl', ...smime, '-out', '/dev/null');
        const signed = new Set(['NotSigned', 'ContentChanged', 'SignatureWrong', 'SignerMissing', 'Unsupported']);
        const ours = !verifyCatalog(catalog).problems.some((problem) => signed.has(problem.code));
        expect(ours, path).toBe(isRight);
        judged[isRight ? 'valid' : 'refused']++;
      });
      expect(judged).toEqual({ valid: 101, refused: 7 });
    });

    it('agrees on the chain and the time stamp of every catalog that verifies', async () => {
      const bundle = join(folder, 'roots.pem');
      const pem = rootCertificates.map(
        (root) => `-----BEGIN CERTIFICATE-----${root.certificate}\n-----END CERTIFICATE-----\n`,
      );
      writeFileSync(bundle, pem.join(''));
      const counts = { chains: 0, tokens: 0 };
      await eachOf(catalogsBelow(root), async (path, number) => {
        const catalog = parse(path);
        const { isValid, timeStamp, chain } = verifyCatalog(catalog);
        if (!isValid || !timeStamp) return;
        // OpenSSL looks at the outer signature alone.
        const primary = findSigner(catalog.signedData.signers[0]!, catalog.signedData.certificates);
        if (primary?.thumbprint !== chain[0]?.thumbprint) return;
        const content = join(folder, `${number}.bin`);
        const token = join(folder, `${number}.tok`);
        const trust = ['-CAfile', bundle, '-attime', String(timeStamp.time.getTime() / 1000)];
        writeFileSync(content, catalog.signedData.content!.content);
        const smime = ['smime', '-verify', '-binary', '-inform', 'DER', '-in', path, '-content', content];
        const isChain = await succeeds('openssl', ...smime, ...trust, '-purpose', 'any', '-out', '/dev/null');
        expect(isChain, path).toBe(true);
        counts.chains++;
        if (timeStamp.kind !== 'RFC3161') return;
        const signer = catalog.signedData.signers[0]!;
        const info = join(folder, `${number}.tst`);
        writeFileSync(token, signer.unsignedAttributes.get('1.3.6.1.4.1.311.3.3.1')![0]!.encoded);
        const cms = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', token, '-purpose', 'any'];
        expect(await succeeds('openssl', ...cms, ...trust, '-out', info), path).toBe(true);
        const imprints = ['sha1', 'sha256'].map((name) => createHash(name).update(signer.signature).digest());
        expect(
          imprints.some((imprint) => readFileSync(info).includes(imprint)),
          path,
        ).toBe(true);
        counts.tokens++;
      });
      expect(counts).toEqual({ chains: 35, tokens: 29 });
    });
  });
});

describeWithJudges(['osslsigncode'], 'osslsigncode', () => {
  describeWithCorpus('', 'and real catalogs', (root) => {
    const folder = mkdtempSync(join(tmpdir(), 'opendism-osslsigncode-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('believes the catalogs that are believed here', async () => {
      const bundle = join(folder, 'roots.pem');
      const pem = rootCertificates.map(
        (root) => `-----BEGIN CERTIFICATE-----${root.certificate}\n-----END CERTIFICATE-----\n`,
      );
      writeFileSync(bundle, pem.join(''));
      const found = { believed: 0, refused: 0 };
      const others: string[] = [];
      await eachOf(catalogsBelow(root), async (path) => {
        const ours = verifyCatalog(parse(path)).isValid;
        const trust = ['-CAfile', bundle, '-TSA-CAfile', bundle, '-ignore-crl', '-ignore-cdp'];
        const theirs = await succeeds('osslsigncode', 'verify', ...trust, '-in', path);
        if (ours === theirs) found[ours ? 'believed' : 'refused']++;
        else others.push(`${relative(root, path)}: ours ${ours}, theirs ${theirs}`);
      });
      // The signature of its time stamp holds a bare digest (see FORMAT.md), which OpenSSL does not take.
      const old =
        'inf/wimboot-install/win10/drv/virtio-win-0.1.240/Balloon/2k8/x86/balloon.cat: ours true, theirs false';
      expect(others).toEqual([old]);
      expect(found).toEqual({ believed: 37, refused: 70 });
    }, 60_000);
  });
});

async function succeeds(program: string, ...args: readonly string[]): Promise<boolean> {
  try {
    await run(program, args);
    return true;
  } catch {
    return false;
  }
}

/** Four at a time. */
async function eachOf<T>(items: readonly T[], action: (item: T, index: number) => Promise<void>): Promise<void> {
  const queue = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) await action(next[1], next[0]);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}
