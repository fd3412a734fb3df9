// Hostile hives: whatever the bytes, opening, reading and editing end, with an error that has an offset or with a sound
// result. A hive that let itself be edited must be sound afterwards.
import { describe, expect, it } from 'vitest';
import { isDismError } from '../../../lib/base/error.ts';
import { Hive } from '../../../lib/registry/hive.ts';
import { chooseSeed, randomFrom } from '../../support/random.ts';
import { fixChecksum, now, smallHive } from './samples.ts';

/** Reads and edits all it can; returns what stopped it. Anything but a DismError with an offset fails the test. */
function exercise(bytes: Uint8Array, describeCase: () => string): 'read' | 'refused' {
  try {
    const hive = Hive.open(bytes, { now });
    const check = hive.check();
    const isSound = check.findings.every((finding) => finding.kind !== 'damage');
    const keys = [hive.root];
    for (const key of keys) {
      keys.push(...key.subkeys());
      if (keys.length > 100_000) throw new Error('the walk does not end');
      for (const value of key.values()) expect(value.data.length).toBeLessThanOrEqual(bytes.length);
      expect(key.className.length + key.securityDescriptor.length).toBeLessThan(bytes.length);
    }
    expect(hive.root.subkey('Alpha\\nothing')).toBeUndefined();
    hive.root.create('Alpha\\new').setText('v', 'x'.repeat(9000));
    hive.root.subkey('Gamma')?.delete();
    const again = Hive.open(hive.toBytes());
    if (!isSound) throw new Error('a damaged hive was edited');
    expect(again.check().findings.filter((finding) => finding.kind !== 'double-name')).toEqual([]);
    return 'read';
  } catch (error) {
    if (isDismError(error) && error.Offset !== undefined) return 'refused';
    throw new Error(`${describeCase()}: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

describe('truncation', () => {
  const bytes = smallHive().toBytes();

  it('at every byte is an error', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(exercise(bytes.subarray(0, length), () => `cut at ${length}`)).toBe('refused');
    }
  });
});

describe('every field broken', () => {
  const bytes = smallHive().toBytes();
  const used = 4096 + 4096 - Hive.open(bytes).space.free;

  it('in the base block', () => {
    const refused = new Set<number>();
    for (let at = 0; at < 512; at += 4) {
      for (const value of [0, 1, 2, 7, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff]) {
        const broken = bytes.slice();
        new DataView(broken.buffer).setUint32(at, value, true);
        if (exercise(fixChecksum(broken), () => `base block ${at} = ${value}`) === 'refused') refused.add(at);
      }
    }
    // Signature, sequence numbers, version, kind, format, root and length matter; the rest is for others.
    expect([...refused]).toEqual([0, 4, 8, 20, 24, 28, 32, 36, 40]);
  });

  it('in the bins', () => {
    let refused = 0;
    for (let at = 4096; at < used; at += 4) {
      const original = new DataView(bytes.buffer).getUint32(at, true);
      const values = [
        0,
        1,
        8,
        0x7fffffff,
        0x80000000,
        0xffffffff,
        at - 4096,
        original + 8,
        original ^ 0x20,
        0x20,
        -16 >>> 0,
      ];
      for (const value of values) {
        const broken = bytes.slice();
        new DataView(broken.buffer).setUint32(at, value, true);
        if (exercise(broken, () => `bins 0x${at.toString(16)} = ${value}`) === 'refused') refused++;
      }
    }
    expect(refused).toBeGreaterThan(500);
  });
});

describe('circles', () => {
  const u32 = (bytes: Uint8Array, at: number): number => new DataView(bytes.buffer).getUint32(at, true);

  it('of lists, keys and parents end', () => {
    const bytes = smallHive().toBytes();
    const root = 4096 + u32(bytes, 36) + 4;
    const list = 4096 + u32(bytes, root + 28) + 4;
    const alpha = u32(bytes, list + 4);
    const cases: [string, (view: DataView) => void][] = [
      ['a key that lists itself', (view) => view.setUint32(list + 4, u32(bytes, 36), true)],
      ['a key listed twice', (view) => view.setUint32(list + 12, alpha, true)],
      [
        'a list of lists that lists itself',
        (view) => {
          view.setUint16(list, 0x6972, true);
          view.setUint16(list + 2, 1, true);
          view.setUint32(list + 4, u32(bytes, root + 28), true);
        },
      ],
      ['a child that is its own parent', (view) => view.setUint32(4096 + alpha + 4 + 16, alpha, true)],
      [
        'a child whose list is that of the root',
        (view) => {
          view.setUint32(4096 + alpha + 4 + 20, 3, true);
          view.setUint32(4096 + alpha + 4 + 28, u32(bytes, root + 28), true);
        },
      ],
    ];
    for (const [name, damage] of cases) {
      const broken = bytes.slice();
      damage(new DataView(broken.buffer));
      expect(
        exercise(broken, () => name),
        name,
      ).toBe('refused');
    }
  });
});

describe('lists shared to make reading slow', () => {
  it('end after the first of them', () => {
    const hive = Hive.create({ now });
    const count = 3000;
    for (let i = 0; i < count; i++) hive.root.create(`k${i}`);
    hive.root.setBinary('list', new Uint8Array(4 + 65_535 * 4));
    hive.root.setBinary('leaf', Buffer.from('lh\0\0\0\0\0\0', 'latin1'));
    for (const leafCount of [0, 1]) {
      const bytes = hiveWithDataInOneCell(hive);
      const view = new DataView(bytes.buffer);
      const cellOf = (signature: number): number => {
        for (let at = 4096; ; at += 8) if (view.getUint32(at + 4, true) === signature) return at - 4096;
      };
      // The value data of "list" becomes an index of 65,535 times the same leaf, and every key refers to it.
      const leaf = cellOf(0x0000686c);
      const list = cellOf(0xffff6972);
      view.setUint16(4096 + leaf + 6, leafCount, true);
      for (let i = 0; i < 65_535; i++) view.setUint32(4096 + list + 8 + i * 4, leaf, true);
      for (let at = 4096; at < bytes.length - 80; at += 8) {
        if (view.getUint16(at + 4, true) !== 0x6b6e || view.getUint16(at + 6, true) !== 0x20) continue;
        view.setUint32(at + 4 + 20, 65_535, true);
        view.setUint32(at + 4 + 28, list, true);
      }
      const start = performance.now();
      expect(exercise(bytes, () => 'shared lists')).toBe('refused');
      expect(performance.now() - start).toBeLessThan(20_000);
    }

    /** Version 1.3 has no segments, so the value lies in one cell; its start is made the head of an index. */
    function hiveWithDataInOneCell(source: Hive): Uint8Array {
      const old = Hive.create({ now, minorVersion: 3 });
      for (const name of source.root.subkeyNames()) old.root.create(name);
      for (const value of source.root.values()) {
        if (value.name === 'list') value.data.set([0x72, 0x69, 0xff, 0xff]);
        old.root.setValue(value.name, value.type, value.data);
      }
      return old.toBytes();
    }
  });
});

describe('fuzz', () => {
  const rounds = Number(process.env.OPENDISM_FUZZ_ROUNDS ?? 1000);

  it('flipped bits give an error with an offset or a sound hive', { timeout: 60_000 + rounds * 20 }, () => {
    const seed = chooseSeed();
    const random = randomFrom(seed);
    console.log(`fuzz of hives: OPENDISM_SEED=${seed}`);
    const hive = smallHive();
    hive.root.setBinary('big', new Uint8Array(40_000));
    for (let i = 0; i < 600; i++) hive.root.create(`Many\\k${i}`);
    const large = hive.toBytes();
    const small = smallHive().toBytes();
    for (let round = 0; round < rounds; round++) {
      const bytes = (random.below(20) === 0 ? large : small).slice();
      const flips = 1 + random.below(4);
      for (let i = 0; i < flips; i++) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
      exercise(fixChecksum(bytes), () => `seed ${seed}, round ${round}`);
    }
  });
});
