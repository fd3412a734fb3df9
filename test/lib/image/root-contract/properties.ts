// The contract of ImageRoot: times, attributes, short names, security descriptors, named streams.
import { describe, expect, it } from 'vitest';
import { FileAttribute } from '../../../../lib/image/image-root.ts';
import { bytes, type ContractImages, large, text, when } from './contract-images.ts';

export function describeProperties(images: ContractImages): void {
  const { makeImage, edit } = images;

  describe(`${images.name}: properties`, () => {
    it('sets times and attributes', async () => {
      const time = when('2001-02-03T04:05:06.1234567Z');
      await edit(
        async (root) => {
          await root.setMetadata('\\Windows\\INF\\disk.inf', {
            lastWriteTime: time,
            lastAccessTime: time,
            creationTime: time,
            attributes: FileAttribute.ReadOnly | FileAttribute.Hidden | FileAttribute.System,
          });
          await root.setMetadata('\\case', { lastWriteTime: time });
          await root.setMetadata('\\readonly.txt', { attributes: FileAttribute.Archive });
        },
        async (root) => {
          const file = (await root.stat('\\Windows\\INF\\disk.inf'))!;
          expect(file.lastWriteTime).toEqual(time);
          expect(file.attributes & FileAttribute.ReadOnly).toBe(FileAttribute.ReadOnly);
          expect(file.creationTime).toEqual(time);
          expect(file.attributes & 0x7).toBe(0x7);
          expect(text(await root.read('\\Windows\\INF\\disk.inf'))).toBe('disk');
          expect((await root.stat('\\case'))!.lastWriteTime).toEqual(time);
          expect((await root.stat('\\readonly.txt'))!.attributes & FileAttribute.ReadOnly).toBe(0);
        },
      );
    });

    it('sets short names', async () => {
      await edit(
        async (root) => {
          await root.setMetadata('\\Ünicode\\Straße 日本.txt', { shortName: 'STRAE~1.TXT' });
          await root.write('\\longer name.txt', bytes('x'), { shortName: 'LONGER~1.TXT' });
        },
        async (root) => {
          expect((await root.stat('\\Ünicode\\Straße 日本.txt'))!.shortName).toBe('STRAE~1.TXT');
          expect((await root.stat('\\longer name.txt'))!.shortName).toBe('LONGER~1.TXT');
        },
      );
    });

    it('sets security descriptors; new entries inherit', async () => {
      // O:BAG:BAD:(A;OICI;FA;;;WD)
      const descriptor = Buffer.from(
        '01000480300000004000000000000000140000000200' +
          '1c000100000000031400ff011f0001010000000000010000000001020000000000052000000020020000' +
          '01020000000000052000000020020000',
        'hex',
      );
      await edit(
        async (root) => {
          await root.setMetadata('\\Windows\\INF', { securityDescriptor: descriptor });
          await root.write('\\Windows\\explicit.txt', bytes('x'), { securityDescriptor: descriptor });
          await root.write('\\Windows\\INF\\inherits.inf', bytes('x'));
        },
        async (root) => {
          expect(descriptor.equals((await root.stat('\\Windows\\INF'))!.securityDescriptor!)).toBe(true);
          expect(descriptor.equals((await root.stat('\\Windows\\explicit.txt'))!.securityDescriptor!)).toBe(true);
          expect((await root.stat('\\Windows\\INF\\inherits.inf'))!.securityDescriptor?.length).toBeGreaterThan(20);
        },
      );
    });

    it('sets named streams, all at once', async () => {
      const image = await makeImage();
      await edit(
        async (root) => {
          await root.setMetadata('\\Windows\\INF\\disk.inf', {
            streams: [
              { name: 'Zone.Identifier', content: bytes('[ZoneTransfer]') },
              { name: 'large', content: { bytes: large } },
            ],
          });
          await root.write('\\streamed', bytes('x'), { streams: [{ name: 's', content: bytes('sss') }] });
        },
        async (root) => {
          const { streams } = (await root.stat('\\Windows\\INF\\disk.inf'))!;
          expect([...streams].sort((a, b) => a.size - b.size)).toMatchObject([
            { name: 'Zone.Identifier', size: 14 },
            { name: 'large', size: large.length },
          ]);
          expect((await root.stat('\\streamed'))!.streams).toMatchObject([{ name: 's', size: 3 }]);
          expect(text(await root.readStream!('\\streamed', 's'))).toBe('sss');
          await expect(root.readStream!('\\streamed', 'other')).rejects.toMatchObject({ Symbol: 'PathNotFound' });
          expect(text(await root.read('\\Windows\\INF\\disk.inf'))).toBe('disk');
        },
        image,
      );
      await edit(
        (root) => root.setMetadata('\\Windows\\INF\\disk.inf', { streams: [] }),
        async (root) => expect((await root.stat('\\Windows\\INF\\disk.inf'))!.streams).toEqual([]),
        image,
      );
    });
  });
}
