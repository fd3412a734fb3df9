import { describe, expect, it } from 'vitest';
import {
  checkNewName,
  compareWindowsNames,
  compareWindowsPaths,
  findWindowsName,
  formatWindowsPath,
  isShortName,
  joinWindowsPath,
  parentWindowsPath,
  parseWindowsPath,
  sameWindowsName,
  windowsPathName,
} from '../../../lib/base/windows-path.ts';

describe('parseWindowsPath', () => {
  it.each([
    ['\\', []],
    ['/', []],
    ['', []],
    ['\\Windows\\INF', ['Windows', 'INF']],
    ['Windows/INF', ['Windows', 'INF']],
    ['/Windows\\\\INF/', ['Windows', 'INF']],
    ['...\\a.', ['...', 'a.']],
    ['\\\ud800x', ['\ud800x']],
  ])('reads %j', (path, parts) => {
    expect(parseWindowsPath(path)).toEqual(parts);
  });

  it.each([
    '..',
    '\\Windows\\..\\x',
    'a/./b',
    'C:\\Windows',
    'C:',
    'a.txt:stream',
    'a::$DATA',
    '\\\\server\\share',
    '\\\\?\\C:\\x',
    '//x',
    'a\0b',
    'a\\'.repeat(20000),
  ])('refuses %j', (path) => {
    expect(() => parseWindowsPath(path)).toThrow(expect.objectContaining({ Symbol: 'UnsafePath' }));
  });
});

describe('windows paths', () => {
  it('are put together and taken apart', () => {
    expect(formatWindowsPath([])).toBe('\\');
    expect(joinWindowsPath('\\', 'Windows', 'INF/x')).toBe('\\Windows\\INF\\x');
    expect(() => joinWindowsPath('\\Windows', '..')).toThrow(expect.objectContaining({ Symbol: 'UnsafePath' }));
    expect(parentWindowsPath('\\Windows\\INF')).toBe('\\Windows');
    expect(parentWindowsPath('\\')).toBe('\\');
    expect(windowsPathName('/Windows/INF/')).toBe('INF');
    expect(windowsPathName('\\')).toBe('');
  });

  it('are ordered by parts', () => {
    const paths = ['\\b', '\\a\\z', '\\A b', '\\a', '\\', '\\a\\B'];
    expect(paths.sort(compareWindowsPaths)).toEqual(['\\', '\\a', '\\a\\B', '\\a\\z', '\\A b', '\\b']);
  });
});

describe('names', () => {
  it('compare under the upcase table of NTFS', () => {
    expect(sameWindowsName('Straße', 'STRAßE')).toBe(true);
    expect(sameWindowsName('Straße', 'STRASSE')).toBe(false);
    expect(sameWindowsName('ÿ', 'Ÿ')).toBe(true);
    // The lower-case letters sort as upper case: before the underscore.
    expect(['_', 'b', 'A', 'a', 'B'].sort(compareWindowsNames)).toEqual(['A', 'a', 'B', 'b', '_']);
  });

  it('of the 8.3 kind', () => {
    for (const name of ['PROGRA~1', 'A', 'SETUP~10.EXE', 'STRAE~1.TXT', '$X{}-_.(1)'])
      expect(isShortName(name)).toBe(true);
    for (const name of ['', 'A.', '.A', 'NINELONG1', 'A.LONG', 'A B', 'A+B', 'A.B.C', 'A\\B', 'A\x01', 'A:B']) {
      expect(isShortName(name), name).toBe(false);
    }
  });

  it('are found exactly, then by the only match, else not decided', () => {
    expect(findWindowsName(['abc', 'ABC'], 'ABC', '\\')).toBe('ABC');
    expect(findWindowsName(['abc', 'abd'], 'ABC', '\\')).toBe('abc');
    expect(findWindowsName(['abc'], 'x', '\\')).toBeUndefined();
    expect(() => findWindowsName(['abc', 'ABC'], 'Abc', '\\d')).toThrow(
      expect.objectContaining({ Symbol: 'AmbiguousName', Target: '\\d\\Abc' }),
    );
  });

  it('of new entries are those of Windows', () => {
    for (const name of ['a', 'a b.c', '...x', 'ÿ', '\ud800', 'x'.repeat(255)]) checkNewName(name);
    for (const name of ['', 'a*', 'a?', 'a\x01', 'a<', 'a|b', 'a\\b', 'a.', 'a ', 'a:b', '"']) {
      expect(() => checkNewName(name), name).toThrow(expect.objectContaining({ Symbol: 'UnsafePath' }));
    }
    expect(() => checkNewName('x'.repeat(256))).toThrow(expect.objectContaining({ Symbol: 'FilenameTooLong' }));
  });
});
