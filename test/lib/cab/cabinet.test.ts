// Cabinets that gcab makes and real ones: the same files come out as with cabextract and 7z. Damaged ones are refused.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isDismError } from '../../../lib/base/error.ts';
import { Cabinet } from '../../../lib/cab/cabinet.ts';
import { buildCabinet } from '../../support/cabinets.ts';
import { describeWithCorpus, describeWithJudges, judge } from '../../support/judges.ts';
import { randomFrom } from '../../support/random.ts';
import { runProgram } from '../../support/run-command.ts';
import { scratchFolder } from '../../support/trees.ts';

const scratch = scratchFolder('cabinet');
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const text = (length: number): Buffer =>
  Buffer.from('a driver that drives nothing. '.repeat(length / 30 + 1)).subarray(0, length);

function problem(symbol: string): unknown {
  return expect.objectContaining({ Symbol: symbol, Offset: expect.any(Number) });
}

/** Every file of a tree by its path. */
function digests(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, path);
    if (statSync(file).isFile()) found[path] = digest(readFileSync(file));
  }
  return found;
}

function unpackAll(cabinet: Cabinet): Record<string, string> {
  return Object.fromEntries(
    cabinet.files.map((file) => [file.name.replaceAll('\\', '/'), digest(cabinet.unpack(file))]),
  );
}

