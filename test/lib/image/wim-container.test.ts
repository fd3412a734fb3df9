// Images of one WIM that are serviced in place, judged by wimlib and 7-Zip: what was not edited keeps every byte, counts
// in the XML are those that wimlib computes, and the last change can be taken back.
import { copyFileSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileTime } from '../../../lib/base/file-time.ts';
import { captureToExistingFile, captureToNewFile } from '../../../lib/image/capture.ts';
import { rebuildFile } from '../../../lib/image/image-file-changes.ts';
import type { ImageRoot } from '../../../lib/image/image-root.ts';
import { undoImageChange } from '../../../lib/image/undo-change.ts';
import { openWimContainer } from '../../../lib/image/wim-container.ts';
import { WimFile } from '../../../lib/wim/wim-file.ts';
import { acceptedByJudges, describeWithJudges, judge } from '../../support/judges.ts';
import { growTree, scratchFolder } from '../../support/trees.ts';

const scratch = scratchFolder('wim-container');
const at = (...parts: string[]): string => join(scratch, ...parts);
const bytes = (content: string): { bytes: Uint8Array } => ({ bytes: Buffer.from(content) });
const when = FileTime.parse('2011-01-01T00:00:00Z')!;

/** Everyone may do everything; new entries inherit it. */
const descriptor = Buffer.from(
  '01000480300000004000000000000000140000000200' +
    '1c000100000000031400ff011f0001010000000000010000000001020000000000052000000020020000' +
    '01020000000000052000000020020000',
  'hex',
);

let made = 0;

/** A WIM of two images that differ in some files. */
async function makeWim(type: 'None' | 'Fast' | 'Max' = 'Fast'): Promise<string> {
  const folder = at(`made-${made++}`);
  const source = join(folder, 'source');
  growTree(source, 7);
  mkdirSync(join(source, 'Windows'));
  writeFileSync(join(source, 'Windows', 'note.txt'), 'note');
  writeFileSync(join(source, 'Windows', 'other.txt'), 'other');
  symlinkSync('note.txt', join(source, 'Windows', 'link'));
  const imagePath = join(folder, 'image.wim');
  await captureToNewFile({ imagePath, capturePath: source, name: 'one', type });
  writeFileSync(join(source, 'Windows', 'second.txt'), 'second');
  await captureToExistingFile({ imagePath, capturePath: source, name: 'two' });
  return imagePath;
}

/** What wimlib says of each entry, by path; without where a blob lies and how often it is used. */
async function dump(path: string, index: number): Promise<Record<string, string>> {
  const { stdout } = await judge('wimlib-imagex', 'dir', path, String(index), '--detailed');
  const entries: Record<string, string> = {};
  for (const block of stdout.split(/^-{70,}\n/m)) {
    const name = /^Full Path {11}= "(.*)"$/m.exec(block)?.[1];
    if (name !== undefined) entries[name] = block.replace(/^(Reference Count|Offset in WIM) .*\n/gm, '');
  }
  return entries;
}

const counts = async (path: string): Promise<string[]> =>
  (await judge('wimlib-imagex', 'info', path)).stdout
    .split('\n')
    .filter((line) => /^(Directory Count|File Count|Total Bytes|Hard Link Bytes):/.test(line));

/** Edits of every kind. */
async function editRichly(root: ImageRoot): Promise<void> {
  await root.setMetadata('\\Windows', { securityDescriptor: descriptor });
  await root.createDirectory('\\Windows\\System32\\drivers', { parents: true });
  await root.write('\\Windows\\System32\\new.dll', { bytes: Buffer.alloc(100_000, 'MZ') });
  await root.write('\\Windows\\note.txt', bytes('replaced'), {
    streams: [
      { name: 'Zone.Identifier', content: bytes('[ZoneTransfer]') },
      { name: 'empty', content: bytes('') },
    ],
    shortName: 'NOTE~1.TXT',
  });
  await root.link('\\Windows\\System32\\drivers\\linked.dll', '\\windows\\system32\\NEW.DLL');
  await root.createDirectory('\\Documents and Settings', {
    metadata: { attributes: 0x6, reparse: { tag: 0xa0000003, data: junction('\\??\\C:\\Users') } },
  });
}

