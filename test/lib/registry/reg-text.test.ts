// .reg text: reading both forms, writing, and carrying it out on a hive.
import { describe, expect, it } from 'vitest';
import { isDismError } from '../../../lib/base/error.ts';
import { compareKeys } from '../../../lib/registry/compare-hives.ts';
import { Hive } from '../../../lib/registry/hive.ts';
import { hiveFromRegText, importRegText } from '../../../lib/registry/reg-text-import.ts';
import { parseRegText } from '../../../lib/registry/reg-text-parser.ts';
import { valueLine, writeRegText } from '../../../lib/registry/reg-text-writer.ts';
import { encodeRegText } from '../../../lib/registry/text-encoding.ts';
import { encodeText } from '../../../lib/registry/value-data.ts';
import { now, smallHive } from './samples.ts';

const v5 = (body: string): string => `Windows Registry Editor Version 5.00\r\n\r\n${body}`;

describe('reading', () => {
  it('takes every kind of value, escapes, comments and continued lines', () => {
    const hive = hiveFromRegText(
      v5(
        [
          '; a comment',
          '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Vendor]',
          '@="default"',
          '"path"="C:\\\\Windows\\\\\\"quoted\\""',
          '"with \\"quotes\\" = and ; inside"=dword:0000002a ; behind',
          '"bin"=hex:01,02,\\',
          '  03,04',
          '"expand"=hex(2):25,00,\\',
          '  ; a comment between',
          '  41,00,25,00,00,00',
          '"multi"=hex(7):61,00,00,00,62,00,00,00,00,00',
          '"qword"=hex(b):01,00,00,00,00,00,00,80',
          '"property"=hex(ffff0012):61,00',
          '"none"=hex(0):',
          '"lines"="first',
          'second"',
          '[HKLM\\SOFTWARE\\Vendor\\Deep\\[brackets]]',
        ].join('\r\n'),
      ),
    );
    const key = hive.root.getSubkey('Vendor');
    expect(key.getText('')).toBe('default');
    expect(key.getText('path')).toBe('C:\\Windows\\"quoted"');
    expect(key.getDword('with "quotes" = and ; inside')).toBe(42);
    expect(key.value('bin')).toEqual({ name: 'bin', type: 3, data: Uint8Array.of(1, 2, 3, 4) });
    expect(key.value('expand')?.type).toBe(2);
    expect(key.getText('expand')).toBe('%A%');
    expect(key.getTextList('multi')).toEqual(['a', 'b']);
    expect(key.getQword('qword')).toBe(0x8000000000000001n);
    expect(key.value('property')).toEqual({ name: 'property', type: 0xffff0012, data: Uint8Array.of(0x61, 0) });
    expect(key.value('none')?.data.length).toBe(0);
    expect(key.getText('lines')).toBe('first\r\nsecond');
    expect(key.subkey('Deep\\[brackets]')).toBeDefined();
  });

  it('takes REGEDIT4 with 8-bit text', () => {
    const text = Buffer.from('REGEDIT4\n\n[HKEY_CURRENT_USER\\K]\n"\xe4"="\x80"\n"e"=hex(2):e4,00\n', 'latin1');
    const key = hiveFromRegText(text).root.getSubkey('K');
    expect(key.getText('ä')).toBe('€');
    expect(key.value('e')?.data).toEqual(encodeText('ä'));
  });

  it('takes UTF-16 in both orders and UTF-8, with and without a mark', () => {
    const text = v5('[HKEY_CURRENT_USER\\Ключ]\r\n"日"=dword:1\r\n');
    const utf16 = Buffer.from(text, 'utf16le');
    const files = [
      encodeRegText(text),
      encodeRegText(text, 'utf-8'),
      Buffer.from(text, 'utf8'),
      utf16,
      Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()]),
    ];
    for (const file of files) expect(hiveFromRegText(file).root.getSubkey('ключ').getDword('日')).toBe(1);
  });

  it('names the line of what it cannot understand', () => {
    const cases: [string, number][] = [
      ['Windows Registry Editor Version 6.00', 1],
      ['', 1],
      [v5('"a"="b"'), 3],
      [v5('[HKLM\\A'), 3],
      [v5('[HKLM\\A]\n"a"'), 4],
      [v5('[HKLM\\A]\n"a'), 4],
      [v5('[HKLM\\A]\n"a"=hex:0g'), 4],
      [v5('[HKLM\\A]\n"a"=dword:123456789'), 4],
      [v5('[HKLM\\A]\n"a"=word'), 4],
      [v5('[HKLM\\A]\n"a"="b" c'), 4],
      [v5('[-HKLM\\A]\n"a"="b"'), 4],
      [v5('[HKLM\\A]\na=b'), 4],
    ];
    for (const [text, line] of cases) {
      try {
        parseRegText(text, 'x.reg');
        expect.unreachable(text);
      } catch (error) {
        expect(isDismError(error) && [error.Symbol, error.Target], text).toEqual(['Corrupt', `line ${line}`]);
      }
    }
  });
});

