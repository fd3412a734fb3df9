// Reading and editing a hive through its keys: what is set is there after writing and opening again.
import { describe, expect, it } from 'vitest';
import { isDismError } from '../../../lib/base/error.ts';
import { FileTime } from '../../../lib/base/file-time.ts';
import { defaultSecurityDescriptor } from '../../../lib/registry/default-security.ts';
import { Hive } from '../../../lib/registry/hive.ts';
import { KeyFlag } from '../../../lib/registry/key-node.ts';
import { now, smallHive } from './samples.ts';

const reopen = (hive: Hive): Hive => Hive.open(hive.toBytes(), { now });

/** Comparing long arrays with toEqual takes seconds. */
const isFilled = (data: Uint8Array, length: number, byte: number): boolean =>
  data.length === length && data.every((found) => found === byte);

function symbolOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isDismError(error)) return error.Symbol;
    throw error;
  }
  return 'no error';
}

describe('a new hive', () => {
  it('has a root key, is sound, and opens again', () => {
    const hive = reopen(Hive.create({ rootName: 'CMI', now }));
    expect(hive.root.name).toBe('CMI');
    expect(hive.root.path).toBe('');
    expect(hive.root.flags).toBe(KeyFlag.Root | KeyFlag.NoDelete | KeyFlag.CompressedName);
    expect(hive.check()).toMatchObject({ keys: 1, values: 0, findings: [] });
    expect(hive.toBytes().length).toBe(8192);
  });
});

describe('keys', () => {
  it('are found by path whatever the case, with the upper case of Windows', () => {
    const hive = reopen(smallHive());
    expect(hive.root.subkey('alpha\\BETA')?.path).toBe('Alpha\\beta');
    expect(hive.root.subkey('üNÏCODE')?.name).toBe('Ünïcode');
    expect(hive.root.subkey('Alpha\\missing')).toBeUndefined();
    expect(symbolOf(() => hive.root.getSubkey('Alpha\\missing'))).toBe('PathNotFound');
  });

  it('are listed in the order of Windows after writing', () => {
    const hive = Hive.create({ now });
    for (const name of ['b', 'a_', 'aB', 'Ä', 'z', 'ÿ', 'A', 'Я', 'я1', 'ı']) hive.root.create(name);
    expect(reopen(hive).root.subkeyNames()).toEqual(['A', 'aB', 'a_', 'b', 'z', 'Ä', 'ı', 'ÿ', 'Я', 'я1']);
  });

  it('keep class, security descriptor, time and counted names', () => {
    const hive = smallHive();
    const key = hive.root.getSubkey('Gamma');
    const descriptor = defaultSecurityDescriptor();
    descriptor[descriptor.length - 4] = 19;
    key.setSecurityDescriptor(descriptor);
    key.setClassName('0123abcd');
    hive.root.create('zero\0key').setValue('zero\0value', 4, Uint8Array.of(1, 2, 3, 4));
    key.setLastWritten(new FileTime(99n));
    const again = reopen(hive).root;
    expect(again.getSubkey('Gamma').className).toBe('0123abcd');
    expect(again.getSubkey('Gamma').lastWritten.Ticks).toBe(99n);
    expect(again.getSubkey('Gamma').securityDescriptor).toEqual(descriptor);
    expect(again.getSubkey('Alpha').securityDescriptor).toEqual(defaultSecurityDescriptor());
    expect(again.getSubkey('zero\0key').getDword('zero\0value')).toBe(0x04030201);
  });

  it('share equal security descriptors in one counted cell, freed with its last key', () => {
    const hive = smallHive();
    const descriptor = defaultSecurityDescriptor();
    descriptor[descriptor.length - 4] = 19;
    hive.root.getSubkey('Alpha').setSecurityDescriptor(descriptor);
    hive.root.getSubkey('Gamma').setSecurityDescriptor(descriptor);
    expect([...hive.check().references.values()].sort()).toEqual([2, 3]);
    hive.root.getSubkey('Alpha').delete();
    hive.root.getSubkey('Gamma').setSecurityDescriptor(defaultSecurityDescriptor());
    expect([...hive.check().references.values()]).toEqual([3]);
    expect(hive.check().findings).toEqual([]);
  });

  it('are deleted with all below them, and their handles die', () => {
    const hive = reopen(smallHive());
    const beta = hive.root.getSubkey('Alpha\\beta');
    hive.root.getSubkey('Alpha').delete();
    expect(hive.root.subkeyNames()).not.toContain('Alpha');
    hive.root.create('Other\\Deep');
    expect(symbolOf(() => beta.name)).toBe('PathNotFound');
    expect(reopen(hive).check()).toMatchObject({ keys: 5, findings: [] });
    expect(symbolOf(() => hive.root.delete())).toBe('InvalidParameter');
  });

  it('are renamed in place and to longer names, with their children', () => {
    const hive = reopen(smallHive());
    const alpha = hive.root.getSubkey('Alpha');
    alpha.rename('ALPHA');
    alpha.rename('A name that needs another cell, и не только');
    expect(alpha.subkey('beta')?.className).toBe('Shell');
    expect(symbolOf(() => alpha.rename('gamma'))).toBe('AlreadyExists');
    hive.root.rename('Another root name that is longer');
    const again = reopen(hive);
    expect(again.root.getSubkey('A name that needs another cell, и не только\\beta').path).toContain('beta');
    expect(again.root.name).toBe('Another root name that is longer');
    expect(again.check().findings).toEqual([]);
  });

  it('refuse names Windows has not', () => {
    const { root } = Hive.create({ now });
    expect(symbolOf(() => root.createSubkey('a\\b'))).toBe('InvalidParameter');
    expect(symbolOf(() => root.create('x'.repeat(256)))).toBe('InvalidParameter');
    expect(symbolOf(() => root.createSubkey(''))).toBe('InvalidParameter');
    expect(root.create('x'.repeat(255)).name).toHaveLength(255);
    expect(symbolOf(() => root.setValue('v'.repeat(16_384), 1, new Uint8Array(0)))).toBe('InvalidParameter');
    expect(symbolOf(() => root.setSecurityDescriptor(new Uint8Array(30)))).toBe('InvalidParameter');
  });

  it('go 512 levels deep and no deeper', () => {
    const { root } = Hive.create({ now });
    expect(symbolOf(() => root.create('k\\'.repeat(513)))).toBe('LimitExceeded');
    expect(root.subkey('k\\'.repeat(512))?.name).toBe('k');
  });
});

