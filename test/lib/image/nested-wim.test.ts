// A WIM inside an image: serviced, put back, all with one commit.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { captureToNewFile } from '../../../lib/image/capture.ts';
import { openNestedWim } from '../../../lib/image/nested-wim.ts';
import { openWimContainer } from '../../../lib/image/wim-container.ts';
import { acceptedByJudges, describeWithJudges, judge } from '../../support/judges.ts';
import { scratchFolder } from '../../support/trees.ts';

const scratch = scratchFolder('nested-wim');
const at = (...parts: string[]): string => join(scratch, ...parts);
const file = '\\Windows\\System32\\Recovery\\Winre.wim';
let made = 0;

async function makeImage(): Promise<string> {
  const folder = at(`made-${made++}`);
  mkdirSync(join(folder, 'inner'), { recursive: true });
  writeFileSync(join(folder, 'inner', 'setup.ini'), 'inner');
  writeFileSync(join(folder, 'inner', 'large.bin'), Buffer.alloc(500_000, 'large'));
  const recovery = join(folder, 'outer', 'Windows', 'System32', 'Recovery');
  mkdirSync(recovery, { recursive: true });
  await captureToNewFile({
    imagePath: join(recovery, 'Winre.wim'),
    capturePath: join(folder, 'inner'),
    name: 'Recovery',
    type: 'Max',
  });
  writeFileSync(join(folder, 'outer', 'outer.txt'), 'outer');
  const imagePath = join(folder, 'install.wim');
  await captureToNewFile({ imagePath, capturePath: join(folder, 'outer'), name: 'Windows' });
  mkdirSync(join(folder, 'scratch'));
  return folder;
}

describeWithJudges(['wimlib-imagex', '7z'], 'a serviced nested WIM', () => {
  it('is sound in a sound image, has no dead space, and came with one commit', async () => {
    const folder = await makeImage();
    const path = join(folder, 'install.wim');
    const scratchDirectory = join(folder, 'scratch');
    const before = readFileSync(path);
    {
      await using container = await openWimContainer(path, [1]);
      const [outer] = container.roots;
      await outer!.write('\\outer.txt', { bytes: Buffer.from('edited') });
      await using nested = await openNestedWim(outer!, file.toLowerCase(), 'all', { scratchDirectory });
      expect(nested.path).toBe(`install.wim, image 1, ${file}`);
      const [inner] = nested.roots;
      for (const text of ['one', 'two']) {
        await inner!.write('\\setup.ini', { bytes: Buffer.from(text) });
        await inner!.remove('\\large.bin').catch(() => {});
        expect(await nested.stage()).toBe(true);
        expect(await nested.stage()).toBe(false);
      }
      expect(readFileSync(path).equals(before)).toBe(true);
      await inner!.write('\\setup.ini', { bytes: Buffer.from('three') });
      await nested.commit();
    }
    expect(readdirSync(scratchDirectory)).toEqual([]);
    await acceptedByJudges(path);
    const extracted = join(folder, 'extracted');
    await judge(
      'wimlib-imagex',
      'extract',
      path,
      '1',
      file.replaceAll('\\', '/'),
      '/outer.txt',
      `--dest-dir=${extracted}`,
    );
    expect(readFileSync(join(extracted, 'outer.txt'), 'utf8')).toBe('edited');
    const winre = join(extracted, 'Winre.wim');
    await acceptedByJudges(winre);
    expect(readFileSync(winre).length).toBeLessThan(4000);
    expect((await judge('wimlib-imagex', 'extract', winre, '1', '/setup.ini', '--to-stdout')).stdout).toBe('three');
    expect((await judge('wimlib-imagex', 'dir', winre, '1')).stdout).not.toContain('large.bin');
  });
});

describe('openNestedWim', () => {
  it('leaves nothing when it is not committed, or is no WIM', async () => {
    const folder = await makeImage();
    const path = join(folder, 'install.wim');
    const before = readFileSync(path);
    {
      await using container = await openWimContainer(path, [1]);
      const [outer] = container.roots;
      const options = { scratchDirectory: join(folder, 'scratch') };
      await expect(openNestedWim(outer!, '\\outer.txt', 'all', options)).rejects.toMatchObject({ Symbol: 'NotAWim' });
      await expect(openNestedWim(outer!, '\\Windows', 'all', options)).rejects.toMatchObject({
        Symbol: 'PathNotFound',
      });
      await expect(openNestedWim(outer!, file, [2], options)).rejects.toMatchObject({ Symbol: 'ImageNotFound' });
      await using nested = await openNestedWim(outer!, file, [1], options);
      await nested.commit();
      await nested.roots[0]!.write('\\setup.ini', { bytes: Buffer.from('dropped') });
    }
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