describe('a cabinet', () => {
  const files = { 'x.sys': text(100_000), 'sub\\y.dll': randomFrom(1).bytes(40_000), 'empty.txt': Buffer.alloc(0) };

  it.each(['none', 'mszip'] as const)('compressed with %s holds the files that went in', (compression) => {
    const cabinet = new Cabinet(buildCabinet(files, { compression }), 'x.cab');
    expect(cabinet.files.map(({ name, size }) => [name, size])).toEqual([
      ['x.sys', 100_000],
      ['sub\\y.dll', 40_000],
      ['empty.txt', 0],
    ]);
    expect(cabinet.files[0]!.lastWriteTime?.toISOString()).toBe('2020-06-21T12:34:56.000Z');
    for (const [name, bytes] of Object.entries(files)) {
      expect(digest(cabinet.unpack(cabinet.find(name.toUpperCase())!))).toBe(digest(bytes));
    }
    expect(cabinet.find('Y.DLL')?.name).toBe('sub\\y.dll');
    expect(cabinet.find('z.dll')).toBeUndefined();
  });

  it('is refused with the offset when it is damaged or of a kind that is not supported', () => {
    const good = buildCabinet(files, { compression: 'mszip' });
    const changed = (at: number, ...bytes: number[]): Buffer => {
      const copy = Buffer.from(good);
      copy.set(bytes, at);
      return copy;
    };
    const unpack = (bytes: Uint8Array): unknown => {
      const cabinet = new Cabinet(bytes, 'x.cab');
      return cabinet.unpack(cabinet.files[0]!);
    };
    const dataAt = good.readUInt32LE(36);
    const fileAt = good.readUInt32LE(16);
    for (const [bytes, symbol] of [
      [changed(0, 0x4e), 'Corrupt'],
      [changed(25, 2), 'UnsupportedVersion'],
      [good.subarray(0, 40), 'Truncated'],
      [good.subarray(0, dataAt + 10), 'Truncated'],
      [changed(dataAt + 20, good[dataAt + 20]! ^ 1), 'Corrupt'],
      [changed(dataAt + 6, 0, 0), 'UnsupportedVersion'],
      [changed(dataAt + 6, 0xff, 0xff), 'Corrupt'],
      [changed(42, 3, 0x15), 'UnsupportedVersion'],
      [changed(42, 2, 0), 'UnsupportedVersion'],
      [changed(fileAt + 8, 7, 0), 'Corrupt'],
      [changed(fileAt + 8, 0xfd, 0xff), 'UnsupportedVersion'],
      [changed(fileAt, 0xff, 0xff, 0xff, 0xff), 'Corrupt'],
    ] as const) {
      expect(() => unpack(bytes)).toThrowError(problem(symbol));
    }
  });

  it('is answered or refused whatever its bytes say', () => {
    const seeds = Number(process.env.OPENDISM_SEEDS ?? 2_000);
    const samples = (['none', 'mszip'] as const).map((compression) => buildCabinet(files, { compression }));
    let unpacked = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const { below } = randomFrom(seed);
      const bytes = Buffer.from(samples[seed % 2]!);
      for (let i = 1 + below(4); i > 0; i--) bytes[below(below(3) === 0 ? bytes.length : 200)] = below(256);
      try {
        const cabinet = new Cabinet(bytes.subarray(0, below(4) === 0 ? below(bytes.length) : bytes.length), 'x.cab');
        for (const file of cabinet.files.slice(0, 10)) unpacked += cabinet.unpack(file).length > 0 ? 1 : 0;
      } catch (error) {
        if (!isDismError(error)) throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    expect(unpacked).toBeGreaterThan(seeds / 20);
  });
});

describeWithJudges(['gcab', 'cabextract', '7z'], 'cabinets before other programs', () => {
  it('of gcab hold the files that went in, and ours come out of cabextract and 7z', async () => {
    const folder = mkdtempSync(join(scratch, 'made-'));
    const source = join(folder, 'source');
    mkdirSync(source);
    writeFileSync(join(source, 'big.sys'), text(300_000));
    writeFileSync(join(source, 'random.bin'), randomFrom(2).bytes(70_000));
    for (const compress of [['-z'], []]) {
      const cab = join(folder, 'made.cab');
      await judge('gcab', '-n', '-c', ...compress, cab, join(source, 'big.sys'), join(source, 'random.bin'));
      expect(unpackAll(new Cabinet(readFileSync(cab), cab))).toEqual(digests(source));
    }
    const ours = join(folder, 'ours.cab');
    writeFileSync(ours, buildCabinet({ 'x.sys': text(100_000), 'y.sys': text(5) }, { compression: 'mszip' }));
    await judge('cabextract', '-q', '-d', join(folder, 'a'), ours);
    await judge('7z', 'x', `-o${join(folder, 'b')}`, ours);
    const expected = { 'x.sys': digest(text(100_000)), 'y.sys': digest(text(5)) };
    expect(digests(join(folder, 'a'))).toEqual(expected);
    expect(digests(join(folder, 'b'))).toEqual(expected);
  });

  describeWithCorpus('', 'real cabinets', (root) => {
    const known = { same: 0, unsupported: 0, refused: 0 };

    it('give what cabextract gives, or are refused for a reason', async () => {
      const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter((path) => /\.cab$|\.msu$|_$/i.test(path))
        .filter((path) => statSync(join(root, path)).isFile() && statSync(join(root, path)).size < 32 << 20)
        .sort();
      for (const path of paths) {
        const bytes = readFileSync(join(root, path));
        if (bytes.toString('latin1', 0, 4) !== 'MSCF') continue;
        let ours: Record<string, string>;
        try {
          ours = unpackAll(new Cabinet(bytes, path));
        } catch (error) {
          if (!isDismError(error)) throw new Error(path, { cause: error });
          if (error.Symbol === 'UnsupportedVersion') known.unsupported++;
          else {
            known.refused++;
            // What is damaged for us is so for cabextract, which salvages what it can.
            expect((await runProgram('cabextract', ['-t', join(root, path)])).code, path).not.toBe(0);
          }
          continue;
        }
        const out = mkdtempSync(join(scratch, 'real-'));
        const { code } = await runProgram('cabextract', ['-q', '-d', out, join(root, path)]);
        const theirs = Object.values(digests(out)).sort();
        // Names that are no names, for which it writes nothing.
        if (code !== 0 || theirs.length === 0) continue;
        expect(Object.values(ours).sort(), path).toEqual(theirs);
        known.same++;
      }
      expect(known).toEqual({ same: 22, unsupported: 36, refused: 24 });
    }, 120_000);
  });
});
