// Upper-casing, order, hash and hint of names.
import { describe, expect, it } from 'vitest';
import { upcase } from '../../../lib/base/upcase.ts';
import { compareNames, hashName, nameHint } from '../../../lib/registry/key-name.ts';

describe('upper case', () => {
  it('changes single units only, as Windows does, not as a locale would', () => {
    expect(upcase('straße ſ ı ŉ ǰ')).toBe('STRAßE ſ ı ŉ ǰ');
    expect(upcase('äöü ÿ µ σ я ა')).toBe('ÄÖÜ Ÿ µ Σ Я ა');
    expect(upcase('\ud801\udc28')).toBe('\ud801\udc28');
    expect(upcase('\ud800')).toBe('\ud800');
  });

  it('maps every unit to one that stays', () => {
    for (let unit = 0; unit < 0x10000; unit++) {
      const once = upcase(String.fromCharCode(unit));
      if (once.length !== 1 || upcase(once) !== once) expect.unreachable(`unit ${unit}`);
    }
  });
});

describe('order', () => {
  it('compares upper-cased units, a prefix first', () => {
    expect(compareNames('abc', 'ABC')).toBe(0);
    expect(compareNames('ab', 'ABC')).toBe(-1);
    // The underscore lies between upper and lower case.
    expect(compareNames('a_', 'ab')).toBe(1);
    expect(compareNames('z', 'ä')).toBe(-1);
  });
});

describe('hash and hint', () => {
  // The three entries of a list that Windows' own reader follows.
  it('are those of hives in the wild', () => {
    expect(hashName('Alpha')).toBe(0x077f4946);
    expect(hashName('beta')).toBe(0x0034805c);
    expect(hashName('Gamma')).toBe(0x08224f1b);
    expect(nameHint('Alpha')).toBe(0x68706c41);
    expect(nameHint('Ab')).toBe(0x6241);
    expect(nameHint('Яb')).toBe(0);
  });
});
