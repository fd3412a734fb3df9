// The contract of ImageRoot, for every kind of holder: call `describeImageRoot` with a way to make images of a tree.
import { chmodSync, linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileTime } from '../../../lib/base/file-time.ts';
import { FileAttribute, type FileChange, type FileStat, type ImageRoot } from '../../../lib/image/image-root.ts';
import { randomFrom, scratchFolder } from '../../support/trees.ts';
import { applyChanges, idleChanges, type RootSnapshot, snapshotRoot } from './image-root-snapshot.ts';

/** One image of a holder. */
export interface ContractImage {
  /** A root of its own, as another process would get it. Its `asyncDispose` lets go of everything. */
  open(): Promise<ImageRoot>;
  /** All that lies on the disk for the image, byte for byte. */
  trace(): Promise<unknown>;
}

/** A kind of holder. */
export interface ContractKind {
  readonly name: string;
  /** What beside contents, times of writing and READONLY the holder keeps. */
  readonly keeps: readonly ('attributes' | 'creationTime' | 'shortName' | 'security' | 'streams' | 'reparse')[];
  /** An image of the directory `source`, in the new folder `folder`. */
  make(source: string, folder: string): Promise<ContractImage>;
}

/** How many random sequences of edits are tried; set OPENDISM_SEEDS for more. */
const seeds = Number(process.env.OPENDISM_SEEDS ?? 6);
const large = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const bytes = (content: string): { bytes: Uint8Array } => ({ bytes: Buffer.from(content) });
const when = (iso: string): FileTime => FileTime.parse(iso)!;

/** The tree that the images of the suite hold. */
function plantTree(root: string): void {
  const files: Record<string, string | Buffer> = {
    'Windows/INF/disk.inf': 'disk',
    'Windows/INF/Oem0.inf': 'oem',
    'Windows/System32/drivers/etc/hosts': '127.0.0.1 localhost',
    'Windows/empty.bin': '',
    'Windows/large.bin': large,
    'case/Name.txt': 'mixed',
    'case/NAME.TXT': 'upper',
    'links/one.txt': 'linked',
    'readonly.txt': 'locked',
    'Ünicode/Straße 日本.txt': 'names',
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
    utimesSync(join(root, path), 1_600_000_000, 1_500_000_000.25);
  }
  linkSync(join(root, 'links/one.txt'), join(root, 'links/two.txt'));
  symlinkSync('Windows', join(root, 'to-windows'));
  symlinkSync('/etc', join(root, 'to-outside'));
  chmodSync(join(root, 'readonly.txt'), 0o444);
  for (const folder of ['Windows/INF', 'Windows', 'case', 'links', '.']) {
    utimesSync(join(root, folder), 1_600_000_000, 1_400_000_000);
  }
}

async function namesOf(root: ImageRoot, path: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of root.list(path)) names.push(name);
  return names;
}

async function changesOf(root: ImageRoot): Promise<string[]> {
  const found: string[] = [];
  for await (const { kind, path, before } of root.changes()) {
    found.push(kind === 'rename' ? `rename ${before!.path} ${path}` : `${kind} ${path}`);
  }
  return found;
}

