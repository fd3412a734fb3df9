// Digests of PE files: built by hand with every part known, and by the signing tool of others.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticodeHash, fileDigests } from '../../../lib/catalog/authenticode-hash.ts';
import { describeWithJudges, judge } from '../../support/judges.ts';
import { buildPortableExecutable } from '../../support/portable-executable.ts';

const sha256 = (...parts: readonly Uint8Array[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

describe('authenticodeHash', () => {
  it.each([32, 64] as const)('leaves out checksum and certificate table of a PE%i file', (bits) => {
    const { bytes, checksum, securityEntry } = buildPortableExecutable({ bits });
    const expected = sha256(
      bytes.subarray(0, checksum),
      bytes.subarray(checksum + 4, securityEntry),
      bytes.subarray(securityEntry + 8),
    );
    expect(authenticodeHash(bytes, 'sha256')).toBe(expected);
  });

  it('is the same before and after signing, and with another checksum', () => {
    const { bytes, checksum, securityEntry } = buildPortableExecutable({ bits: 64, overlay: 24 });
    const signed = Buffer.concat([bytes, Buffer.alloc(512, 0xab)]);
    signed.writeUInt32LE(0x1234_5678, checksum);
    signed.writeUInt32LE(bytes.length, securityEntry);
    signed.writeUInt32LE(512, securityEntry + 4);
    expect(authenticodeHash(signed, 'sha1')).toBe(authenticodeHash(bytes, 'sha1'));
  });

  it('counts what lies behind the sections and behind the certificate table', () => {
    const { bytes, securityEntry } = buildPortableExecutable({ bits: 64, overlay: 16 });
    const changed = Buffer.from(bytes);
    changed[bytes.length - 1]! ^= 1;
    expect(authenticodeHash(changed, 'sha256')).not.toBe(authenticodeHash(bytes, 'sha256'));
    const signed = Buffer.concat([bytes, Buffer.alloc(64, 1), Buffer.from('appended')]);
    signed.writeUInt32LE(bytes.length, securityEntry);
    signed.writeUInt32LE(64, securityEntry + 4);
    expect(authenticodeHash(signed, 'sha256')).not.toBe(authenticodeHash(bytes, 'sha256'));
  });

  it.each([1, 3, 7])('pads a file of %i bytes over a multiple of 8 with zeros', (overlay) => {
    const odd = buildPortableExecutable({ bits: 32, overlay }).bytes;
    const padded = Buffer.concat([odd, Buffer.alloc(8 - overlay)]);
    expect(authenticodeHash(odd, 'sha256')).toBe(authenticodeHash(padded, 'sha256'));
  });

  it('takes a file without entry for a certificate table as it is', () => {
    const { bytes, checksum } = buildPortableExecutable({ bits: 32, directories: 2 });
    expect(authenticodeHash(bytes, 'sha256')).toBe(sha256(bytes.subarray(0, checksum), bytes.subarray(checksum + 4)));
  });

  it('has no digest for what is no PE file', () => {
    const { bytes, securityEntry } = buildPortableExecutable({ bits: 64 });
    const outside = Buffer.from(bytes);
    outside.writeUInt32LE(bytes.length - 8, securityEntry);
    outside.writeUInt32LE(64, securityEntry + 4);
    for (const other of [Buffer.alloc(0), Buffer.from('MZ'), bytes.subarray(0, 100), Buffer.alloc(4096), outside]) {
      expect(authenticodeHash(other, 'sha256')).toBeUndefined();
    }
    expect(fileDigests(Buffer.from('abc'))).toEqual({
      flat: {
        sha1: 'a9993e364706816aba3e25717850c26c9cd0d89d',
        sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      },
      image: undefined,
    });
  });
});

describeWithJudges(['openssl', 'osslsigncode'], 'authenticodeHash and osslsigncode', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'opendism-authenticode-'));
    const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
    execFileSync('openssl', ['req', '-x509', ...key, '-subj', '/CN=Test', '-days', '10'], { stdio: 'ignore' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    [32, 0, 'sha1'],
    [64, 0, 'sha256'],
    [64, 5, 'sha256'],
  ] as const)('agree on a PE%i file with %i bytes behind its sections, %s', async (bits, overlay, algorithm) => {
    const source = join(folder, `${bits}-${overlay}.exe`);
    const signed = join(folder, `${bits}-${overlay}-signed.exe`);
    writeFileSync(source, buildPortableExecutable({ bits, overlay }).bytes);
    const keys = ['-certs', join(folder, 'cert.pem'), '-key', join(folder, 'key.pem')];
    await judge('osslsigncode', 'sign', '-h', algorithm, ...keys, '-in', source, '-out', signed);
    const ours = authenticodeHash(readFileSync(source), algorithm);
    expect(authenticodeHash(readFileSync(signed), algorithm)).toBe(ours);
    const shown = execFileSync('openssl', ['asn1parse', '-inform', 'DER'], {
      input: readFileSync(signed).subarray(readFileSync(signed).indexOf(Buffer.from('3082', 'hex'), 0x200)),
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    expect(shown.toLowerCase()).toContain(`[hex dump]:${ours}`);
  });
});
