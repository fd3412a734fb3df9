// Contents that one root takes from another: without reading them into JavaScript, and without waiting for each other.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { captureToNewFile } from '../../../lib/image/capture.ts';
import { DirectoryRoot } from '../../../lib/image/directory-root.ts';
import { openWimContainer } from '../../../lib/image/wim-container.ts';
import { TracedRoot } from '../../../lib/servicing/traced-root.ts';
import { scratchFolder } from '../../support/trees.ts';

const scratch = scratchFolder('between');
const bytes = (text: string): { bytes: Uint8Array } => ({ bytes: Buffer.from(text) });
const text = (content: Uint8Array): string => Buffer.from(content).toString();

async function makeBoth(): Promise<{ tree: string; image: string }> {
  const folder = mkdtempSync(join(scratch, 'one-'));
  const [tree, image] = [join(folder, 'tree'), join(folder, 'image.wim')];
  mkdirSync(tree);
  writeFileSync(join(tree, 'file'), `content of ${folder}`);
  await captureToNewFile({ imagePath: image, capturePath: tree, name: 'one' });
  return { tree, image };
}

describe('two containers that write from each other', () => {
  it('both finish', async () => {
    const [a, b] = [await makeBoth(), await makeBoth()];
    await using left = await openWimContainer(a.image, [1]);
    await using right = await openWimContainer(b.image, [1]);
    const [one, other] = [left.roots[0]!, right.roots[0]!];
    const work: Promise<void>[] = [];
    for (let i = 0; i < 20; i++) {
      work.push(one.write(`\\from-other-${i}`, { root: other, path: '\\file' }));
      work.push(other.write(`\\from-one-${i}`, { root: one, path: '\\file' }));
      const streams = [{ name: 's', content: { root: i % 2 ? one : other, path: '\\file' } }];
      work.push(one.setMetadata('\\file', { streams }), other.setMetadata('\\file', { streams }));
    }
    await Promise.all(work);
    await Promise.all([left.commit(), right.commit()]);
    expect(text(await one.read('\\from-other-19'))).toBe(text(await other.read('\\file')));
    expect(text(await other.read('\\from-one-0'))).toBe(text(await one.read('\\file')));
  });

  it('finish when an image takes its own contents, also through a session', async () => {
    const { image } = await makeBoth();
    await using container = await openWimContainer(image, [1]);
    const root = new TracedRoot(container.roots[0]!);
    await root.write(
      '\\copy',
      { root, path: '\\file' },
      { streams: [{ name: 's', content: { root, path: '\\file' } }] },
    );
    expect((await root.stat('\\copy'))!.streams).toHaveLength(1);
  });
});

describe('contents of a directory', () => {
  it('go into an image and another directory without passing through JavaScript', async () => {
    const [a, b] = [await makeBoth(), await makeBoth()];
    await using source = await DirectoryRoot.open(a.tree);
    const read = vi.spyOn(source, 'read');
    const content = { root: source, path: '\\file' };
    const streams = [{ name: 's', content }];
    await using container = await openWimContainer(b.image, [1]);
    await container.roots[0]!.write('\\copy', content, { streams });
    await container.commit();
    await using directory = await DirectoryRoot.open(b.tree);
    await directory.write('\\copy', content, { streams });
    await directory.commit();
    expect(read).not.toHaveBeenCalled();
    for (const root of [container.roots[0]!, directory]) {
      expect(text(await root.read('\\copy'))).toBe(text(await source.read('\\file')));
      expect((await root.stat('\\copy'))!.streams).toMatchObject([
        { name: 's', size: (await source.stat('\\file'))!.size },
      ]);
    }
  });

  it('are read while they are only staged', async () => {
    const [a, b] = [await makeBoth(), await makeBoth()];
    await using container = await openWimContainer(b.image, [1]);
    {
      await using source = await DirectoryRoot.open(a.tree);
      await source.write('\\staged', bytes('not committed'));
      expect(await source.localFile('\\staged')).toBeUndefined();
      await container.roots[0]!.write('\\copy', { root: source, path: '\\staged' });
    }
    await container.commit();
    expect(text(await container.roots[0]!.read('\\copy'))).toBe('not committed');
  });
});