export function describeImageRoot(kind: ContractKind): void {
  const scratch = scratchFolder(`contract-${kind.name}`);
  const keeps = (one: ContractKind['keeps'][number]): boolean => kind.keeps.includes(one);

  async function makeImage(plant: (root: string) => void = plantTree): Promise<ContractImage> {
    const folder = await mkdtemp(join(scratch, 'image-'));
    mkdirSync(join(folder, 'source'));
    plant(join(folder, 'source'));
    mkdirSync(join(folder, 'holder'));
    return kind.make(join(folder, 'source'), join(folder, 'holder'));
  }

  /** Edits an image, commits, and shows it to `check` before the commit and, opened anew, after it. */
  async function edit(
    change: (root: ImageRoot) => Promise<void>,
    check: (root: ImageRoot) => Promise<void>,
    image?: ContractImage,
  ): Promise<void> {
    const target = image ?? (await makeImage());
    {
      await using root = await target.open();
      await change(root);
      await check(root);
      await root.commit();
      await check(root);
      expect(await changesOf(root)).toEqual([]);
    }
    await using root = await target.open();
    await check(root);
  }

  async function refuse(change: (root: ImageRoot) => Promise<unknown>, code: string): Promise<void> {
    await using root = await (await makeImage()).open();
    await expect(change(root)).rejects.toMatchObject({ name: 'DismError', Symbol: code });
    expect(await changesOf(root)).toEqual([]);
  }

  describe(`${kind.name}: reading`, () => {
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

  describe(`${kind.name}: editing`, () => {
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
          if (keeps('creationTime')) expect(after.creationTime).toEqual(before.creationTime);
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
          if (keeps('creationTime')) expect(file.creationTime).toEqual(time);
          if (keeps('attributes')) expect(file.attributes & 0x7).toBe(0x7);
          expect(text(await root.read('\\Windows\\INF\\disk.inf'))).toBe('disk');
          expect((await root.stat('\\case'))!.lastWriteTime).toEqual(time);
          expect((await root.stat('\\readonly.txt'))!.attributes & FileAttribute.ReadOnly).toBe(0);
        },
      );
    });

    it.runIf(keeps('shortName'))('sets short names', async () => {
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

    it.runIf(keeps('security'))('sets security descriptors; new entries inherit', async () => {
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

    it.runIf(keeps('streams'))('sets named streams, all at once', async () => {
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

  describe(`${kind.name}: changes and commit`, () => {
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

    it.each(Array.from({ length: seeds }, (_, seed) => seed))(
      'states exactly what a commit changes, at random (seed %i)',
      async (seed) => {
        const image = await makeImage();
        let before: RootSnapshot;
        let staged: RootSnapshot;
        {
          await using root = await image.open();
          before = await snapshotRoot(root);
          await editAtRandom(root, randomFrom(seed), before, keeps('streams'));
          staged = await snapshotRoot(root);
          const changes: FileChange[] = [];
          for await (const change of root.changes({ hashes: true })) changes.push(change);
          expect(applyChanges(before, changes)).toEqual(staged);
          expect(idleChanges(before, staged, changes)).toEqual([]);
          await root.commit();
          expect(await snapshotRoot(root)).toEqual(staged);
        }
        await using root = await image.open();
        expect(await snapshotRoot(root)).toEqual(staged);
      },
    );
  });
}

/** Forty edits, some of which the root refuses. */
async function editAtRandom(
  root: ImageRoot,
  random: () => number,
  before: RootSnapshot,
  withStreams: boolean,
): Promise<void> {
  const known = new Set(Object.keys(before));
  const pick = (): string => [...known][Math.floor(random() * known.size)]!;
  const fresh = (): string => {
    const parent = pick();
    return `${parent === '\\' ? '' : parent}\\${['new', 'Neu', 'disk.inf', 'x'][Math.floor(random() * 4)]}${Math.floor(random() * 5)}`;
  };
  for (let i = 0; i < 40; i++) {
    const path = random() < 0.6 ? pick() : fresh();
    const other = fresh();
    const lastWriteTime = new FileTime(130_000_000_000_000_000n + BigInt(Math.floor(random() * 1e9)));
    const step = Math.floor(random() * 8);
    try {
      if (step === 0) await root.write(path, bytes(`content ${i}`), { lastWriteTime });
      else if (step === 1) await root.write(other, { bytes: large.subarray(0, Math.floor(random() * 90_000)) });
      else if (step === 2) await root.createDirectory(other, { metadata: { lastWriteTime } });
      else if (step === 3) await root.setMetadata(path, { lastWriteTime });
      else if (step === 4) await root.link(other, path);
      else if (step === 5) await root.rename(path, other);
      else if (step === 6 && random() < 0.5) await root.remove(path, { recursive: random() < 0.3 });
      else if (step === 7 && withStreams) {
        await root.setMetadata(path, { streams: [{ name: `s${i}`, content: bytes(`stream ${i}`) }] });
      } else continue;
      known.add(path);
      known.add(other);
    } catch (error) {
      expect(error).toMatchObject({ name: 'DismError' });
    }
  }
}
