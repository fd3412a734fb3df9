// Damaged executables: their digests are computed in bounds, and what is no PE file is a file like any other. Readers of
// version resources meet the same bytes.
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { authenticodeHash, fileDigests } from '../../../lib/catalog/authenticode-hash.ts';
import { readExecutableHeader } from '../../../lib/image/executable-header.ts';
import type { ReadableTree } from '../../../lib/image/readable-tree.ts';
import { phonyExecutable } from '../../support/phony-windows.ts';
import { buildPortableExecutable } from '../../support/portable-executable.ts';
import { randomFrom } from '../../support/random.ts';

/** A tree that holds these bytes under every name. */
function treeOf(bytes: Uint8Array): ReadableTree {
  return {
    label: 'damaged',
    stat: async () => ({ isDirectory: false, size: bytes.length }),
    read: async (_: string, range?: { offset: number; length: number }) =>
      range ? Uint8Array.from(bytes.subarray(range.offset, range.offset + range.length)) : bytes,
    list: () => undefined,
  } as unknown as ReadableTree;
}

it('damaged executables have digests, and a header or none', async () => {
  const signed = buildPortableExecutable({ bits: 64, overlay: 64 });
  signed.bytes.writeUInt32LE(0x400, signed.securityEntry);
  signed.bytes.writeUInt32LE(64, signed.securityEntry + 4);
  const samples = [
    buildPortableExecutable({ bits: 32 }).bytes,
    signed.bytes,
    Buffer.from(phonyExecutable({ architecture: 'arm64', version: '10.0.26100.1', productName: 'Phony' })),
  ];
  let images = 0;
  for (let seed = 1; seed <= Number(process.env.OPENDISM_SEEDS ?? 3_000); seed++) {
    const { below } = randomFrom(seed);
    const sample = samples[seed % samples.length]!;
    const bytes = Buffer.from(sample.subarray(0, below(6) === 0 ? below(sample.length) : sample.length));
    for (let i = below(6); i > 0 && bytes.length > 8; i--) {
      if (below(2) === 0) bytes[below(Math.min(bytes.length, 0x200))] = below(256);
      else bytes.writeUInt32LE([0, 1, 0x7fffffff, 0xffffffff, bytes.length][below(5)]!, below(bytes.length - 4));
    }
    const { flat, image } = fileDigests(bytes);
    expect(flat.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(image?.sha1, `seed ${seed}`).toBe(authenticodeHash(bytes, 'sha1'));
    if (image) images++;
    const header = await readExecutableHeader(treeOf(bytes), 'x');
    expect(header === undefined || typeof header.architecture !== 'number').toBe(true);
  }
  expect(images).toBeGreaterThan(100);
});
