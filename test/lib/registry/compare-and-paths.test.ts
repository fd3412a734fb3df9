// Differences of two hives, places of registry paths, and the meaning of values.
import { describe, expect, it } from 'vitest';
import { DismError } from '../../../lib/base/error.ts';
import { FileTime } from '../../../lib/base/file-time.ts';
import { compactHive } from '../../../lib/registry/compact-hive.ts';
import { compareKeys } from '../../../lib/registry/compare-hives.ts';
import { Hive } from '../../../lib/registry/hive.ts';
import { currentControlSet, locateRegistryPath, pathInsideHive } from '../../../lib/registry/hive-paths.ts';
import { describeValue, meaningOf } from '../../../lib/registry/hive-value.ts';
import { hiveFromRegText } from '../../../lib/registry/reg-text-import.ts';
import * as data from '../../../lib/registry/value-data.ts';
import { encodeValue, typeForValue } from '../../../lib/registry/value-input.ts';
import { parseValueType, valueTypeName } from '../../../lib/registry/value-type.ts';
import { now, smallHive } from './samples.ts';

describe('comparing', () => {
  it('gives a record for each difference, in order', () => {
    const before = smallHive();
    const after = smallHive();
    after.root.getSubkey('Alpha').setDword('NUMBER', 43);
    after.root.getSubkey('Alpha').deleteValue('text');
    after.root.getSubkey('Alpha\\beta').setClassName('Other');
    after.root.deleteSubkey('Gamma');
    after.root.create('New\\Key').setDword('n', 1);
    const differences = [...compareKeys(before.root, after.root)].map((difference) => {
      const name = 'name' in difference ? ` ${difference.name}` : '';
      return `${difference.kind} ${difference.path}${name}`;
    });
    expect(differences).toEqual([
      'value-changed Alpha number',
      'value-removed Alpha text',
      'class-changed Alpha\\beta',
      'key-removed Gamma',
      'value-removed Gamma ключ',
      'key-added New',
      'key-added New\\Key',
      'value-added New\\Key n',
    ]);
    expect([...compareKeys(before.root, after.root, { expand: false })]).toHaveLength(5);
    expect([...compareKeys(before.root, smallHive().root)]).toEqual([]);
  });
});

describe('compacting', () => {
  it('keeps everything but the free space, also flags, times and the base block', () => {
    const hive = smallHive();
    for (let i = 0; i < 500; i++) hive.root.create(`k${i}`).setBinary('v', new Uint8Array(300));
    for (let i = 0; i < 490; i++) hive.root.deleteSubkey(`k${i}`);
    hive.root.getSubkey('Alpha').setLastWritten(new FileTime(5n));
    const bytes = hive.toBytes();
    bytes.set(Buffer.from('name', 'utf16le'), 48);
    const compact = compactHive(Hive.open(smallChecksum(bytes), { now }), { now });
    expect(compact.space.total).toBeLessThan(hive.space.total / 10);
    expect(compact.root.getSubkey('Alpha').lastWritten.Ticks).toBe(5n);
    expect(compact.root.flags).toBe(hive.root.flags);
    expect(Buffer.from(compact.toBytes().subarray(48, 56)).toString('utf16le')).toBe('name');
    expect([...compareKeys(hive.root, compact.root)]).toEqual([]);
    expect(compact.check().findings).toEqual([]);
  });
});

function smallChecksum(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer);
  let sum = 0;
  for (let at = 0; at < 508; at += 4) sum ^= view.getUint32(at, true);
  view.setUint32(508, sum, true);
  return bytes;
}

describe('places', () => {
  it('of registry paths in an offline Windows', () => {
    const cases: [string, string, string][] = [
      ['HKLM\\SOFTWARE\\Microsoft', 'Windows\\System32\\config\\SOFTWARE', 'Microsoft'],
      ['HKEY_LOCAL_MACHINE\\system\\Setup', 'Windows\\System32\\config\\SYSTEM', 'Setup'],
      ['hklm:\\COMPONENTS', 'Windows\\System32\\config\\COMPONENTS', ''],
      ['Registry::HKLM\\DRIVERS\\x', 'Windows\\System32\\config\\DRIVERS', 'x'],
      ['HKU\\.DEFAULT\\Software', 'Windows\\System32\\config\\DEFAULT', 'Software'],
      ['HKCU\\Software\\X', 'Users\\Default\\NTUSER.DAT', 'Software\\X'],
      ['HKCR\\.txt', 'Windows\\System32\\config\\SOFTWARE', 'Classes\\.txt'],
      ['HKLM\\BCD00000000\\Objects', 'Boot\\BCD', 'Objects'],
      ['HKCC\\System', 'Windows\\System32\\config\\SYSTEM', 'CurrentControlSet\\Hardware Profiles\\Current\\System'],
    ];
    for (const [path, file, key] of cases) expect(locateRegistryPath(path), path).toMatchObject({ file, key });
    for (const path of ['HKLM\\HARDWARE', 'HKU\\S-1-5-21-1', 'HKLM', '', 'SOFTWARE\\X']) {
      expect(locateRegistryPath(path), path).toBeUndefined();
    }
  });

  it('of the control set: Current, else Default, else the first', () => {
    const system = (select: string): Hive =>
      hiveFromRegText(
        `Windows Registry Editor Version 5.00\n[HKLM\\S\\ControlSet001]\n[HKLM\\S\\ControlSet003]\n[HKLM\\S\\Select]\n${select}`,
      );
    expect(currentControlSet(system('"Current"=dword:3\n"Default"=dword:1'))).toBe('ControlSet003');
    expect(currentControlSet(system('"Default"=dword:3'))).toBe('ControlSet003');
    expect(currentControlSet(system('"Default"=dword:9'))).toBe('ControlSet001');
    expect(currentControlSet(Hive.create())).toBeUndefined();
    expect(pathInsideHive(system('"Default"=dword:3'), 'CurrentControlSet\\Control')).toBe('ControlSet003\\Control');
    expect(pathInsideHive(Hive.create(), 'HKEY_USERS\\x\\Software')).toBe('Software');
  });
});

