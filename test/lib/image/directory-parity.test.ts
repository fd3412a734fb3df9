// A directory with a side-car is serviced like the image it was applied from: the same edits on both, then a capture of the
// directory, which wimlib lists exactly as it lists the edited image.
import { chmodSync, linkSync, mkdirSync, mkdtempSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { FileTime } from '../../../lib/base/file-time.ts';
import { applyImage } from '../../../lib/image/apply.ts';
import { captureToNewFile } from '../../../lib/image/capture.ts';
import { DirectoryRoot } from '../../../lib/image/directory-root.ts';
import { FileAttribute, type ImageRoot } from '../../../lib/image/image-root.ts';
import { openWimContainer } from '../../../lib/image/wim-container.ts';
import { acceptedByJudges, describeWithJudges, judge } from '../../support/judges.ts';
import { type Random, randomFrom } from '../../support/random.ts';
import { scratchFolder } from '../../support/trees.ts';
import { snapshotRoot } from './image-root-snapshot.ts';

const scratch = scratchFolder('parity');
const now = FileTime.parse('2024-05-06T07:08:09.1234567Z')!;
const time = FileTime.parse('2003-02-01T04:05:06.7654321Z')!;
const bytes = (text: string): { bytes: Uint8Array } => ({ bytes: Buffer.from(text) });
/** O:BAG:BAD:(A;OICI;FA;;;WD), and the same for Authenticated Users */
const descriptors = ['010100000000000100000000', '01010000000000050b000000'].map((sid) =>
  Buffer.from(
    `01000480300000004000000000000000140000000200${'1c0001000000000314'}00ff011f00${sid}` +
      '01020000000000052000000020020000' +
      '01020000000000052000000020020000',
    'hex',
  ),
);
/** Reparse data: a relative symbolic link to `target`, a mount point, and data of a tag that POSIX does not know. */
const relativeLink = (target: string): Buffer => {
  const name = Buffer.from(target, 'utf16le');
  const header = Buffer.alloc(12);
  header.writeUInt16LE(name.length, 2);
  header.writeUInt16LE(name.length, 4);
  header.writeUInt16LE(name.length, 6);
  header.writeUInt32LE(1, 8);
  return Buffer.concat([header, name, name]);
};
const mountPoint = (target: string): Buffer => {
  const name = Buffer.from(`\\??\\${target}\0`, 'utf16le');
  const print = Buffer.from(`${target}\0`, 'utf16le');
  const header = Buffer.alloc(8);
  header.writeUInt16LE(name.length - 2, 2);
  header.writeUInt16LE(name.length, 4);
  header.writeUInt16LE(print.length - 2, 6);
  return Buffer.concat([header, name, print]);
};
const SYMLINK = 0xa000000c;
const MOUNT_POINT = 0xa0000003;
const FOREIGN = 0x80000017;

let imagePath = '';
beforeAll(async () => {
  const source = join(scratch, 'source');
  for (const folder of ['Windows/INF', 'Windows/System32', 'links', 'Ünicode']) {
    mkdirSync(join(source, folder), { recursive: true });
  }
  const files = [
    'Windows/INF/disk.inf',
    'Windows/INF/oem0.inf',
    'Windows/big.bin',
    'links/one',
    'Ünicode/日本.txt',
    'ro',
  ];
  for (const file of files) {
    writeFileSync(join(source, file), `content of ${file}`.repeat(file.length));
    utimesSync(join(source, file), 1_500_000_000, 1_400_000_000.5);
  }
  linkSync(join(source, 'links/one'), join(source, 'links/two'));
  linkSync(join(source, 'links/one'), join(source, 'Windows/three'));
  symlinkSync('Windows/INF', join(source, 'to-inf'));
  symlinkSync('/etc/passwd', join(source, 'to-outside'));
  chmodSync(join(source, 'ro'), 0o444);
  imagePath = join(scratch, 'image.wim');
  await captureToNewFile({ imagePath, capturePath: source, name: 'one' });
  await using container = await openWimContainer(imagePath, [1], { now: time });
  const root = container.roots[0]!;
  await root.setMetadata('\\Windows', { securityDescriptor: descriptors[0], attributes: 0x16, creationTime: time });
  await root.setMetadata('\\Windows\\INF\\oem0.inf', {
    securityDescriptor: descriptors[1],
    shortName: 'OEM0.INF',
    attributes: 0x26,
    streams: [{ name: 'Zone.Identifier', content: bytes('[ZoneTransfer]') }],
  });
  await root.write('\\foreign', bytes('behind a reparse point'), {
    reparse: { tag: FOREIGN, data: Buffer.from('0102030405060708', 'hex') },
  });
  await root.createDirectory('\\junction', {
    metadata: { reparse: { tag: MOUNT_POINT, data: mountPoint('C:\\Windows') } },
  });
  await root.write(`\\${'長'.repeat(100)}.txt`, bytes('stand-in'), { shortName: 'LONG~1.TXT' });
  await root.commit();
});

/** A tree that the image was applied to, and a copy of the image. */
async function makeBoth(): Promise<{ tree: string; image: string; folder: string }> {
  const folder = mkdtempSync(join(scratch, 'both-'));
  const [tree, image] = [join(folder, 'tree'), join(folder, 'edited.wim')];
  mkdirSync(tree);
  await applyImage({ imagePath, applyPath: tree, selector: { index: 1 } });
  await judge('cp', imagePath, image);
  return { tree, image, folder };
}

/** What wimlib tells of every entry, without what differs between files that hold the same: a blob that lost its last user
 * keeps a count of one, to which later users are added. */
async function listing(path: string): Promise<string[]> {
  const { stdout } = await judge('wimlib-imagex', 'dir', path, '1', '--detailed');
  const groups = new Map<string, string>();
  return stdout
    .replace(/(Link Group ID +=) \S+(\nLink Count += 1\n)/g, '$1 none$2')
    .replace(/(Link Group ID +=) (0x\S+)/g, (_, label: string, id: string) => {
      if (!groups.has(id)) groups.set(id, String(groups.size));
      return `${label} ${groups.get(id)}`;
    })
    .split('\n')
    .filter(
      (line) => !/^(Raw |Security ID|Compressed|Reference Count|Solid|Location|Flags|-----|Offset)/.test(line.trim()),
    );
}

async function expectSame({ tree, image, folder }: Awaited<ReturnType<typeof makeBoth>>): Promise<void> {
  const captured = join(folder, 'captured.wim');
  await captureToNewFile({ imagePath: captured, capturePath: tree, name: 'again', force: true });
  await acceptedByJudges(captured);
  await using edited = await openWimContainer(image, [1], { readOnly: true });
  await using again = await openWimContainer(captured, [1], { readOnly: true });
  await using directory = await DirectoryRoot.open(tree);
  const wanted = await snapshotRoot(edited.roots[0]!);
  expect(await snapshotRoot(directory)).toEqual(wanted);
  expect(await snapshotRoot(again.roots[0]!)).toEqual(wanted);
  expect(await listing(captured)).toEqual(await listing(image));
}

async function editBoth(edit: (root: ImageRoot) => Promise<void>, both?: Awaited<ReturnType<typeof makeBoth>>) {
  const target = both ?? (await makeBoth());
  {
    await using root = await DirectoryRoot.open(target.tree, { now, onWarning: (text) => expect(text).toBe('') });
    await edit(root);
    await root.commit();
  }
  {
    await using container = await openWimContainer(target.image, [1], { now });
    await edit(container.roots[0]!);
    await container.commit();
  }
  await expectSame(target);
  return target;
}

describeWithJudges(['wimlib-imagex', '7z'], 'a directory and the image it was applied from', () => {
  it('are the same before any edit', async () => {
    await expectSame(await makeBoth());
  });

  it('stay the same: files written, replaced, linked, renamed and removed', async () => {
    await editBoth(async (root) => {
      await root.write('\\Windows\\INF\\new.inf', bytes('inherits'), { lastWriteTime: time });
      await root.write('\\Windows\\INF\\oem0.inf', bytes('replaced, with its streams'));
      await root.write('\\links\\one', bytes('no longer linked'));
      await root.link('\\links\\four', '\\links\\two');
      await root.link('\\Windows\\INF\\linked.inf', '\\Windows\\INF\\oem0.inf');
      await root.rename('\\Windows\\big.bin', '\\links\\bigger.bin');
      await root.rename('\\Windows\\System32', '\\Windows\\SysWOW64');
      await root.remove('\\ro');
      await root.createDirectory('\\Windows\\a\\b', { parents: true });
      await root.write('\\Windows\\a\\b\\c', bytes('deep'), { attributes: 0x7, creationTime: time });
      await root.write('\\foreign', bytes('changed behind the reparse point'));
    });
  });

  it('stay the same: every property', async () => {
    await editBoth(async (root) => {
      await root.setMetadata('\\', { securityDescriptor: descriptors[1], attributes: 0x16, creationTime: time });
      await root.setMetadata('\\Windows\\INF\\disk.inf', {
        attributes: FileAttribute.Hidden | FileAttribute.System | FileAttribute.ReadOnly | 0x2000,
        creationTime: time,
        lastWriteTime: time,
        lastAccessTime: now,
        securityDescriptor: descriptors[1],
        shortName: 'DI~1.INF',
        streams: [
          { name: 'one', content: bytes('first') },
          { name: 'empty', content: bytes('') },
          { name: 'two', content: { root, path: '\\Windows\\big.bin' } },
        ],
      });
      await root.setMetadata('\\Windows\\INF\\oem0.inf', { shortName: '', streams: [] });
      await root.setMetadata('\\links\\two', {
        securityDescriptor: descriptors[0],
        lastWriteTime: now,
        shortName: 'TWO',
      });
      await root.setMetadata('\\links', { lastWriteTime: time, attributes: 0x2 });
      await root.setMetadata('\\to-outside', { lastWriteTime: time, creationTime: time });
      await root.setMetadata('\\ro', { attributes: FileAttribute.Archive });
    });
  });

  it('stay the same: reparse points and names that the file system cannot hold', async () => {
    const reparse = { tag: SYMLINK, data: relativeLink('..\\links\\one') };
    const both = await editBoth(async (root) => {
      await root.write('\\Windows\\link', bytes(''), { reparse });
      await root.createDirectory('\\Windows\\folder-link', { metadata: { reparse } });
      await root.createDirectory('\\mounted', {
        metadata: { reparse: { tag: MOUNT_POINT, data: mountPoint('C:\\links') }, securityDescriptor: descriptors[0] },
      });
      await root.setMetadata('\\Windows\\System32', { reparse: { tag: MOUNT_POINT, data: mountPoint('C:\\links') } });
      await root.setMetadata('\\Windows\\INF\\disk.inf', { reparse: { tag: FOREIGN, data: Buffer.from('dedup') } });
      await root.setMetadata('\\links\\two', { reparse });
      await root.rename(`\\${'長'.repeat(100)}.txt`, `\\Windows\\${'長'.repeat(101)}`);
      await root.write(`\\Windows\\${'名'.repeat(200)}`, bytes('another'));
      await root.createDirectory(`\\${'夾'.repeat(90)}`);
      await root.write(`\\${'夾'.repeat(90)}\\in`, bytes('inside'));
    });
    await editBoth(async (root) => {
      await root.rename('\\Windows\\link', '\\links\\moved');
      await root.remove('\\mounted');
      await root.write('\\Windows\\INF\\disk.inf', bytes('behind'));
      await root.setMetadata('\\Windows\\System32', { attributes: 0x6 });
      await root.remove(`\\${'夾'.repeat(90)}`, { recursive: true });
      await root.rename(`\\Windows\\${'長'.repeat(101)}`, '\\short');
    }, both);
  });

  it.each(Array.from({ length: Number(process.env.OPENDISM_SEEDS ?? 4) }, (_, seed) => seed))(
    'stay the same over three sessions of edits at random (seed %i)',
    async (seed) => {
      let both: Awaited<ReturnType<typeof makeBoth>> | undefined;
      for (let session = 0; session < 3; session++) {
        const outcomes: string[][] = [];
        both = await editBoth(async (root) => {
          outcomes.push(await editAtRandom(root, randomFrom(seed * 10 + session)));
          expect(outcomes.at(-1)).toEqual(outcomes[0]);
        }, both);
      }
    },
  );
});

/** Forty edits, some of which are refused: by both kinds or by none. */
async function editAtRandom(root: ImageRoot, random: Random): Promise<string[]> {
  const known = Object.keys(await snapshotRoot(root)).filter((path) => path !== '\\');
  const outcomes: string[] = [];
  for (let i = 0; i < 40; i++) {
    const path = random.pick(known);
    const parent = random.below(3) === 0 ? '' : path.slice(0, path.lastIndexOf('\\'));
    const other = `${parent}\\${random.pick(['new', 'Neu', 'disk.inf', 'x', '長'.repeat(90)])}${random.below(5)}`;
    const metadata = {
      ...(random.below(3) === 0
        ? { lastWriteTime: new FileTime(130_000_000_000_000_000n + BigInt(random.below(1e9))) }
        : {}),
      ...(random.below(4) === 0 ? { attributes: random.pick([0x20, 0x21, 0x27, 0x80, 0x6]) } : {}),
      ...(random.below(4) === 0 ? { securityDescriptor: random.pick(descriptors) } : {}),
      ...(random.below(5) === 0 ? { shortName: `S${i}~${random.below(9)}` } : {}),
      ...(random.below(5) === 0 ? { streams: [{ name: `s${random.below(3)}`, content: bytes(`stream ${i}`) }] } : {}),
      ...(random.below(6) === 0 ? { creationTime: time } : {}),
    };
    const data = random.pick([relativeLink('..\\x'), relativeLink('y')]);
    const reparse = { tag: random.pick([SYMLINK, FOREIGN]), data };
    const step = random.below(9);
    try {
      if (step === 0) await root.write(path, bytes(`content ${i}`), metadata);
      else if (step === 1) await root.write(other, bytes(`new ${i}`), metadata);
      else if (step === 2) await root.createDirectory(other, { metadata });
      else if (step === 3 || step === 4) await root.setMetadata(path, metadata);
      else if (step === 5) await root.link(other, path);
      else if (step === 6) await root.rename(path, other);
      else if (step === 7 && random.below(3) === 0) await root.remove(path, { recursive: random.below(2) === 0 });
      else if (step === 8 && random.below(2) === 0) await root.write(other, bytes(''), { ...metadata, reparse });
      else if (step === 8) await root.setMetadata(path, { reparse });
      known.push(other);
      outcomes.push('done');
    } catch (error) {
      expect(error).toMatchObject({ name: 'DismError' });
      outcomes.push((error as { Symbol: string }).Symbol);
    }
  }
  return outcomes;
}
