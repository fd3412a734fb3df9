// Image files with something wrong beside their content: damaged, missing or contradicting XML, encryption, integrity.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  expandWindowsImage,
  getWindowsImage,
  getWindowsImageContent,
  newWindowsImage,
  setWindowsImage,
} from '../../../cmdlets/library.ts';
import { storageFor } from '../../../lib/wim/compression.ts';
import { findSplitParts } from '../../../lib/wim/split-parts.ts';
import { WimFile } from '../../../lib/wim/wim-file.ts';
import { scratchFolder } from '../../support/trees.ts';

const scratch = scratchFolder('wim-file');
const at = (...parts: string[]): string => join(scratch, ...parts);

beforeAll(async () => {
  mkdirSync(at('tree'));
  writeFileSync(at('tree', 'a.txt'), 'a'.repeat(1000));
  const capture = { CapturePath: at('tree'), Name: 'Name', Description: 'd'.repeat(60) };
  await newWindowsImage({ ...capture, ImagePath: at('plain.wim') }).toArray();
  await newWindowsImage({ ...capture, ImagePath: at('table.wim'), CheckIntegrity: true }).toArray();
});

/** A copy whose XML has one text replaced by another, filled with spaces to the same length. */
function withXml(name: string, text: string, replacement: string): string {
  const bytes = readFileSync(at('plain.wim'));
  const from = bytes.indexOf(Buffer.from(text, 'utf16le'));
  expect(from).toBeGreaterThan(0);
  bytes.write(replacement.padEnd(text.length), from, 'utf16le');
  writeFileSync(at(name), bytes);
  return at(name);
}

describe('XML', () => {
  it('that cannot be parsed is a warning, and the content is there', async () => {
    const path = withXml('broken.wim', '<WIM>', '<WI<>');
    const warnings: string[] = [];
    const images = await getWindowsImage({ ImagePath: path }, { onWarning: (text) => warnings.push(text) }).toArray();
    expect(images).toMatchObject([{ ImageIndex: 1, ImageName: '' }]);
    expect(warnings).toHaveLength(1);
    const content = await getWindowsImageContent({ ImagePath: path, Index: 1 }, { onWarning() {} }).toArray();
    expect(content.map(String)).toEqual(['\\a.txt']);
    // To write it anew would lose what it said.
    await expect(setWindowsImage({ ImagePath: path, Index: 1, NewName: 'n' }).toArray()).rejects.toMatchObject({
      Symbol: 'Corrupt',
      File: path,
    });
  });

  it('that contradicts the file gives way to the file', async () => {
    await using file = await WimFile.open(withXml('index.wim', 'INDEX="1"', 'INDEX="7"'));
    expect(file.imageCount).toBe(1);
    expect(file.warnings).toHaveLength(2);
  });

  it('that says encrypted ends it', async () => {
    const path = withXml(
      'encrypted.esd',
      `${'d'.repeat(60)}</DESCRIPTION></IMAGE>`,
      '</DESCRIPTION></IMAGE><ESD><ENCRYPTED/></ESD>',
    );
    await expect(WimFile.open(path)).rejects.toMatchObject({ Symbol: 'EncryptedImage', File: path });
  });
});

describe('-CheckIntegrity of a reader', () => {
  it('stops before anything is written when the file is damaged', async () => {
    const bytes = readFileSync(at('table.wim'));
    bytes[210] = bytes[210]! ^ 1;
    writeFileSync(at('damaged.wim'), bytes);
    const call = expandWindowsImage({
      ImagePath: at('damaged.wim'),
      ApplyPath: at('out'),
      Index: 1,
      CheckIntegrity: true,
    });
    await expect(call.toArray()).rejects.toMatchObject({ Symbol: 'IntegrityFailure' });
    expect(existsSync(at('out'))).toBe(false);
  });

  it('says when there is no table', async () => {
    await using file = await WimFile.open(at('plain.wim'), { checkIntegrity: true });
    expect(file.warnings).toEqual([expect.stringContaining('no integrity table')]);
    await using checked = await WimFile.open(at('table.wim'), { checkIntegrity: true });
    expect(checked.warnings).toEqual([]);
  });
});

describe('findSplitParts', () => {
  it('finds what is named like the first part, or what a pattern names', async () => {
    mkdirSync(at('parts'));
    for (const name of ['a.swm', 'a2.swm', 'A3.SWM', 'a10.swm', 'b.swm', 'a.wim']) writeFileSync(at('parts', name), '');
    const names = async (first: string, pattern?: string): Promise<string[]> =>
      (await findSplitParts(at('parts', first), pattern && at('parts', pattern))).map((path) =>
        path.slice(path.lastIndexOf('/') + 1),
      );
    expect(await names('a.swm')).toEqual(['A3.SWM', 'a2.swm', 'a10.swm']);
    expect(await names('a2.swm')).toEqual(['a.swm', 'A3.SWM', 'a10.swm']);
    expect(await names('a.swm', '?.swm')).toEqual(['b.swm']);
  });
});

describe('storageFor', () => {
  it('is what DISM writes', () => {
    expect(storageFor({})).toEqual({ format: 1, chunkSize: 32768, level: 1 });
    expect(storageFor({ type: 'Max', level: 'Extreme' })).toEqual({ format: 2, chunkSize: 32768, level: 3 });
    expect(storageFor({ type: 'Recovery' })).toMatchObject({ format: 3, solid: true, solidChunkSize: 64 << 20 });
  });

  it.each([
    [{ type: 'Fast', chunkSize: 128 << 10 }],
    [{ type: 'Max', chunkSize: 4096 }],
    [{ type: 'Max', chunkSize: 48 << 10 }],
    [{ type: 'Recovery', chunkSize: 0 }],
  ] as const)('refuses %j', (choice) => {
    expect(() => storageFor(choice)).toThrow(expect.objectContaining({ Symbol: 'InvalidParameter' }));
  });
});