function junction(target: string): Uint8Array {
  const header = Buffer.alloc(8);
  header.writeUInt16LE(2 * target.length, 2);
  header.writeUInt16LE(2 * target.length + 2, 4);
  return Buffer.concat([header, Buffer.from(`${target}\0\0`, 'utf16le')]);
}

describeWithJudges(['wimlib-imagex', '7z'], 'a serviced WIM', () => {
  it.each(['None', 'Fast', 'Max'] as const)('is sound; what was not edited is as it was (%s)', async (type) => {
    const path = await makeWim(type);
    const before = [await dump(path, 1), await dump(path, 2)];
    {
      await using container = await openWimContainer(path, 'all', { now: when });
      for (const root of container.roots) await editRichly(root);
      await container.roots[1]!.remove('\\Windows\\second.txt');
      await container.commit();
    }
    await acceptedByJudges(path);
    for (const index of [1, 2]) {
      const after = await dump(path, index);
      const changed = new Set([...Object.keys(before[index - 1]!), ...Object.keys(after)]);
      for (const name of changed) if (before[index - 1]![name] === after[name]) changed.delete(name);
      expect([...changed].sort()).toEqual([
        '/Documents and Settings',
        '/Windows',
        '/Windows/System32',
        '/Windows/System32/drivers',
        '/Windows/System32/drivers/linked.dll',
        '/Windows/System32/new.dll',
        '/Windows/note.txt',
        ...(index === 2 ? ['/Windows/second.txt'] : []),
      ]);
      expect(after['/Windows/note.txt']).toContain('Short Name          = "NOTE~1.TXT"');
      expect(after['/Windows/note.txt']).toMatch(/Named data stream "Zone\.Identifier"/);
      expect(after['/Windows/System32/new.dll']).toContain('Link Count          = 2');
      expect(after['/Windows/System32/new.dll']).toContain('Uncompressed size = 100000 bytes');
      expect(after['/Windows/System32/new.dll']).toMatch(/Security Descriptor = 01000484/);
      expect(after['/Documents and Settings']).toContain('FILE_ATTRIBUTE_REPARSE_POINT is set');
      expect(after['/Documents and Settings']).toMatch(/Reparse Tag += 0xa0000003/);
    }
  });

  it('has the counts that wimlib computes', async () => {
    const path = await makeWim();
    {
      await using container = await openWimContainer(path, 'all');
      for (const root of container.roots) await editRichly(root);
      await container.roots[0]!.remove('\\Windows\\link');
      await container.commit();
    }
    const copy = `${path}.copy`;
    copyFileSync(path, copy);
    for (const index of ['1', '2']) {
      // There and back: the tree is the same, and the counts are wimlib's.
      await judge('wimlib-imagex', 'update', copy, index, '--command=rename /Windows /W');
      await judge('wimlib-imagex', 'update', copy, index, '--command=rename /W /Windows');
    }
    expect(await counts(path)).toEqual(await counts(copy));
  });

  it('stores a content once for all images, and nothing for one that is there', async () => {
    const path = await makeWim('None');
    const content = Buffer.alloc(1_000_000, 'once');
    const size = statSync(path).size;
    {
      await using container = await openWimContainer(path, 'all');
      for (const root of container.roots) {
        await root.write('\\a.bin', { bytes: content });
        await root.write('\\b.bin', { root, path: '\\a.bin' });
        await root.write('\\c.bin', { root: container.roots[0]!, path: '\\a.bin' });
      }
      await container.commit();
    }
    const grown = statSync(path).size - size;
    expect(grown).toBeGreaterThan(1_000_000);
    expect(grown).toBeLessThan(1_200_000);
    await acceptedByJudges(path);
  });

  it('takes contents of another WIM over without reading them', async () => {
    const [source, target] = [await makeWim('Max'), await makeWim('Max')];
    {
      await using from = await openWimContainer(source, [1]);
      await from.roots[0]!.write('\\fresh.bin', { bytes: Buffer.alloc(70_000, 'xyz') });
      await from.commit();
      await from.roots[0]!.write('\\staged.bin', bytes('not committed'));
      await using to = await openWimContainer(target, [2]);
      await to.roots[0]!.write('\\fresh.bin', { root: from.roots[0]!, path: '\\fresh.bin' });
      await to.roots[0]!.write('\\staged.bin', { root: from.roots[0]!, path: '\\staged.bin' });
      expect((await to.roots[0]!.read('\\fresh.bin', { offset: 69_999, length: 5 })).length).toBe(1);
      await to.commit();
      expect(Buffer.from(await to.roots[0]!.read('\\staged.bin')).toString()).toBe('not committed');
    }
    await acceptedByJudges(target);
  });
});

