// Splitting by the rules of Windows, against vectors worked out from their documentation.
import { describe, expect, it } from 'vitest';
import { parseArgument, splitCommandLine } from '../../../cmdlets/dism-exe/command-line.ts';

describe('splitCommandLine', () => {
  it.each([
    ['', []],
    ['  /a \t/b\r\n', ['/a', '/b']],
    ['"a b c" d e', ['a b c', 'd', 'e']],
    ['"ab\\"c" "\\\\" d', ['ab"c', '\\', 'd']],
    ['a\\\\b d"e f"g h', ['a\\\\b', 'de fg', 'h']],
    ['a\\\\\\"b c d', ['a\\"b', 'c', 'd']],
    ['a\\\\\\\\"b c" d e', ['a\\\\b c', 'd', 'e']],
    ['"a""b" c', ['a"b', 'c']],
    ['"" x', ['', 'x']],
    ['/Name:"My image" /ImageFile:C:\\a\\', ['/Name:My image', '/ImageFile:C:\\a\\']],
    ['"open end', ['open end']],
  ])('%j', (line, words) => {
    expect(splitCommandLine(line)).toEqual(words);
  });
});

describe('parseArgument', () => {
  it.each([
    ['/Quiet', 'Quiet', undefined],
    ['-Quiet', 'Quiet', undefined],
    ['/Image:C:\\mount', 'Image', 'C:\\mount'],
    ['/Image=C:\\mount', 'Image', 'C:\\mount'],
    ['/Name:a=b', 'Name', 'a=b'],
    ['/Name=a:b', 'Name', 'a:b'],
    ['/Name:"two words"', 'Name', 'two words'],
    ['/Image:C:\\mount"', 'Image', 'C:\\mount'],
    ['/Index:', 'Index', ''],
    ['/?', '?', undefined],
  ])('%s', (argument, name, value) => {
    expect(parseArgument(argument)).toEqual({ name, value });
  });

  it.each(['Quiet', ':', '', '/', 'C:\\x'])('refuses %j with error 87', (argument) => {
    expect(() => parseArgument(argument)).toThrow(expect.objectContaining({ code: 87 }));
  });
});