describe('carrying out', () => {
  it('creates, changes and deletes in the order of the file', () => {
    const hive = smallHive();
    const text = parseRegText(
      v5(
        [
          '[-HKLM\\X\\Gamma]',
          '[-HKLM\\X\\not there]',
          '[HKLM\\X\\Alpha]',
          '"text"=-',
          '"missing"=-',
          '"number"=dword:7',
          '[HKLM\\X\\Alpha\\Beta]',
          '[HKLM\\X\\New\\Key]',
        ].join('\n'),
      ),
    );
    expect(importRegText(hive, text)).toEqual({
      keysCreated: 1,
      keysDeleted: 1,
      valuesSet: 1,
      valuesDeleted: 1,
      skipped: 0,
    });
    expect(hive.root.subkeyNames()).toEqual(['Alpha', 'New', 'Ünïcode']);
    expect(hive.root.getSubkey('Alpha').valueNames()).toEqual(['number', '', 'list']);
    expect(importRegText(hive, text, { mapPath: () => undefined }).skipped).toBe(8);
    expect(() => importRegText(hive, parseRegText(v5('[-HKLM\\X]')))).toThrow(/whole hive/);
  });

  it('finds the control set that CurrentControlSet stands for', () => {
    const hive = hiveFromRegText(
      v5('[HKLM\\SYSTEM\\Select]\n"Default"=dword:2\n[HKLM\\SYSTEM\\ControlSet002\\Control]'),
    );
    importRegText(hive, parseRegText(v5('[HKLM\\SYSTEM\\CurrentControlSet\\Services\\x]\n"Start"=dword:3')));
    expect(hive.root.getSubkey('ControlSet002\\Services\\x').getDword('Start')).toBe(3);
    expect(hive.root.subkey('CurrentControlSet')).toBeUndefined();
  });
});

describe('writing', () => {
  it('gives text that brings the same keys and values back, in both forms', () => {
    const hive = smallHive();
    const alpha = hive.root.getSubkey('Alpha');
    alpha.setValue('unterminated', 'REG_SZ', Uint8Array.of(0x61, 0));
    alpha.setValue('odd', 'REG_SZ', Uint8Array.of(0x61));
    alpha.setText('lines "quoted" \\', 'a\r\nb\n"c" \\');
    alpha.setExpandableText('expand', '%SystemRoot%\\System32\\drivers');
    alpha.setValue('short dword', 'REG_DWORD', Uint8Array.of(1, 2));
    const text = writeRegText(hive.root, { keyName: 'HKEY_LOCAL_MACHINE\\X' });
    const again = hiveFromRegText(encodeRegText(text), { now });
    expect([...compareKeys(hive.root, again.root, { security: false })]).toEqual([]);
    hive.root.deleteSubkey('Gamma');
    const old = encodeRegText(writeRegText(hive.root, { keyName: 'HKEY_CURRENT_USER', version: 4 }), 'windows-1252');
    const narrow = hiveFromRegText(old, { now });
    expect(narrow.root.getSubkey('Alpha').getText('expand')).toBe('%SystemRoot%\\System32\\drivers');
    expect(narrow.root.subkeyNames()).toEqual(hive.root.subkeyNames());
  });

  it('lays lines out as regedit does', () => {
    const line = valueLine({ name: 'ImagePath', type: 2, data: encodeText('System32\\drivers\\vioscsi.sys') });
    expect(line.split('\r\n')).toEqual([
      '"ImagePath"=hex(2):53,00,79,00,73,00,74,00,65,00,6d,00,33,00,32,00,5c,00,64,00,\\',
      '  72,00,69,00,76,00,65,00,72,00,73,00,5c,00,76,00,69,00,6f,00,73,00,63,00,73,\\',
      '  00,69,00,2e,00,73,00,79,00,73,00,00,00',
    ]);
    expect(writeRegText(Hive.create().root, { keyName: 'HKEY_CURRENT_USER' })).toBe(v5('[HKEY_CURRENT_USER]\r\n\r\n'));
  });

  it('refuses names a .reg file cannot hold', () => {
    const hive = Hive.create();
    hive.root.create('two\nlines');
    expect(() => writeRegText(hive.root, { keyName: 'HKLM\\X' })).toThrow(/cannot hold/);
  });
});
