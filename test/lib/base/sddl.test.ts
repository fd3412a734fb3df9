// SDDL to bytes: vectors written by hand from MS-DTYP, and descriptors of services in real hives.
import { describe, expect, it } from 'vitest';
import { isDismError } from '../../../lib/base/error.ts';
import { parseSddl } from '../../../lib/base/sddl.ts';
import { randomFrom } from '../../support/random.ts';

const hex = (text: string, defaults = {}): string => Buffer.from(parseSddl(text, defaults)).toString('hex');

describe('a security descriptor as text', () => {
  it('becomes the bytes that Windows has for the services it makes', () => {
    // The descriptor of many services of Windows 10, whose text is that of `sc sdshow`, with owner and group.
    const text =
      'O:SYG:SYD:(A;;CCLCSWRPLORC;;;AU)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)S:(AU;FA;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;WD)';
    const expected = [
      '01001480' + '64000000' + '70000000' + '14000000' + '30000000',
      '02001c0001000000' + '02801400ff010f00010100000000000100000000',
      '0200340002000000' + '000014009d000200' + '01010000000000050b000000',
      '00001800ff010f00' + '01020000000000052000000020020000',
      '010100000000000512000000' + '010100000000000512000000',
    ];
    expect(hex(text)).toBe(expected.join(''));
    expect(hex(text.replace('D:', ' D: '))).toBe(expected.join(''));
  });

  it('may be without parts, protected, or open to all', () => {
    expect(hex('D:P')).toBe('0100049000000000000000000000000014000000' + '0200080000000000');
    expect(hex('D:')).toBe('0100048000000000000000000000000014000000' + '0200080000000000');
    expect(hex('D:NO_ACCESS_CONTROL')).toBe('0100048000000000000000000000000000000000');
    expect(hex('D:PAI(A;OICI;GA;;;SY)').slice(0, 8)).toBe('01000494');
    expect(hex('D:P', { owner: 'SY', group: 'S-1-5-18' })).toBe(
      '010004901c0000002800000000000000140000000200080000000000' + '010100000000000512000000'.repeat(2),
    );
  });

  it('knows numbers, SIDs, objects and labels', () => {
    const ace = (text: string): string => hex(text).slice(40 + 16);
    expect(ace('D:(A;;0x120089;;;S-1-5-80-1-2)')).toBe(
      '00001c00' + '89001200' + '010300000000000550000000' + '0100000002000000',
    );
    expect(ace('D:(A;CINP;GRGW;;;WD)')).toBe('00061400' + '000000c0' + '010100000000000100000000');
    expect(ace('S:(ML;;NWNX;;;HI)')).toBe('11001400' + '05000000' + '010100000000001000300000');
    expect(ace('D:(OA;;CC;00112233-4455-6677-8899-aabbccddeeff;;WD)')).toBe(
      '05002800' + '01000000' + '01000000' + '33221100554477668899aabbccddeeff' + '010100000000000100000000',
    );
    expect(hex('D:(OA;;CC;;;WD)').slice(40, 42)).toBe('04');
  });

  it.each([
    '',
    ' ',
    'X:',
    'D:(A;;GA;;;ZZ)',
    'D:(A;;GA;;)',
    'D:(XA;;GA;;;WD;(1==1))',
    'D:(A;;QQ;;;WD)',
    'D:(A;G;GA;;;WD)',
    'D:Q(A;;GA;;;WD)',
    'D:(A;;GA;;;DA)',
    'O:S-1',
    'D:(A;;GA;;;WD',
    'D:(OA;;GA;x;;WD)',
    `D:${'(A;;GA;;;WD)'.repeat(4000)}`,
    'x'.repeat(1 << 17),
    'O:S-1-5-99999999999',
  ])('that is none is refused: %#', (text) => {
    expect(() => parseSddl(text)).toThrowError(expect.objectContaining({ Symbol: 'InvalidParameter' }));
  });

  it('of any kind is answered or refused', () => {
    const pieces = [
      'O:',
      'G:',
      'D:',
      'S:',
      'SY',
      'BA',
      '(',
      ')',
      'A',
      ';',
      ';;;',
      'GA',
      'P',
      'AI',
      'S-1-5-',
      '18',
      '(A;;GA;;;WD)',
    ];
    for (let seed = 1; seed <= Number(process.env.OPENDISM_SEEDS ?? 5_000); seed++) {
      const { below, pick } = randomFrom(seed);
      const text = Array.from({ length: below(14) }, () => pick(pieces)).join('');
      try {
        expect(parseSddl(text).length).toBeGreaterThanOrEqual(20);
      } catch (error) {
        if (!isDismError(error)) throw new Error(text, { cause: error });
      }
    }
  });
});
