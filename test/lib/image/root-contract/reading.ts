// The contract of ImageRoot: finding and reading.
import { describe, expect, it } from 'vitest';
import { FileAttribute } from '../../../../lib/image/image-root.ts';
import { bytes, type ContractImages, large, namesOf, text } from './contract-images.ts';

export function describeReading(images: ContractImages): void {
  const { makeImage } = images;

  describe(`${images.name}: reading`, () => {
    it('finds entries exactly, by the other case, and in the spelling of the image', async () => {
      await using root = await (await makeImage()).open();
      for (const path of ['\\Windows\\INF\\disk.inf', 'windows/inf/DISK.INF', '\\WINDOWS\\Inf\\Disk.inf\\']) {
        expect(await root.stat(path)).toMatchObject({ path: '\\Windows\\INF\\disk.inf', name: 'disk.inf', size: 4 });
      }
      expect(text(await root.read('WINDOWS\\inf\\oem0.INF'))).toBe('oem');
      expect((await root.stat('\\ünicode\\straße 日本.TXT'))?.path).toBe('\\Ünicode\\Straße 日本.txt');
      expect(await root.stat('\\Windows\\none')).toBeUndefined();
      expect(await root.stat('\\none\\none')).toBeUndefined();
      expect(await root.stat('\\readonly.txt\\below')).toBeUndefined();
    });

    it('wants the exact name where several differ only in case', async () => {
      await using root = await (await makeImage()).open();
      expect(text(await root.read('\\CASE\\Name.txt'))).toBe('mixed');
      expect(text(await root.read('\\CASE\\NAME.TXT'))).toBe('upper');
      await expect(root.stat('\\case\\name.txt')).rejects.toMatchObject({ Symbol: 'AmbiguousName' });
      await expect(root.read('\\case\\name.txt')).rejects.toMatchObject({ Symbol: 'AmbiguousName' });
    });

    it('refuses paths that could leave the image', async () => {
      await using root = await (await makeImage()).open();
      for (const path of [
        '..\\x',
        '\\Windows\\..\\..\\x',
        'C:\\Windows',
        '\\file:stream',
        '\\\\server\\share',
        'a\0b',
      ]) {
        await expect(root.stat(path), path).rejects.toMatchObject({ Symbol: 'UnsafePath' });
        await expect(root.read(path), path).rejects.toMatchObject({ Symbol: 'UnsafePath' });
        await expect(root.write(path, bytes('x')), path).rejects.toMatchObject({ Symbol: 'UnsafePath' });
        await expect(root.remove(path), path).rejects.toMatchObject({ Symbol: 'UnsafePath' });
        await expect(namesOf(root, path), path).rejects.toMatchObject({ Symbol: 'UnsafePath' });
      }
    });

    it('shows links as entries and does not follow them', async () => {
      await using root = await (await makeImage()).open();
      const link = (await root.stat('\\to-windows'))!;
      expect(link.reparseTag).toBe(0xa000000c);
      expect(link.attributes & FileAttribute.ReparsePoint).toBe(FileAttribute.ReparsePoint);
      expect(await root.stat('\\to-windows\\INF')).toBeUndefined();
      expect(await root.stat('\\to-outside\\passwd')).toBeUndefined();
      await expect(root.write('\\to-outside\\x', bytes('x'))).rejects.toMatchObject({ Symbol: 'PathNotFound' });
      await expect(root.write('\\to-windows\\x', bytes('x'))).rejects.toMatchObject({ Symbol: 'PathNotFound' });
      await expect(namesOf(root, '\\to-windows')).rejects.toMatchObject({ Symbol: 'PathNotFound' });
    });

    it('lists a directory in the order of NTFS', async () => {
      await using root = await (await makeImage()).open();
      expect(await namesOf(root, '/')).toEqual([
        'case',
        'links',
        'readonly.txt',
        'to-outside',
        'to-windows',
        'Windows',
        'Ünicode',
      ]);
      expect(await namesOf(root, '\\windows')).toEqual(['empty.bin', 'INF', 'large.bin', 'System32']);
      expect(await namesOf(root, '\\case')).toEqual(['NAME.TXT', 'Name.txt']);
      await expect(namesOf(root, '\\Windows\\empty.bin')).rejects.toMatchObject({ Symbol: 'PathNotFound' });
      await expect(namesOf(root, '\\none')).rejects.toMatchObject({ Symbol: 'PathNotFound' });
    });

    it('tells what it knows of an entry', async () => {
      await using root = await (await makeImage()).open();
      expect(await root.stat('\\')).toMatchObject({ path: '\\', name: '', isDirectory: true, size: 0 });
      const file = (await root.stat('\\Windows\\large.bin'))!;
      expect(file).toMatchObject({ isDirectory: false, size: large.length, reparseTag: 0, linkCount: 1, streams: [] });
      expect(file.lastWriteTime.toJSON()).toBe('2017-07-14T02:40:00.2500000Z');
      expect(file.attributes & FileAttribute.Directory).toBe(0);
      expect((await root.stat('\\Windows'))!.attributes & FileAttribute.Directory).toBe(FileAttribute.Directory);
      expect((await root.stat('\\readonly.txt'))!.attributes & FileAttribute.ReadOnly).toBe(FileAttribute.ReadOnly);
      expect((await root.stat('\\links\\one.txt'))!.linkCount).toBe(2);
    });

    it('reads files and parts of them', async () => {
      await using root = await (await makeImage()).open();
      expect(large.equals(await root.read('\\Windows\\large.bin'))).toBe(true);
      expect((await root.read('\\Windows\\empty.bin')).length).toBe(0);
      for (const [offset, length] of [
        [0, 1],
        [99_999, 70_000],
        [299_990, 100],
        [300_000, 10],
        [400_000, 10],
      ] as const) {
        const part = await root.read('\\Windows\\large.bin', { offset, length });
        expect(large.subarray(offset, offset + length).equals(part), `${offset}+${length}`).toBe(true);
      }
      await expect(root.read('\\none')).rejects.toMatchObject({ Symbol: 'PathNotFound' });
      await expect(root.read('\\Windows')).rejects.toMatchObject({ Symbol: 'PathNotFound' });
    });
  });
}
