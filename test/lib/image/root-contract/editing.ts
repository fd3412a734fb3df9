// The contract of ImageRoot: files and directories made, replaced, linked, renamed, removed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileAttribute, type FileStat } from '../../../../lib/image/image-root.ts';
import { bytes, type ContractImages, changesOf, large, namesOf, text, when } from './contract-images.ts';

export function describeEditing(images: ContractImages): void {
  const { makeImage, edit, refuse, scratch } = images;

  describe(`${images.name}: editing`, () => {
    it('creates files from bytes, local files and other roots', async () => {
      const source = join(scratch, 'local.bin');
      writeFileSync(source, large.subarray(0, 100_001));
      await using other = await (await makeImage()).open();
      await edit(
        async (root) => {
          await root.write('\\windows\\inf\\new.inf', bytes('created'));
          await root.write('\\Windows\\local.bin', { file: source });
          await root.write('\\Windows\\copy.bin', { root: other, path: '\\windows\\LARGE.bin' });
          await root.write('\\zero', { bytes: new Uint8Array(0) }, { lastWriteTime: when('2020-01-02T03:04:05.6Z') });
        },
        async (root) => {
          expect(text(await root.read('\\Windows\\INF\\New.INF'))).toBe('created');
          expect(large.subarray(0, 100_001).equals(await root.read('\\Windows\\local.bin'))).toBe(true);
          expect(large.equals(await root.read('\\Windows\\copy.bin'))).toBe(true);
          expect((await root.read('\\Windows\\copy.bin', { offset: 5, length: 3 })).length).toBe(3);
          expect(await root.stat('\\zero')).toMatchObject({ size: 0, linkCount: 1, isDirectory: false });
          expect((await root.stat('\\zero'))!.lastWriteTime.toJSON()).toBe('2020-01-02T03:04:05.6000000Z');
          expect(await namesOf(root, '\\Windows\\INF')).toEqual(['disk.inf', 'new.inf', 'Oem0.inf']);
          expect((await root.stat('\\Windows\\INF\\new.inf'))?.path).toBe('\\Windows\\INF\\new.inf');
        },
      );
    });

    it('refuses what cannot be created', async () => {
      await refuse((root) => root.write('\\none\\x', bytes('x')), 'PathNotFound');
      await refuse((root) => root.write('\\readonly.txt\\x', bytes('x')), 'PathNotFound');
      await refuse((root) => root.write('\\what?', bytes('x')), 'UnsafePath');
      await refuse((root) => root.write('\\dot.', bytes('x')), 'UnsafePath');
      await refuse((root) => root.write('\\case\\name.txt', bytes('x')), 'AmbiguousName');
      await refuse((root) => root.write(`\\${'x'.repeat(256)}`, bytes('x')), 'FilenameTooLong');
      await refuse((root) => root.createDirectory('\\none\\x'), 'PathNotFound');
      await refuse((root) => root.createDirectory('\\readonly.txt'), 'AlreadyExists');
      await refuse((root) => root.setMetadata('\\none', { attributes: 0 }), 'PathNotFound');
      await using root = await (await makeImage()).open();
      await expect(root.write('\\Windows', bytes('x'))).rejects.toMatchObject({ name: 'DismError' });
      await expect(root.write('\\', bytes('x'))).rejects.toMatchObject({ name: 'DismError' });
      await expect(root.write('\\x', { file: join(scratch, 'missing') })).rejects.toMatchObject({ Symbol: 'NotFound' });
      await expect(root.write('\\x', { root, path: '\\none' })).rejects.toMatchObject({ Symbol: 'PathNotFound' });
      expect(await changesOf(root)).toEqual([]);
    });

    it('replaces contents and keeps what is not given', async () => {
      let before: FileStat;
      await edit(
        async (root) => {
          before = (await root.stat('\\Windows\\INF\\disk.inf'))!;
          await root.write('\\WINDOWS\\INF\\DISK.INF', bytes('replaced disk'));
          await root.write('\\Windows\\large.bin', bytes('small'), { lastWriteTime: before.lastWriteTime });
          await root.write('\\readonly.txt', bytes('unlocked'));
        },
        async (root) => {
          expect(text(await root.read('\\Windows\\INF\\disk.inf'))).toBe('replaced disk');
          const after = (await root.stat('\\windows\\inf\\disk.inf'))!;
          expect(after).toMatchObject({ path: '\\Windows\\INF\\disk.inf', size: 13, attributes: before.attributes });
          expect(after.lastWriteTime.compare(before.lastWriteTime)).toBeGreaterThan(0);
          expect(after.creationTime).toEqual(before.creationTime);
          expect((await root.stat('\\Windows\\large.bin'))!.lastWriteTime).toEqual(before.lastWriteTime);
          expect(text(await root.read('\\readonly.txt'))).toBe('unlocked');
          expect((await root.stat('\\readonly.txt'))!.attributes & FileAttribute.ReadOnly).toBe(FileAttribute.ReadOnly);
        },
      );
    });

    it('creates directories, with those above when asked', async () => {
      await edit(
        async (root) => {
          await root.createDirectory('\\Windows\\New');
          await root.createDirectory('\\windows\\a\\b\\c', { parents: true });
          await root.createDirectory('\\WINDOWS\\new', { parents: true });
          await root.write('\\Windows\\A\\B\\C\\deep.txt', bytes('deep'));
        },
        async (root) => {
          expect(await namesOf(root, '\\Windows')).toEqual(['a', 'empty.bin', 'INF', 'large.bin', 'New', 'System32']);
          expect(text(await root.read('\\Windows\\a\\b\\c\\deep.txt'))).toBe('deep');
          expect(await root.stat('\\Windows\\New')).toMatchObject({ isDirectory: true, size: 0 });
        },
      );
    });

    it('links files: one content under several names', async () => {
      await edit(
        async (root) => {
          await root.link('\\Windows\\disk.lnk', '\\windows\\inf\\DISK.inf');
          await root.write('\\fresh', bytes('fresh'));
          await root.link('\\fresh-too', '\\fresh');
          await root.link('\\fresh-three', '\\fresh-too');
        },
        async (root) => {
          expect(text(await root.read('\\Windows\\disk.lnk'))).toBe('disk');
          for (const path of ['\\Windows\\disk.lnk', '\\Windows\\INF\\disk.inf']) {
            expect((await root.stat(path))!.linkCount).toBe(2);
          }
          expect(text(await root.read('\\fresh-three'))).toBe('fresh');
          expect((await root.stat('\\fresh'))!.linkCount).toBe(3);
        },
      );
      await refuse((root) => root.link('\\x', '\\none'), 'PathNotFound');
      await refuse((root) => root.link('\\readonly.txt', '\\Windows\\large.bin'), 'AlreadyExists');
      await using root = await (await makeImage()).open();
      await expect(root.link('\\x', '\\Windows')).rejects.toMatchObject({ name: 'DismError' });
    });

    it('breaks a hard link when contents are replaced, and keeps it for metadata', async () => {
      const time = when('2010-01-01T00:00:00Z');
      await edit(
        async (root) => {
          await root.link('\\links\\three.txt', '\\links\\one.txt');
          await root.write('\\links\\one.txt', bytes('changed'));
          await root.setMetadata('\\links\\two.txt', { lastWriteTime: time });
        },
        async (root) => {
          expect(text(await root.read('\\links\\one.txt'))).toBe('changed');
          expect(text(await root.read('\\links\\two.txt'))).toBe('linked');
          expect((await root.stat('\\links\\one.txt'))!.linkCount).toBe(1);
          expect((await root.stat('\\links\\two.txt'))!.linkCount).toBe(2);
          expect((await root.stat('\\links\\three.txt'))!.lastWriteTime).toEqual(time);
          expect((await root.stat('\\links\\one.txt'))!.lastWriteTime).not.toEqual(time);
        },
      );
    });

    it('renames files and directories with all below', async () => {
      await edit(
        async (root) => {
          await root.rename('\\Windows\\INF', '\\Drivers');
          await root.rename('\\drivers\\disk.inf', '\\Windows\\moved.inf');
          await root.rename('\\links\\one.txt', '\\links\\ONE.txt');
          await root.write('\\Drivers\\oem0.inf', bytes('new content'));
        },
        async (root) => {
          expect(await root.stat('\\Windows\\INF')).toBeUndefined();
          expect(await namesOf(root, '\\Drivers')).toEqual(['Oem0.inf']);
          expect(text(await root.read('\\Drivers\\Oem0.inf'))).toBe('new content');
          expect(text(await root.read('\\Windows\\moved.inf'))).toBe('disk');
          expect(await namesOf(root, '\\links')).toEqual(['ONE.txt', 'two.txt']);
          expect((await root.stat('\\links\\one.txt'))!.linkCount).toBe(2);
        },
      );
      await refuse((root) => root.rename('\\none', '\\x'), 'PathNotFound');
      await refuse((root) => root.rename('\\readonly.txt', '\\Windows\\empty.bin'), 'AlreadyExists');
      await refuse((root) => root.rename('\\readonly.txt', '\\none\\x'), 'PathNotFound');
      await refuse((root) => root.rename('\\readonly.txt', '\\bad|name'), 'UnsafePath');
      await using root = await (await makeImage()).open();
      await expect(root.rename('\\Windows', '\\Windows\\INF\\x')).rejects.toMatchObject({ name: 'DismError' });
      await expect(root.rename('\\', '\\x')).rejects.toMatchObject({ name: 'DismError' });
    });

    it('removes entries; what is not empty only when told so', async () => {
      await edit(
        async (root) => {
          await expect(root.remove('\\Windows')).rejects.toMatchObject({ Symbol: 'DirectoryNotEmpty' });
          await root.remove('\\windows', { recursive: true });
          await root.remove('\\links\\two.txt');
          await root.remove('\\to-outside');
          await root.remove('\\readonly.txt');
          await root.createDirectory('\\gone');
          await root.remove('\\gone');
        },
        async (root) => {
          expect(await namesOf(root, '\\')).toEqual(['case', 'links', 'to-windows', 'Ünicode']);
          expect(await root.stat('\\Windows\\large.bin')).toBeUndefined();
          expect((await root.stat('\\links\\one.txt'))!.linkCount).toBe(1);
        },
      );
      await refuse((root) => root.remove('\\none'), 'PathNotFound');
      await using root = await (await makeImage()).open();
      await expect(root.remove('\\', { recursive: true })).rejects.toMatchObject({ name: 'DismError' });
    });

    it('lets an entry take the place of another kind', async () => {
      await edit(
        async (root) => {
          await root.remove('\\Windows', { recursive: true });
          await root.write('\\Windows', bytes('now a file'));
          await root.remove('\\readonly.txt');
          await root.createDirectory('\\readonly.txt');
          await root.write('\\readonly.txt\\inside', bytes('inside'));
          await root.remove('\\to-windows');
          await root.rename('\\Ünicode', '\\to-windows');
        },
        async (root) => {
          expect(text(await root.read('\\Windows'))).toBe('now a file');
          expect(text(await root.read('\\readonly.txt\\inside'))).toBe('inside');
          expect(await namesOf(root, '\\to-windows')).toEqual(['Straße 日本.txt']);
        },
      );
    });
  });
}
