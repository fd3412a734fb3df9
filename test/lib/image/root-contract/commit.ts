// The contract of ImageRoot: the list of changes, and when they are there for others.
import { describe, expect, it } from 'vitest';
import { bytes, type ContractImages, changesOf, text, when } from './contract-images.ts';

export function describeCommit(images: ContractImages): void {
  const { makeImage } = images;

  describe(`${images.name}: changes and commit`, () => {
    it('lists net changes in the order of paths', async () => {
      await using root = await (await makeImage()).open();
      await root.write('\\Windows\\b', bytes('1'));
      await root.write('\\Windows\\b', bytes('2'));
      await root.write('\\Windows\\INF\\disk.inf', bytes('2'));
      await root.createDirectory('\\a\\b', { parents: true });
      await root.remove('\\Windows\\System32', { recursive: true });
      await root.rename('\\readonly.txt', '\\writable.txt');
      await root.setMetadata('\\case', { lastWriteTime: when('2010-01-01T00:00:00Z') });
      expect(await changesOf(root)).toEqual([
        'create \\a',
        'create \\a\\b',
        'metadata \\case',
        'create \\Windows\\b',
        'replace \\Windows\\INF\\disk.inf',
        'remove \\Windows\\System32',
        'remove \\Windows\\System32\\drivers',
        'remove \\Windows\\System32\\drivers\\etc',
        'remove \\Windows\\System32\\drivers\\etc\\hosts',
        'rename \\readonly.txt \\writable.txt',
      ]);
    });

    it('lists nothing for what was undone', async () => {
      await using root = await (await makeImage()).open();
      const before = (await root.stat('\\Windows\\large.bin'))!;
      await root.write('\\temporary', bytes('x'));
      await root.remove('\\temporary');
      await root.rename('\\Windows', '\\Elsewhere');
      await root.rename('\\Elsewhere', '\\Windows');
      await root.setMetadata('\\Windows\\large.bin', { lastWriteTime: when('2010-01-01T00:00:00Z') });
      await root.setMetadata('\\Windows\\large.bin', { lastWriteTime: before.lastWriteTime });
      await root.createDirectory('\\Windows\\INF', { parents: true });
      expect(await changesOf(root)).toEqual([]);
    });

    it('knows the SHA-256 of contents before and after', async () => {
      await using root = await (await makeImage()).open();
      await root.write('\\Windows\\INF\\disk.inf', bytes('abc'));
      await root.remove('\\Windows\\empty.bin');
      const found: unknown[] = [];
      for await (const { sha256Before, sha256After } of root.changes({ hashes: true })) {
        found.push([sha256Before, sha256After]);
      }
      expect(found).toEqual([
        ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', undefined],
        [
          '1044dec7206e8d7c9fbb4ae8f766668406d2567fc7fc1a160a9d4700fcf8f8e9',
          'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
        ],
      ]);
    });

    it('shows edits to nobody else before the commit, and leaves no trace without one', async () => {
      const image = await makeImage();
      const before = await image.trace();
      {
        await using root = await image.open();
        await root.write('\\Windows\\INF\\new.inf', bytes('x'));
        await root.remove('\\Windows\\System32', { recursive: true });
        await root.rename('\\case', '\\other');
        await using other = await image.open();
        expect(await other.stat('\\Windows\\INF\\new.inf')).toBeUndefined();
        expect(await other.stat('\\Windows\\System32')).toBeDefined();
      }
      expect(await image.trace()).toEqual(before);
    });

    it('writes nothing when nothing was edited', async () => {
      const image = await makeImage();
      const before = await image.trace();
      {
        await using root = await image.open();
        await root.commit();
        await root.write('\\temporary', bytes('x'));
        await root.remove('\\temporary');
        await root.commit();
      }
      expect(await image.trace()).toEqual(before);
    });

    it('can go on after a commit', async () => {
      const image = await makeImage();
      {
        await using root = await image.open();
        await root.write('\\one', bytes('1'));
        await root.commit();
        await root.write('\\two', bytes('2'));
        await root.rename('\\one', '\\Windows\\one');
        await root.commit();
        await root.write('\\three', bytes('3'));
      }
      await using root = await image.open();
      expect(text(await root.read('\\two'))).toBe('2');
      expect(text(await root.read('\\Windows\\one'))).toBe('1');
      expect(await root.stat('\\one')).toBeUndefined();
      expect(await root.stat('\\three')).toBeUndefined();
    });

    it('refuses a second writer', async () => {
      const image = await makeImage();
      await using first = await image.open();
      await first.write('\\one', bytes('1'));
      await expect(
        (async () => {
          await using second = await image.open();
          await second.write('\\two', bytes('2'));
          await second.commit();
        })(),
      ).rejects.toMatchObject({ name: 'DismError' });
      await first.commit();
      expect(text(await first.read('\\one'))).toBe('1');
    });
  });
}
