// A directory that an image was applied to shows what its side-car keeps: the same as the image itself.
import { mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { FileTime } from '../../../lib/base/file-time.ts';
import { applyImage } from '../../../lib/image/apply.ts';
import { captureToNewFile } from '../../../lib/image/capture.ts';
import { DirectoryRoot } from '../../../lib/image/directory-root.ts';
import { openWimContainer } from '../../../lib/image/wim-container.ts';
import { scratchFolder } from '../../support/trees.ts';
import { snapshotRoot } from './image-root-snapshot.ts';

const scratch = scratchFolder('side-car');
const imagePath = join(scratch, 'image.wim');
const time = FileTime.parse('2011-02-03T04:05:06.7654321Z')!;
const bytes = (text: string): { bytes: Uint8Array } => ({ bytes: Buffer.from(text) });
/** O:BAG:BAD:(A;OICI;FA;;;WD) */
const securityDescriptor = Buffer.from(
  '01000480300000004000000000000000140000000200' +
    '1c000100000000031400ff011f0001010000000000010000000001020000000000052000000020020000' +
    '01020000000000052000000020020000',
  'hex',
);

beforeAll(async () => {
  const source = join(scratch, 'source');
  mkdirSync(join(source, 'folder'), { recursive: true });
  writeFileSync(join(source, 'folder/long file name.txt'), 'content');
  writeFileSync(join(source, 'plain.txt'), 'plain');
  await captureToNewFile({ imagePath, capturePath: source, name: 'one' });
  await using container = await openWimContainer(imagePath, [1]);
  const root = container.roots[0]!;
  await root.setMetadata('\\folder\\long file name.txt', {
    attributes: 0x27,
    creationTime: time,
    lastWriteTime: time,
    shortName: 'LONGFI~1.TXT',
    securityDescriptor,
    streams: [{ name: 'Zone.Identifier', content: bytes('[ZoneTransfer]') }],
  });
  await root.setMetadata('\\folder', { securityDescriptor, creationTime: time, attributes: 0x12 });
  // More than 255 bytes of UTF-8: it gets a stand-in on the disk.
  await root.write(`\\${'名'.repeat(120)}.txt`, bytes('long'), { shortName: 'LONG~1.TXT' });
  await root.commit();
});

async function applied(): Promise<string> {
  const tree = join(mkdtempSync(join(scratch, 'applied-')), 'tree');
  mkdirSync(tree);
  await applyImage({ imagePath, applyPath: tree, selector: { index: 1 } });
  return tree;
}

it('shows the metadata of the image', async () => {
  await using container = await openWimContainer(imagePath, [1], { readOnly: true });
  await using root = await DirectoryRoot.open(await applied());
  const image = await snapshotRoot(container.roots[0]!);
  expect(await snapshotRoot(root)).toEqual(image);
  expect(image['\\folder\\long file name.txt']).toMatchObject({ shortName: 'LONGFI~1.TXT', attributes: 0x27 });
});

it('keeps the metadata of files that are replaced, and what new ones are given', async () => {
  const tree = await applied();
  const warnings: string[] = [];
  {
    await using root = await DirectoryRoot.open(tree, { onWarning: (text) => void warnings.push(text) });
    await root.write('\\folder\\LONGFI~2.TXT', bytes('new'), { securityDescriptor, shortName: 'A' });
    await root.write('\\folder\\long file name.txt', bytes('replaced'));
    await root.commit();
  }
  expect(warnings).toEqual([]);
  const again = join(scratch, 'again.wim');
  await captureToNewFile({ imagePath: again, capturePath: tree, name: 'again' });
  await using root = await DirectoryRoot.open(tree);
  await using container = await openWimContainer(again, [1], { readOnly: true });
  const names = ['\\folder\\long file name.txt', '\\folder\\LONGFI~2.TXT', `\\${'名'.repeat(120)}.txt`];
  const [shown, captured] = [await snapshotRoot(root), await snapshotRoot(container.roots[0]!)];
  for (const name of names) expect(captured[name], name).toEqual(shown[name]);
  expect(shown[names[1]!]).toMatchObject({ shortName: 'A', security: securityDescriptor.toString('hex') });
  expect(shown[names[0]!]).toMatchObject({ shortName: 'LONGFI~1.TXT', size: 8, streams: 'Zone.Identifier:14' });
});

it('refuses a tree whose apply has not finished, and a damaged side-car', async () => {
  const tree = await applied();
  writeFileSync(`${tree}.opendism/incomplete`, '');
  await expect(DirectoryRoot.open(tree)).rejects.toMatchObject({ Symbol: 'WriteInProgress' });
  renameSync(`${tree}.opendism/incomplete`, `${tree}.opendism/other`);
  await (await DirectoryRoot.open(tree))[Symbol.asyncDispose]();
  writeFileSync(`${tree}.opendism/index`, Buffer.alloc(200));
  await expect(DirectoryRoot.open(tree)).rejects.toMatchObject({ Symbol: 'Corrupt' });
  await (await DirectoryRoot.open(tree, { sideCar: false }))[Symbol.asyncDispose]();
});
