// The XML of a WIM: what is read, what is written, what survives a change, and what hostile XML cannot do.
import { describe, expect, it } from 'vitest';
import { WimXml } from '../../../lib/wim/wim-xml.ts';

const encode = (text: string): Uint8Array => Buffer.from('\uFEFF' + text, 'utf16le');
const parse = (text: string): WimXml => WimXml.parse(encode(text), 'a.wim');

const pe =
  '<WIM><IMAGE INDEX="1"><DIRCOUNT>603</DIRCOUNT><FILECOUNT>24</FILECOUNT><TOTALBYTES>1301021</TOTALBYTES>' +
  '<HARDLINKBYTES>7</HARDLINKBYTES><CREATIONTIME><HIGHPART>0x01D44CD9</HIGHPART><LOWPART>0x095909B7</LOWPART></CREATIONTIME>' +
  '<WIMBOOT>0</WIMBOOT><WINDOWS><ARCH>9</ARCH><PRODUCTNAME>Microsoft® Windows® Operating System</PRODUCTNAME>' +
  '<EDITIONID>WindowsPE</EDITIONID><INSTALLATIONTYPE>WindowsPE</INSTALLATIONTYPE><PRODUCTTYPE>WinNT</PRODUCTTYPE><PRODUCTSUITE/>' +
  '<LANGUAGES><LANGUAGE>de-DE</LANGUAGE><LANGUAGE>zh-CN</LANGUAGE><FALLBACK LANGUAGE="zh-CN">en-US</FALLBACK>' +
  '<DEFAULT>zh-CN</DEFAULT></LANGUAGES><VERSION><MAJOR>10</MAJOR><MINOR>0</MINOR><BUILD>17763</BUILD><SPBUILD>1</SPBUILD>' +
  '<SPLEVEL>165</SPLEVEL><BRANCH>rs5_release</BRANCH></VERSION><SYSTEMROOT>WINDOWS</SYSTEMROOT></WINDOWS>' +
  '<NAME>Setup &amp; Repair</NAME><DESCRIPTION>x</DESCRIPTION></IMAGE><TOTALBYTES>199675</TOTALBYTES></WIM>';

describe('WimXml', () => {
  it('reads what Microsoft writes and writes the same text', () => {
    const xml = parse(pe);
    const [image] = xml.images;
    expect(image).toMatchObject({ index: 1, name: 'Setup & Repair', description: 'x', isWimBoot: false });
    expect(image?.getCount('HARDLINKBYTES')).toBe(7);
    expect(image?.getTime('CREATIONTIME')).toBe(0x01d44cd9095909b7n);
    expect(image?.getTime('LASTMODIFICATIONTIME')).toBeUndefined();
    expect(image?.windows).toMatchObject({
      architecture: 9,
      productName: 'Microsoft® Windows® Operating System',
      editionId: 'WindowsPE',
      productSuite: '',
      languages: ['de-DE', 'zh-CN'],
      defaultLanguage: 'zh-CN',
      majorVersion: 10,
      build: 17763,
      spLevel: 165,
    });
    expect(xml.totalBytes).toBe(199675);
    expect(xml.toString()).toBe(pe);
    expect(Buffer.from(xml.write())).toEqual(Buffer.from(encode(pe)));
  });

  it('keeps unknown elements, attributes, comments and text in their order through an edit', () => {
    const text =
      '<WIM x="a&quot;b"><!-- c --><FUTURE><A B="1">t</A> u </FUTURE><IMAGE INDEX="1" Y="z"><NOTES>n</NOTES>' +
      '<NAME>old</NAME><toString>p</toString></IMAGE><![CDATA[<raw>]]></WIM>';
    const xml = parse(text);
    xml.image(1)!.setText('NAME', 'new <name> & "more"');
    expect(xml.toString()).toBe(text.replace('old', 'new &lt;name&gt; &amp; "more"'));
  });

  it('decodes character references and keeps spaces', () => {
    expect(parse('<WIM><IMAGE INDEX="1"><NAME> &#x41;&#66;&amp;lt; </NAME></IMAGE></WIM>').image(1)?.name).toBe(
      ' AB&lt; ',
    );
  });

  it('puts added elements where Microsoft has them', () => {
    const image = WimXml.create().addImage();
    image.setText('DISPLAYNAME', 'd');
    image.setText('NAME', 'n');
    image.setTime('CREATIONTIME', 0x01d44cd90000000an);
    image.setCount('DIRCOUNT', 3);
    image.setText('FLAGS', 'f');
    image.setText('FLAGS', '');
    const xml = WimXml.create();
    xml.addImage(image);
    expect(xml.toString()).toBe(
      '<WIM><IMAGE INDEX="1"><DIRCOUNT>3</DIRCOUNT><CREATIONTIME><HIGHPART>0x01D44CD9</HIGHPART><LOWPART>0x0000000A</LOWPART>' +
        '</CREATIONTIME><NAME>n</NAME><DISPLAYNAME>d</DISPLAYNAME></IMAGE></WIM>',
    );
  });

  it('renumbers when an image is removed', () => {
    const xml = parse(
      '<WIM><IMAGE INDEX="1"><NAME>a</NAME></IMAGE><IMAGE INDEX="2"><NAME>b</NAME></IMAGE><IMAGE INDEX="3"/></WIM>',
    );
    xml.removeImage(1);
    expect(xml.toString()).toBe('<WIM><IMAGE INDEX="1"><NAME>b</NAME></IMAGE><IMAGE INDEX="2"/></WIM>');
  });

  it('agrees with the number of images the file holds, and says what was wrong', () => {
    const xml = parse(
      '<WIM><IMAGE INDEX="3"><NAME>c</NAME></IMAGE><IMAGE INDEX="1"><NAME>a</NAME></IMAGE><IMAGE INDEX="1"/><IMAGE INDEX="x"/></WIM>',
    );
    const said = xml.reconcile(3);
    expect(xml.images.map((image) => [image.index, image.name])).toEqual([
      [1, 'a'],
      [2, ''],
      [3, 'c'],
    ]);
    expect(said).toHaveLength(3);
    expect(parse(pe).reconcile(1)).toEqual([]);
  });

  it('writes no text that XML cannot hold', () => {
    const xml = WimXml.create();
    xml.addImage().setText('NAME', 'a\u0001b\ud800c\r\n');
    expect(WimXml.parse(xml.write(), 'f').image(1)?.name).toBe('a\uFFFDb\uFFFDc\r\n');
  });

  it('names the encrypted ESD', () => {
    expect(parse('<WIM><ESD><ENCRYPTED/></ESD></WIM>').isEncrypted).toBe(true);
    expect(parse(pe).isEncrypted).toBe(false);
  });

  const nested = (depth: number): string => '<WIM>' + '<a>'.repeat(depth) + '</a>'.repeat(depth) + '</WIM>';
  it.each([
    ['nothing', ''],
    ['an element that is not closed', '<WIM><IMAGE></WIM>'],
    ['two roots', '<WIM/><WIM/>'],
    ['an entity bomb', '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><WIM>&b;</WIM>'],
    ['deep nesting', nested(100_000)],
    ['nesting hidden behind a comment', `<WIM><!-- ${'</a>'.repeat(1000)} -->${nested(100)}</WIM>`],
    ['garbage', '\u0001\u0002<>'],
  ])('refuses %s', (_, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ Symbol: 'Corrupt', File: 'a.wim' }));
  });

  it('refuses more than it will hold', () => {
    expect(() => WimXml.parse(new Uint8Array((32 << 20) + 2), 'a.wim')).toThrow(
      expect.objectContaining({ Symbol: 'Corrupt' }),
    );
  });
});