describe('a container', () => {
  it('is locked against other writers until it is closed, also after a commit', async () => {
    const path = await makeWim();
    await using container = await openWimContainer(path, [1]);
    await expect(openWimContainer(path, [2])).rejects.toMatchObject({ Symbol: 'SharingViolation' });
    await container.roots[0]!.write('\\x', bytes('x'));
    await container.commit();
    await expect(openWimContainer(path, [2])).rejects.toMatchObject({ Symbol: 'SharingViolation' });
    await container.close();
    await using again = await openWimContainer(path, [2]);
    expect(await again.roots[0]!.stat('\\x')).toBeUndefined();
  });

  it('can be read while another writer has it, but not edited', async () => {
    const path = await makeWim();
    await using writer = await openWimContainer(path, 'all');
    await writer.roots[0]!.write('\\x', bytes('x'));
    await using reader = await openWimContainer(path, 'all', { readOnly: true });
    const [root] = reader.roots;
    expect(await root!.stat('\\x')).toBeUndefined();
    await expect(root!.write('\\y', bytes('y'))).rejects.toMatchObject({ Symbol: 'ReadOnlyTarget' });
    expect(() => reader.setImageInformation(1, () => {})).toThrow(
      expect.objectContaining({ Symbol: 'ReadOnlyTarget' }),
    );
  });

  it('names the images that there are', async () => {
    const path = await makeWim();
    for (const index of [0, 3, 1.5]) {
      await expect(openWimContainer(path, [index])).rejects.toMatchObject({ Symbol: 'ImageNotFound' });
    }
    await using container = await openWimContainer(path, [2, 2]);
    expect(container.roots.map(({ label }) => label)).toEqual(['image.wim, image 2']);
  });

  it('reads split sets and solid files, and services a solid file', async () => {
    const path = await makeWim();
    await using file = await WimFile.open(path);
    const part = `${path.slice(0, -4)}.swm`;
    expect((await file.split(part, 20_000, false)).length).toBeGreaterThan(1);
    await using split = await openWimContainer(part, [2], { readOnly: true });
    expect(Buffer.from(await split.roots[0]!.read('\\Windows\\second.txt')).toString()).toBe('second');
    await expect(openWimContainer(part, [2])).rejects.toMatchObject({ Symbol: 'NotSupported' });

    const solid = path.replace('.wim', '.esd');
    copyFileSync(path, solid);
    await rebuildFile(solid, { type: 'Recovery', chunkSize: 1 << 20 });
    {
      await using container = await openWimContainer(solid, [1]);
      await container.roots[0]!.write('\\Windows\\other.txt', bytes('changed'));
      await container.commit();
      expect(Buffer.from(await container.roots[0]!.read('\\Windows\\note.txt')).toString()).toBe('note');
    }
    await using container = await openWimContainer(solid, 'all', { readOnly: true });
    const read = async (at: number) => Buffer.from(await container.roots[at]!.read('\\Windows\\other.txt')).toString();
    expect([await read(0), await read(1)]).toEqual(['changed', 'other']);
  });

  it('commits what is said about an image, too', async () => {
    const path = await makeWim();
    {
      await using container = await openWimContainer(path, [1]);
      container.setImageInformation(1, (image) => image.setText('DESCRIPTION', 'serviced'));
      await container.commit();
    }
    await using container = await openWimContainer(path, [1], { readOnly: true });
    expect(container.imageInformation(1).description).toBe('serviced');
  });

  it('refuses a local file that changed after it was staged, and stays usable', async () => {
    const path = await makeWim();
    const before = readFileSync(path);
    await using container = await openWimContainer(path, [1]);
    const [root] = container.roots;
    writeFileSync(at('local'), 'first');
    await root!.write('\\x', { file: at('local') });
    writeFileSync(at('local'), 'other content');
    await expect(container.commit()).rejects.toMatchObject({ Symbol: 'FileChanged' });
    expect(readFileSync(path).equals(before)).toBe(true);
    await root!.write('\\x', { file: at('local') });
    await container.commit();
    expect(Buffer.from(await root!.read('\\x')).toString()).toBe('other content');
  });

  it('refuses short names and names that Windows would take for others', async () => {
    const path = await makeWim();
    await using container = await openWimContainer(path, [1]);
    const [root] = container.roots;
    await root!.setMetadata('\\Windows\\note.txt', { shortName: 'NOTE~1.TXT' });
    for (const shortName of ['NOTE~1.TXT', 'OTHER.TXT', 'not short.txt', 'A.LONG']) {
      const metadata = { shortName };
      if (shortName === 'OTHER.TXT') {
        await expect(root!.setMetadata('\\Windows\\note.txt', metadata)).rejects.toMatchObject({
          Symbol: 'NameCollision',
        });
      } else {
        await expect(root!.setMetadata('\\Windows\\other.txt', metadata)).rejects.toMatchObject({
          Symbol: 'NameCollision',
        });
      }
    }
    await expect(root!.write('\\Windows\\note~1.txt', bytes('x'))).rejects.toMatchObject({ Symbol: 'NameCollision' });
    await expect(root!.write('\\Windows\\link', bytes('x'))).rejects.toMatchObject({ Symbol: 'NotSupported' });
    await root!.rename('\\Windows\\note.txt', '\\Windows\\renamed.txt');
    expect((await root!.stat('\\Windows\\renamed.txt'))!.shortName).toBe('');
  });
});