describe('values', () => {
  it('mean text, lists, numbers, times and GUIDs, and come back', () => {
    expect(data.decodeText(data.encodeText('a€'))).toBe('a€');
    expect(data.decodeText(Uint8Array.of(0x61, 0, 0x62, 0, 0x63))).toBe('ab');
    expect(data.decodeTextList(data.encodeTextList(['x', 'yz']))).toEqual(['x', 'yz']);
    expect(data.decodeTextList(data.encodeText('x'))).toEqual(['x']);
    expect(data.decodeDword(data.encodeDword(0xfffffffe))).toBe(0xfffffffe);
    expect(data.decodeDword(Uint8Array.of(1))).toBeUndefined();
    expect(data.decodeQword(data.encodeQword(1n << 63n))).toBe(1n << 63n);
    const time = FileTime.parse('2026-11-22T10:00:00.1234567Z')!;
    expect(data.decodeFileTime(data.encodeFileTime(time))?.toJSON()).toBe('2026-11-22T10:00:00.1234567Z');
    const guid = '{4d36e96a-e325-11ce-bfc1-08002be10318}';
    expect(Buffer.from(data.encodeGuid(guid)!).toString('hex')).toBe('6ae9364d25e3ce11bfc108002be10318');
    expect(data.decodeGuid(data.encodeGuid(guid)!)).toBe(guid);
    expect(data.encodeGuid('nonsense')).toBeUndefined();
  });

  it('are described by type, or as bytes when the type does not fit', () => {
    expect(meaningOf({ name: '', type: 5, data: Uint8Array.of(0, 0, 1, 2) })).toBe(258);
    expect(meaningOf({ name: '', type: 4, data: Uint8Array.of(1) })).toEqual(Uint8Array.of(1));
    expect(describeValue({ name: '', type: 4, data: Uint8Array.of(42, 0, 0, 0) })).toBe('42 (0x2a)');
    expect(describeValue({ name: '', type: 7, data: data.encodeTextList(['a', 'b']) })).toBe('a; b');
    expect(describeValue({ name: '', type: 3, data: Uint8Array.of(1, 255) })).toBe('01ff');
  });

  it('are made from what a person or a script gives, or refused', () => {
    expect(encodeValue(4, '0x10')).toEqual(data.encodeDword(16));
    expect(encodeValue(4, -1)).toEqual(data.encodeDword(0xffffffff));
    expect(encodeValue(5, 1)).toEqual(Uint8Array.of(0, 0, 0, 1));
    expect(encodeValue(11, '18446744073709551615')).toEqual(data.encodeQword((1n << 64n) - 1n));
    expect(encodeValue(7, ['a', 'b'])).toEqual(data.encodeTextList(['a', 'b']));
    expect(encodeValue(7, 'a')).toEqual(data.encodeTextList(['a']));
    expect(encodeValue(3, '01, ff')).toEqual(Uint8Array.of(1, 255));
    expect(encodeValue(3, [1, 255])).toEqual(Uint8Array.of(1, 255));
    expect(encodeValue(2, 5)).toEqual(data.encodeText('5'));
    const refused: [number, unknown][] = [
      [4, 'x'],
      [4, 2 ** 32],
      [4, 1.5],
      [11, -(2n ** 63n) - 1n],
      [3, '1'],
      [3, [256]],
      [7, ['']],
    ];
    for (const [type, value] of refused) expect(() => encodeValue(type, value), String(value)).toThrow(DismError);
    expect([5, 2 ** 40, 'x', ['x'], [1, 2], Uint8Array.of(1)].map(typeForValue)).toEqual([4, 11, 1, 7, 3, 3]);
  });

  it('have types with names and numbers', () => {
    expect(parseValueType('dword')).toBe(4);
    expect(parseValueType('REG_QWORD')).toBe(11);
    expect(parseValueType('ExpandString')).toBe(2);
    expect(parseValueType('0xffff0012')).toBe(0xffff0012);
    expect(parseValueType('4294967296')).toBeUndefined();
    expect(parseValueType('WORD')).toBeUndefined();
    expect(valueTypeName(7)).toBe('REG_MULTI_SZ');
    expect(valueTypeName(0xffff0012)).toBe('0xFFFF0012');
  });
});
