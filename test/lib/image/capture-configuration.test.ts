// WimScript.ini: encodings, sections, comments, quotes.
import { describe, expect, it } from 'vitest';
import { parseCaptureConfiguration } from '../../../lib/image/capture-configuration.ts';

const text = [
  '; comment',
  '# comment',
  '[exclusionlist]',
  '  \\hiberfil.sys  ',
  '"\\System Volume Information"',
  'C:\\Temp\\',
  'build/*.obj',
  '',
  '[ExclusionException]',
  '\\Temp\\keep',
  '[Something new]',
  'ignored',
  '[CompressionExclusionList]',
  '*.zip',
  '[CompressionFolderList]',
  '\\Windows',
  '[PrepopulateList]',
  '*wínload.*',
].join('\r\n');

const expected = {
  exclude: ['\\hiberfil.sys', '\\System Volume Information', '\\Temp', 'build\\*.obj'],
  except: ['\\Temp\\keep'],
  storeUncompressed: ['*.zip'],
  prepopulate: ['*wínload.*'],
};

describe('parseCaptureConfiguration', () => {
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with byte order mark', Buffer.from('\uFEFF' + text)],
    ['UTF-16LE', Buffer.from('\uFEFF' + text, 'utf16le')],
    ['UTF-16BE', Buffer.from('\uFEFF' + text, 'utf16le').swap16()],
    ['Windows-1252', Buffer.from(text, 'latin1')],
    ['line feeds only', Buffer.from(text.replaceAll('\r\n', '\n'))],
  ])('reads %s', (_, bytes) => {
    expect(parseCaptureConfiguration(bytes, 'w.ini')).toEqual(expected);
  });

  it.each([
    ['a pattern before any section', '\\a\n[ExclusionList]', 'line 1'],
    ['an open section', '[ExclusionList]\n\n[Exclu\n', 'line 3'],
  ])('refuses %s and names the line', (_, bad, place) => {
    expect(() => parseCaptureConfiguration(Buffer.from(bad), 'w.ini')).toThrow(
      expect.objectContaining({ Symbol: 'InvalidParameter', Target: 'w.ini', message: expect.stringContaining(place) }),
    );
  });
});