describe('undoImageChange', () => {
  it('takes changes back one after the other, byte for byte', async () => {
    const path = await makeWim();
    const states = [readFileSync(path)];
    for (const name of ['\\a', '\\b']) {
      await using container = await openWimContainer(path, 'all');
      for (const root of container.roots) await root.write(name, bytes(name));
      await container.commit();
      states.push(readFileSync(path));
    }
    for (const state of states.slice(0, -1).reverse()) {
      const undone = await undoImageChange(path);
      expect(undone).toMatchObject({ sizeAfter: state.length, imageCountAfter: 2 });
      expect(readFileSync(path).equals(state)).toBe(true);
    }
  });

  it('takes the addition of an image back, and then says that nothing is recorded', async () => {
    const path = await makeWim();
    expect(await undoImageChange(path)).toMatchObject({ imageCountBefore: 2, imageCountAfter: 1 });
    await expect(undoImageChange(path)).rejects.toMatchObject({ Symbol: 'NothingToUndo' });
  });

  it('is not possible after a rebuild, nor while a writer has the file', async () => {
    const path = await makeWim();
    {
      await using container = await openWimContainer(path, [1]);
      await expect(undoImageChange(path)).rejects.toMatchObject({ Symbol: 'SharingViolation' });
      await container.roots[0]!.write('\\a', bytes('a'));
      await container.commit();
    }
    await rebuildFile(path, {});
    const rebuilt = readFileSync(path);
    await expect(undoImageChange(path)).rejects.toMatchObject({ Symbol: 'NothingToUndo' });
    expect(readFileSync(path).equals(rebuilt)).toBe(true);
  });
});