describe('values', () => {
  it('hold data of every length, inline, in a cell, and in segments', () => {
    for (const minorVersion of [3, 5] as const) {
      const hive = Hive.create({ now, minorVersion });
      const lengths = [0, 1, 2, 3, 4, 5, 8, 16_343, 16_344, 16_345, 32_688, 32_689, 200_000];
      for (const length of lengths) hive.root.setBinary(`v${length}`, new Uint8Array(length).fill(length & 0xff));
      const again = reopen(hive);
      for (const length of lengths) {
        expect(isFilled(again.root.value(`V${length}`)!.data, length, length & 0xff)).toBe(true);
      }
      expect(again.check().findings).toEqual([]);
    }
  });

  it('are replaced between all of these forms', () => {
    const hive = Hive.create({ now });
    const lengths = [0, 100_000, 3, 16_344, 40_000, 8, 16_345, 0, 8, 8, 12];
    for (const length of lengths) {
      hive.root.setBinary('v', new Uint8Array(length).fill(1));
      const again = reopen(hive);
      expect(isFilled(again.root.value('v')!.data, length, 1)).toBe(true);
      expect(again.check().findings).toEqual([]);
    }
    expect(hive.root.valueCount).toBe(1);
  });

  it('keep their order, types and the default value', () => {
    const hive = smallHive();
    const alpha = hive.root.getSubkey('Alpha');
    alpha.setValue('property', 0xffff0012, Uint8Array.of(1, 2, 3, 4, 5));
    alpha.deleteValue('NUMBER');
    alpha.setText('TEXT', 'changed');
    const again = reopen(hive).root.getSubkey('Alpha');
    expect(again.valueNames()).toEqual(['text', '', 'list', 'property']);
    expect(again.value('property')?.type).toBe(0xffff0012);
    expect(again.value('')).toEqual({ name: '', type: 0, data: new Uint8Array(0) });
    expect(again.getText('text')).toBe('changed');
    expect(again.getTextList('list')).toEqual(['one', 'two']);
    expect(again.deleteValue('number')).toBe(false);
  });
});

describe('space', () => {
  it('adding 10,000 keys to one parent leaves a file close to what they need', () => {
    const hive = Hive.create({ now });
    const parent = hive.root.create('Parent');
    for (let i = 0; i < 10_000; i++) {
      const key = parent.create(`key${i}`);
      for (let v = 0; v < 3; v++) key.setText(`value${v}`, `data${i}`);
    }
    const bytes = hive.toBytes();
    expect(bytes.length).toBeLessThan(3_500_000);
    const again = Hive.open(bytes);
    expect(again.root.getSubkey('Parent').subkeyCount).toBe(10_000);
    expect(again.root.subkey('parent\\KEY7777')?.getText('value2')).toBe('data7777');
    expect(again.check().findings).toEqual([]);
  });

  it('cells given back are merged and used again', () => {
    const hive = Hive.create({ now });
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 200; i++) hive.root.create(`k${round}_${i}`).setBinary('v', new Uint8Array(50 + i));
      hive.toBytes();
      for (const name of hive.root.subkeyNames()) hive.root.deleteSubkey(name);
    }
    hive.toBytes();
    expect(hive.space.total).toBeLessThan(120_000);
    // All but the root, its security cell and the headers of the bins is free again.
    expect(hive.space.free).toBeGreaterThan(hive.space.total - 500 - (hive.space.total / 4096) * 32);
  });

  it('what is not edited keeps its place and bytes', () => {
    const before = smallHive().toBytes();
    const hive = Hive.open(before, { now });
    hive.root.getSubkey('Alpha').setDword('number', 43);
    const after = hive.toBytes();
    const changed = [...after.keys()].filter((at) => at >= 4096 && after[at] !== before[at]);
    expect(changed.length).toBe(1);
    expect(Hive.open(before).toBytes()).toEqual(before);
  });
});

describe('the base block', () => {
  it('has equal sequence numbers above the old ones and a matching checksum', () => {
    const before = smallHive().toBytes();
    const hive = Hive.open(before);
    hive.root.create('x');
    const bytes = hive.toBytes(700);
    const view = new DataView(bytes.buffer);
    expect([view.getUint32(4, true), view.getUint32(8, true)]).toEqual([701, 701]);
    expect(Hive.open(bytes).state).toBe('clean');
    expect(Hive.open(before).root.subkey('x')).toBeUndefined();
  });
});
