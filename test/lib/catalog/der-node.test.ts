import { describe, expect, it } from 'vitest';
import { DismError } from '../../../lib/base/error.ts';
import { DerNode } from '../../../lib/catalog/der-node.ts';

const parse = (hex: string): DerNode => DerNode.parse(Buffer.from(hex, 'hex'));

function refusal(action: () => unknown): { readonly code: string; readonly offset: number | undefined } | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof DismError) return { code: error.Symbol, offset: error.Offset };
    throw error;
  }
  return undefined;
}

describe('DerNode', () => {
  it('reads values inside values, with their offsets', () => {
    const node = parse('300a0201050c0548656c6c6f');
    const [number, text] = node.children(5);
    expect(number?.smallInteger('n')).toBe(5);
    expect(text?.text()).toBe('Hello');
    expect(text?.offset).toBe(5);
    expect(Buffer.from(text!.encoded).toString('hex')).toBe('0c0548656c6c6f');
  });

  it.each([
    ['06092b0601040182370a01', '1.3.6.1.4.1.311.10.1'],
    ['0603550403', '2.5.4.3'],
    ['0603883703', '2.999.3'],
  ])('reads the object identifier %s', (hex, dotted) => {
    expect(parse(hex).objectIdentifier('id')).toBe(dotted);
  });

  it('reads both kinds of time', () => {
    expect(
      parse('170d' + Buffer.from('991231235959Z').toString('hex'))
        .time('t')
        .toISOString(),
    ).toBe('1999-12-31T23:59:59.000Z');
    expect(
      parse('170d' + Buffer.from('230722112922Z').toString('hex'))
        .time('t')
        .getUTCFullYear(),
    ).toBe(2023);
    expect(
      parse('180f' + Buffer.from('20500101000000Z').toString('hex'))
        .time('t')
        .getUTCFullYear(),
    ).toBe(2050);
    expect(refusal(() => parse('170d' + Buffer.from('230231000000Z').toString('hex')).time('t'))?.code).toBe('Corrupt');
  });

  it.each([
    ['an empty file', '', { code: 'Truncated', offset: 0 }],
    ['a length beyond the end', '3005020105', { code: 'Truncated', offset: 0 }],
    ['a child beyond its parent', '3003020405', { code: 'Truncated', offset: 2 }],
    ['an indefinite length', '30800000', { code: 'Corrupt', offset: 0 }],
    ['a length of five bytes', '30850000000001', { code: 'Corrupt', offset: 0 }],
    ['a tag of two bytes', '1f8101', { code: 'Corrupt', offset: 0 }],
  ])('refuses %s', (_, hex, expected) => {
    expect(refusal(() => parse(hex).children(9))).toEqual(expected);
  });

  it('bounds the number of parts', () => {
    expect(refusal(() => parse('3006050005000500').children(2))?.code).toBe('LimitExceeded');
  });
});
