// Language identifiers against each other and against what a real Windows lists.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { languageId, languageName, languageNameOfHex } from '../../../lib/base/language-id.ts';
import { Hive } from '../../../lib/registry/hive.ts';
import { describeWithCorpus } from '../../support/judges.ts';

it.each([
  [0x0409, 'en-US'],
  [0x0407, 'de-DE'],
  [0x0804, 'zh-CN'],
  [0x0c0a, 'es-ES'],
  [0x0816, 'pt-PT'],
  [0x241a, 'sr-Latn-RS'],
])('0x%x is %s', (id, name) => {
  expect(languageName(id)).toBe(name);
  expect(languageId(name.toUpperCase())).toBe(id);
  expect(languageNameOfHex(id.toString(16).padStart(8, '0'))).toBe(name);
});

it('knows nothing of other numbers and names', () => {
  expect([languageName(0xffff), languageId('xx-XX'), languageNameOfHex('409'), languageNameOfHex('zz')]).toEqual([
    ...[undefined, undefined, undefined, undefined],
  ]);
});

describeWithCorpus('hives', 'the locales of a real Windows', (corpus) => {
  it('have names', () => {
    const bytes = execFileSync('xz', ['-dkc', join(corpus, 'plaso/SYSTEM.xz')], { maxBuffer: 1 << 28 });
    const locales = Hive.open(bytes).root.getSubkey('ControlSet001\\Control\\Nls\\Locale').valueNames();
    const listed = locales.filter((name) => /^0000[0-9a-f]{4}$/i.test(name) && name !== '00001000');
    expect(listed.length).toBeGreaterThan(200);
    expect(listed.filter((name) => languageNameOfHex(name) === undefined)).toEqual([]);
  });
});
