// Files of compress.exe: what mscompress packs, and what msexpand unpacks.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isDismError } from '../../../lib/base/error.ts';
import { isKwaj, isSzdd, szddSize, unpackSzdd } from '../../../lib/cab/szdd.ts';
import { buildSzdd } from '../../support/cabinets.ts';
import { describeWithJudges, judge } from '../../support/judges.ts';
import { randomFrom } from '../../support/random.ts';
import { scratchFolder } from '../../support/trees.ts';

const samples: Readonly<Record<string, Buffer>> = {
  text: Buffer.from('a driver that drives nothing, and says so. '.repeat(500)),
  runs: Buffer.concat([Buffer.alloc(9000, 'x'), Buffer.from('yyy'), Buffer.alloc(5000, 'z')]),
  random: Buffer.from(randomFrom(7).bytes(20_000)),
  blanks: Buffer.alloc(100, ' '),
  one: Buffer.from('1'),
};

describe('a file of compress.exe', () => {
  it.each(Object.keys(samples))('holds what went in: %s', (name) => {
    const packed = buildSzdd(samples[name]!);
    expect(isSzdd(packed)).toBe(true);
    expect(szddSize(packed, 'x.sy_')).toBe(samples[name]!.length);
    expect(Buffer.from(unpackSzdd(packed, 'x.sy_')).equals(samples[name]!)).toBe(true);
  });

  it('begins with a window of blanks', () => {
    const packed = Buffer.concat([buildSzdd(new Uint8Array()), Buffer.of(0b10, 0x00, 0x01, 0x41)]);
    packed.writeUInt32LE(5, 10);
    expect(Buffer.from(unpackSzdd(packed, 'x')).toString()).toBe('    A');
  });

  it('is refused when it ends early, or promises what its bytes cannot hold', () => {
    const packed = buildSzdd(samples.text!);
    const huge = Buffer.from(packed);
    huge.writeUInt32LE(0xffff_ffff, 10);
    for (const [bytes, symbol] of [
      [packed.subarray(0, 1000), 'Corrupt'],
      [packed.subarray(0, packed.length - 1), 'Truncated'],
      [packed.subarray(0, 12), 'Truncated'],
      [huge, 'Corrupt'],
      [Buffer.from('MZ'), 'Corrupt'],
    ] as const) {
      expect(() => unpackSzdd(bytes, 'x.sy_')).toThrowError(expect.objectContaining({ Symbol: symbol }));
    }
    expect(isKwaj(Buffer.from('4b57414a88f027d1', 'hex'))).toBe(true);
  });

  it('is answered or refused whatever its bytes say', () => {
    const packed = buildSzdd(samples.runs!.subarray(8000, 9500));
    for (let seed = 1; seed <= Number(process.env.OPENDISM_SEEDS ?? 2_000); seed++) {
      const { below } = randomFrom(seed);
      const bytes = Buffer.from(packed.subarray(0, below(3) === 0 ? below(packed.length) : packed.length));
      for (let i = below(5); i > 0 && bytes.length > 0; i--) bytes[below(bytes.length)] = below(256);
      try {
        expect(unpackSzdd(bytes, 'x').length).toBeLessThanOrEqual(bytes.length * 9);
      } catch (error) {
        if (!isDismError(error)) throw new Error(`seed ${seed}`, { cause: error });
      }
    }
  });
});

describeWithJudges(['mscompress', 'msexpand'], 'compressed files before other programs', () => {
  it('of mscompress are unpacked, and ours by msexpand', async () => {
    const folder = mkdtempSync(join(scratchFolder('szdd'), 'judged-'));
    for (const [name, bytes] of Object.entries(samples)) {
      const file = join(folder, `${name}.sys`);
      writeFileSync(file, bytes);
      await judge('mscompress', file);
      const theirs = readFileSync(`${file}_`);
      // mscompress writes a wrong byte for a file of one.
      if (bytes.length > 1) expect(Buffer.from(unpackSzdd(theirs, file)).equals(bytes), name).toBe(true);
      const ours = join(folder, `${name}.dll_`);
      writeFileSync(ours, buildSzdd(bytes));
      await judge('msexpand', ours);
      expect(readFileSync(ours.slice(0, -1)).equals(bytes), name).toBe(true);
    }
  });
});
