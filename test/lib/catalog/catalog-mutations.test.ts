// Damaged catalogs: whatever the bytes say, there is an answer or a DismError, soon. OPENDISM_SEEDS sets how many.
import { describe, expect, it } from 'vitest';
import { isDismError } from '../../../lib/base/error.ts';
import { parseCatalog } from '../../../lib/catalog/catalog.ts';
import { certificateFromBytes } from '../../../lib/catalog/certificate.ts';
import { TrustAnchors } from '../../../lib/catalog/trust-anchors.ts';
import { verifyCatalog } from '../../../lib/catalog/verify-catalog.ts';
import { buildCatalog, flatFile, makePublisher } from '../../support/catalog-builder.ts';
import { randomFrom } from '../../support/random.ts';
import { counterSignature, timeStampToken } from '../../support/signing-authority.ts';

const { root, publisher } = makePublisher();
const anchors = new TrustAnchors([{ certificate: certificateFromBytes(root.certificate) }]);

function mutate(bytes: Uint8Array, seed: number): Uint8Array {
  const { below: next } = randomFrom(seed * 2_654_435_761);
  let result = Buffer.from(bytes);
  for (let count = 1 + next(4); count > 0; count--) {
    const at = next(result.length);
    switch (next(5)) {
      case 0:
        result[at] = next(256);
        break;
      case 1:
        result[at]! ^= 1 << next(8);
        break;
      case 2:
        result = result.subarray(0, at + 1);
        break;
      case 3:
        result = Buffer.concat([result.subarray(0, at), result.subarray(Math.min(result.length, at + 1 + next(40)))]);
        break;
      default:
        result = Buffer.concat([result.subarray(0, at), result.subarray(at >> 1, at), result.subarray(at)]);
    }
    if (result.length === 0) return result;
  }
  return result;
}

describe('damaged catalogs', () => {
  const time = new Date('2024-01-01T00:00:00Z');
  const samples = [1, 2].map((version) =>
    buildCatalog({
      version: version === 1 ? 1 : 2,
      files: [flatFile('a.inf', Buffer.from('a')), flatFile('b.sys', Buffer.from('b'))],
      attributes: { OS: 'XPX64' },
      signer: publisher,
      certificates: [publisher, root],
      unsigned: (signature) => [
        timeStampToken(publisher, [publisher], time, signature),
        counterSignature(publisher, time, signature),
      ],
    }),
  );

  it('are refused with a code, or read as something that nobody signed', () => {
    const seeds = Number(process.env.OPENDISM_SEEDS ?? 3_000);
    let refused = 0;
    let read = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const bytes = mutate(samples[seed % 2]!, seed);
      try {
        const catalog = parseCatalog(bytes, 'x.cat');
        const { isValid } = verifyCatalog(catalog, { anchors });
        // A mutation behind the signed part can leave the signature alone, never add a member to it.
        if (isValid) expect(catalog.members.map((member) => member.fileName)).toEqual(['a.inf', 'b.sys']);
        read++;
      } catch (error) {
        if (!isDismError(error)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
    expect(read).toBeGreaterThan(50);
  });

  it('that are lists of nothing stop at a limit', () => {
    const empty = Buffer.alloc(8 << 20, 0);
    for (let at = 0; at < empty.length; at += 2) empty[at] = 0x05;
    const header = Buffer.from([0x30, 0x84, 0, 0, 0, 0]);
    header.writeUInt32BE(empty.length, 2);
    expect(() => parseCatalog(Buffer.concat([header, empty]))).toThrow(expect.objectContaining({ name: 'DismError' }));
  });

  it('nested deeper than any schema cost nothing', () => {
    let nested: Buffer = Buffer.from([0x05, 0x00]);
    for (let depth = 0; depth < 2000; depth++) {
      const header = Buffer.from([0x30, 0x83, 0, 0, 0]);
      header.writeUIntBE(nested.length, 2, 3);
      nested = Buffer.concat([header, nested]);
    }
    expect(() => parseCatalog(nested)).toThrow(expect.objectContaining({ Symbol: 'Corrupt' }));
  });
});
