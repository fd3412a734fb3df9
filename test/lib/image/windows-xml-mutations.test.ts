// XML of WIM files with what it says of a Windows damaged: read, completed and written again, or refused.
import { expect, it } from 'vitest';
import { isDismError } from '../../../lib/base/error.ts';
import type { WindowsInstallation } from '../../../lib/image/windows-installation.ts';
import { setWindowsXml } from '../../../lib/image/windows-xml.ts';
import { WimXml } from '../../../lib/wim/wim-xml.ts';
import { randomFrom } from '../../support/random.ts';

const text = `<WIM><TOTALBYTES>1</TOTALBYTES><IMAGE INDEX="1"><DIRCOUNT>3</DIRCOUNT><FILECOUNT>4</FILECOUNT>
<TOTALBYTES>5</TOTALBYTES><CREATIONTIME><HIGHPART>0x01D00000</HIGHPART><LOWPART>0x12345678</LOWPART></CREATIONTIME>
<WINDOWS><ARCH>9</ARCH><PRODUCTNAME>Microsoft® Windows®</PRODUCTNAME><EDITIONID>Professional</EDITIONID>
<INSTALLATIONTYPE>Client</INSTALLATIONTYPE><HAL>acpiapic</HAL><PRODUCTTYPE>WinNT</PRODUCTTYPE><PRODUCTSUITE>Terminal Server</PRODUCTSUITE>
<LANGUAGES><LANGUAGE>en-US</LANGUAGE><LANGUAGE>de-DE</LANGUAGE><DEFAULT>en-US</DEFAULT></LANGUAGES>
<VERSION><MAJOR>10</MAJOR><MINOR>0</MINOR><BUILD>26100</BUILD><SPBUILD>1</SPBUILD><SPLEVEL>0</SPLEVEL></VERSION>
<SYSTEMROOT>WINDOWS</SYSTEMROOT></WINDOWS><NAME>n</NAME><FLAGS>Professional</FLAGS></IMAGE></WIM>`;

const windows: WindowsInstallation = {
  systemRoot: '\\Windows',
  architecture: 'amd64',
  version: { major: 10, minor: 0, build: 26100, revision: 1 },
  productSuite: [],
  languages: ['en-US', '<&">'],
  details: { BuildLab: '26100.ge_release.1' },
  isWindowsPE: false,
  controlSet: 'ControlSet001',
};

it('damaged XML is read and written again, or refused', () => {
  const pieces = [
    '<',
    '>',
    '</',
    '&',
    '&#x0;',
    '&#x41;',
    ']]>',
    '<!--',
    '-->',
    '<![CDATA[',
    '<?x?>',
    '"',
    '\0',
    '<WINDOWS>',
  ];
  let read = 0;
  for (let seed = 1; seed <= Number(process.env.OPENDISM_SEEDS ?? 3_000); seed++) {
    const { below, pick } = randomFrom(seed);
    let mutated = text;
    for (let i = below(4); i > 0; i--) {
      const at = below(mutated.length);
      if (below(2) === 0) mutated = mutated.slice(0, at) + pick(pieces) + mutated.slice(at);
      else mutated = mutated.slice(0, at) + mutated.slice(at + below(20));
    }
    mutated = mutated.replace(/>(\d+)</, (whole) =>
      below(3) === 0 ? `>${pick(['-1', '1e9', '0x10', '99999999999999999999', ''])}<` : whole,
    );
    const bytes = Buffer.from('\uFEFF' + mutated, 'utf16le');
    if (below(4) === 0) bytes[below(bytes.length)] = below(256);
    try {
      const xml = WimXml.parse(bytes, 'x.wim');
      for (const image of xml.images) {
        const found = image.windows;
        for (const number of [found?.architecture, found?.build, found?.spBuild, image.getCount('DIRCOUNT')]) {
          expect(number === undefined || Number.isSafeInteger(number), `seed ${seed}`).toBe(true);
        }
        expect(Array.isArray(found?.languages ?? [])).toBe(true);
        image.getTime('CREATIONTIME');
        setWindowsXml(image, windows);
        expect(image.windows).toMatchObject({ architecture: 9, languages: ['en-US', '<&">'] });
      }
      read++;
    } catch (error) {
      if (!isDismError(error)) throw new Error(`seed ${seed}`, { cause: error });
    }
  }
  expect(read).toBeGreaterThan(100);
});

it.each([
  ['0x01D00000', 0x01d00000n],
  ['0x1D00000', 0x01d00000n],
  ['1D00000', 0x01d00000n],
  ['0x0', 0n],
  ['0x', undefined],
  ['0xx1', undefined],
  ['-1', undefined],
  ['0x123456789', undefined],
])('reads the half of a time that is %s', (digits, high) => {
  const xml = WimXml.parse(Buffer.from('\uFEFF' + text.replace('0x01D00000', digits), 'utf16le'), 'x.wim');
  const expected = high === undefined ? undefined : (high << 32n) | 0x12345678n;
  expect(xml.image(1)?.getTime('CREATIONTIME')).toBe(expected);
});
