// The text of INFs: encodings, quotes, comments, continuation, merged sections, strings; hostile input stays cheap.
import { describe, expect, it } from 'vitest';
import { InfFile, type InfReadOptions } from '../../../lib/inf/inf-file.ts';

function parse(text: string, options?: InfReadOptions): InfFile {
  return InfFile.parse(Buffer.from(text, 'latin1'), 'test.inf', options);
}

const fields = (text: string): readonly string[] => parse(`[A]\n${text}`).lines('A')[0]?.values ?? [];

describe('the text of an INF', () => {
  it('is decoded by its byte order mark, else as UTF-8 or the ANSI code page', () => {
    const text = '[Strings]\r\nname="Gerät €"\r\n';
    const swapped = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    const ansi = Buffer.from('[Strings]\r\nname="Ger\xe4t \x80"\r\n', 'latin1');
    const cases: [Uint8Array, string][] = [
      [Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le'],
      [Buffer.from(text, 'utf16le'), 'utf-16le'],
      [swapped, 'utf-16be'],
      [Buffer.from(`\ufeff${text}`, 'utf8'), 'utf-8'],
      [Buffer.from(text, 'utf8'), 'utf-8'],
      [ansi, 'ansi'],
    ];
    for (const [bytes, encoding] of cases) {
      const inf = InfFile.parse(bytes, 'a.inf');
      expect([inf.encoding, inf.string('NAME')]).toEqual([encoding, 'Gerät €']);
    }
    const japanese = Buffer.concat([Buffer.from('[Strings]\na="'), Buffer.from([0x83, 0x65]), Buffer.from('"\n')]);
    expect(InfFile.parse(japanese, 'a.inf', { codePage: 932 }).string('a')).toBe('テ');
  });

  it('splits lines into a key and fields', () => {
    const inf = parse('stray = 1\n[ A ]\nKey = a, b ,,"c, d" ; comment\n[a]\nlist one, two\n  k=v=w\n');
    expect(inf.lines('A').map(({ key, values, line }) => [key, values, line])).toEqual([
      ['Key', ['a', 'b', '', 'c, d'], 3],
      [undefined, ['list one', 'two'], 5],
      ['k', ['v=w'], 6],
    ]);
  });

  it('knows quotes, doubled quotes, and pieces that join', () => {
    expect(fields('"a ""b"" ; c"')).toEqual(['a "b" ; c']);
    expect(fields('" lead"tail , "trail "')).toEqual([' leadtail', 'trail ']);
    expect(fields('"open, end')).toEqual(['open, end']);
    expect(fields('a,')).toEqual(['a', '']);
    expect(fields('a,""')).toEqual(['a', '']);
    expect(parse('[A]\nx = "open\ny=1').findings.map(({ code, line }) => [code, line])).toEqual([['BadLine', 2]]);
  });

  it('continues a line after a backslash, also before a comment', () => {
    expect(fields('a, \\\r\n  b, \\ ; more\r\n\tc')).toEqual(['a', 'b', 'c']);
    expect(fields('C:\\dir\\file, "ends\\"')).toEqual(['C:\\dir\\file', 'ends\\']);
    const inf = parse('[A]\nk = 1, \\\n2\nnext = 3');
    expect(inf.lines('A').map(({ line }) => line)).toEqual([2, 4]);
  });

  it('takes any line end, and stops at Ctrl+Z', () => {
    const inf = parse('[A]\r\r\na=1\rb=2\nc=3\x1a\nd=4');
    expect(inf.lines('A').map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  });

  it('replaces strings once', () => {
    const inf = parse('[A]\n[Strings]\nx = "%y% 100%%"\ny = "no"\n"sp ace" = q');
    expect(inf.expand('<%X%>')).toBe('<%y% 100%%>');
    expect(inf.expand('%%SystemRoot%%\\%sp ace%')).toBe('%SystemRoot%\\q');
    expect(inf.expand('%12%\\a.sys %unknown% 5%')).toBe('%12%\\a.sys %unknown% 5%');
  });

  it('prefers the strings of the language, then of its relatives', () => {
    const text = '[Strings]\na="base"\nb="base"\nc="base"\n[Strings.0407]\na="de"\n[Strings.0807]\na="ch"\nb="ch"\n';
    const german = parse(text, { language: 0x0407 });
    expect(['a', 'b', 'c'].map((name) => german.string(name))).toEqual(['de', 'ch', 'base']);
    expect(parse(text).string('a')).toBe('base');
  });

  it('costs no more than its size, whatever it holds', () => {
    const many = 200_000;
    expect(fields(`a${'\\\nb'.repeat(many)}`)[0]).toHaveLength(many + 1);
    expect(fields(`"${'""'.repeat(many)}"`)[0]).toHaveLength(many);
    expect(fields('\\ '.repeat(many))).toHaveLength(1);
    expect(parse('['.repeat(many)).findings).toHaveLength(1);
    expect(parse('[a]\n'.repeat(many)).lines('a')).toHaveLength(0);
    const bomb = parse(`[Strings]\nx="${'y'.repeat(60_000)}"\n[A]\nv=${'%x%'.repeat(many)}`);
    expect(() => bomb.value('A', 'v')).toThrowError(expect.objectContaining({ Symbol: 'LimitExceeded' }));
    expect(() => fields(','.repeat(2_100_000))).toThrowError(expect.objectContaining({ Symbol: 'LimitExceeded' }));
  });
});
