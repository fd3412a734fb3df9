// Both ways against wimlib and 7-Zip, as separate processes: what we write they accept and apply to the same tree, and
// what wimlib writes we list, check and apply to the same tree.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  addWindowsImage,
  expandWindowsImage,
  exportWindowsImage,
  getWindowsImage,
  getWindowsImageContent,
  joinWindowsImage,
  newWindowsImage,
  optimizeWindowsImageFile,
  removeWindowsImage,
  setWindowsImage,
  splitWindowsImage,
  testWindowsImage,
} from '../../cmdlets/library.ts';
import { acceptedByJudges, describeWithJudges, judge } from '../support/judges.ts';
import { describeTree, growTree, scratchFolder } from '../support/trees.ts';

const scratch = scratchFolder('interop');
const at = (...parts: string[]): string => join(scratch, ...parts);
const tree = at('tree');

beforeAll(() => {
  growTree(tree, 7, 80);
  // More than one chunk of every size up to 2 MiB, and runs that do not compress.
  const big = Buffer.alloc(3 << 20);
  for (let i = 0; i < big.length; i++) big[i] = (i * i) >>> (i % 7 === 0 ? 3 : 11);
  writeFileSync(join(tree, 'big.bin'), big);
});

const K = 1 << 10;
const fast = [4 * K, 8 * K, 16 * K, 32 * K, 64 * K].map((size) => ['Fast', size] as const);
const max = [32 * K, 64 * K, 256 * K, 1024 * K, 2048 * K].map((size) => ['Max', size] as const);

async function applied(path: string, index: number, name: string): Promise<Record<string, string>> {
  const folder = at(`${name}-ours`);
  await expandWindowsImage({ ImagePath: path, ApplyPath: folder, Index: index, Verify: true }).toArray();
  const described = describeTree(folder);
  rmSync(folder, { recursive: true });
  return described;
}

async function appliedByWimlib(path: string, index: number, name: string): Promise<Record<string, string>> {
  const folder = at(`${name}-theirs`);
  await judge('wimlib-imagex', 'apply', path, String(index), folder);
  const described = describeTree(folder);
  rmSync(folder, { recursive: true });
  return described;
}

describeWithJudges(['wimlib-imagex', '7z'], 'what we write', () => {
  it.each([['None', 32 * K] as const, ...fast, ...max])('%s with chunks of %i', async (CompressionType, ChunkSize) => {
    const path = at(`${CompressionType}-${ChunkSize}.wim`);
    await newWindowsImage({ ImagePath: path, CapturePath: tree, Name: 'n', CompressionType, ChunkSize }).toArray();
    await acceptedByJudges(path);
    expect(await appliedByWimlib(path, 1, `${CompressionType}-${ChunkSize}`)).toEqual(describeTree(tree));
  });

  it('solid', async () => {
    const path = at('solid.esd');
    await newWindowsImage({ ImagePath: path, CapturePath: tree, Name: 'n', CompressionType: 'Recovery' }).toArray();
    await acceptedByJudges(path);
    expect(await appliedByWimlib(path, 1, 'solid')).toEqual(describeTree(tree));
  });

  // 7-Zip normalises once more behind the last decision of a block, which shows where it reads metadata. What metadata that
  // is about depends on every bit of them: some of these images.
  it('LZMS metadata of many images', async () => {
    const path = at('many.esd');
    const folder = at('many');
    mkdirSync(folder);
    for (let i = 0; i < 64; i++) {
      const name = `file ${i}`;
      writeFileSync(join(folder, name), name);
      utimesSync(join(folder, name), i, i);
      utimesSync(folder, i, i);
      const image = { ImagePath: path, CapturePath: folder, Name: name };
      if (i === 0) await newWindowsImage({ ...image, CompressionType: 'Recovery' }).toArray();
      else await addWindowsImage(image).toArray();
    }
    await acceptedByJudges(path);
  });

  it('through its whole life: append, rename, export, remove, rebuild, integrity', async () => {
    const path = at('life.wim');
    const other = at('other.wim');
    const second = at('second');
    growTree(second, 8, 20);
    await newWindowsImage({ ImagePath: path, CapturePath: tree, Name: 'One', CheckIntegrity: true }).toArray();
    await addWindowsImage({ ImagePath: path, CapturePath: second, Name: 'Two', Setbootable: true }).toArray();
    await acceptedByJudges(path);
    await setWindowsImage({ ImagePath: path, Index: 2, NewName: 'Zwei', NewDescription: 'ä<&>' }).toArray();
    const info = await judge('wimlib-imagex', 'info', path, '2');
    expect(info.stdout).toMatch(/Name:\s+Zwei\n/);
    expect(info.stdout).toMatch(/Description:\s+ä<&>\n/);
    expect((await judge('wimlib-imagex', 'info', path, '--header')).stdout).toMatch(/Boot Index\s+= 2/);
    await exportWindowsImage({
      SourceImagePath: path,
      DestinationImagePath: other,
      SourceIndex: [2, 1],
      CompressionType: 'Max',
    }).toArray();
    await acceptedByJudges(other);
    expect(await appliedByWimlib(other, 2, 'exported')).toEqual(describeTree(tree));
    await removeWindowsImage({ ImagePath: path, Index: 1 }).toArray();
    await acceptedByJudges(path);
    await optimizeWindowsImageFile({ ImagePath: path }).toArray();
    await acceptedByJudges(path);
    expect((await judge('wimlib-imagex', 'info', path, '--header')).stdout).toMatch(/Boot Index\s+= 1/);
    expect(await appliedByWimlib(path, 1, 'kept')).toEqual(describeTree(second));
  });

  it('split sets', async () => {
    const path = at('to-split.wim');
    await newWindowsImage({ ImagePath: path, CapturePath: tree, Name: 'n', CompressionType: 'None' }).toArray();
    const parts = await splitWindowsImage({
      ImagePath: path,
      SplitImagePath: at('s.swm'),
      FileSize: 1,
      CheckIntegrity: true,
    }).toArray();
    await judge('wimlib-imagex', 'verify', at('s.swm'), `--ref=${at('s*.swm')}`);
    await judge('wimlib-imagex', 'join', at('joined.wim'), ...parts.map((part) => part.SplitImagePath));
    await acceptedByJudges(at('joined.wim'));
  });
});

describeWithJudges(['wimlib-imagex'], 'what wimlib writes', () => {
  const theirs: readonly (readonly [string, readonly string[]])[] = [
    ['none', ['--compress=none']],
    ...fast.map(([, size]) => [`xpress-${size}`, ['--compress=xpress', `--chunk-size=${size}`]] as const),
    ...max.map(([, size]) => [`lzx-${size}`, ['--compress=lzx', `--chunk-size=${size}`]] as const),
    ...[32 * K, 128 * K, 1024 * K].map(
      (size) => [`lzms-${size}`, ['--compress=lzms', `--chunk-size=${size}`]] as const,
    ),
    ['solid lzms', ['--compress=lzms', '--solid']],
    ['solid lzx', ['--compress=lzx', '--solid', '--solid-compress=lzx']],
    ['solid xpress', ['--compress=xpress', '--solid', '--solid-compress=xpress']],
    ['integrity', ['--check']],
  ];
  it.each(theirs)('%s', async (name, options) => {
    const path = at(`theirs-${name.replace(' ', '-')}.wim`);
    await judge('wimlib-imagex', 'capture', tree, path, 'n', ...options);
    const results = await testWindowsImage({ ImagePath: path }).toArray();
    expect(results).toMatchObject([{ Result: 'Sound' }]);
    expect(await applied(path, 1, name)).toEqual(describeTree(tree));
  });

  it('split sets, which we join as well', async () => {
    const path = at('t.wim');
    await judge('wimlib-imagex', 'capture', tree, path, 'n', '--compress=none');
    await judge('wimlib-imagex', 'split', path, at('t.swm'), '1');
    expect(await applied(at('t.swm'), 1, 'split')).toEqual(describeTree(tree));
    await joinWindowsImage({ SplitImagePath: at('t.swm'), ImagePath: at('t-joined.wim') }).toArray();
    await judge('wimlib-imagex', 'verify', at('t-joined.wim'));
  });

  it('is extended by us and stays theirs', async () => {
    for (const compress of ['xpress', 'lzx', 'lzms']) {
      const path = at(`extend-${compress}.wim`);
      await judge('wimlib-imagex', 'capture', tree, path, 'theirs', `--compress=${compress}`, '--check');
      mkdirSync(at('more'), { recursive: true });
      writeFileSync(at('more', 'f'), compress);
      await addWindowsImage({ ImagePath: path, CapturePath: at('more'), Name: 'ours' }).toArray();
      await judge('wimlib-imagex', 'verify', path);
      expect(await appliedByWimlib(path, 1, `extend-${compress}`)).toEqual(describeTree(tree));
      expect((await getWindowsImage({ ImagePath: path }).toArray()).map(String)).toHaveLength(2);
    }
  });

  it('excludes the same files for the same configuration', async () => {
    writeFileSync(
      at('both.ini'),
      '[ExclusionList]\n\\big.bin\n*.txt-*\n\\*.c-*\n[ExclusionException]\n\\readme.txt-*\n',
    );
    await judge('wimlib-imagex', 'capture', tree, at('excluded.wim'), 'n', `--config=${at('both.ini')}`);
    await newWindowsImage({
      ImagePath: at('excluded-ours.wim'),
      CapturePath: tree,
      Name: 'n',
      ConfigFilePath: at('both.ini'),
    }).toArray();
    const names = async (ImagePath: string): Promise<string[]> =>
      (await getWindowsImageContent({ ImagePath, Index: 1 }).toArray()).map(String).sort();
    expect(await names(at('excluded-ours.wim'))).toEqual(await names(at('excluded.wim')));
  });
});

describeWithJudges(['7z'], 'what 7-Zip writes', () => {
  it('is sound and lists the same files', async () => {
    const path = at('seven.wim');
    execFileSync('7z', ['a', '-twim', path, '.'], { cwd: join(tree), stdio: 'ignore' });
    expect(await testWindowsImage({ ImagePath: path }).toArray()).toMatchObject([{ Result: 'Sound' }]);
    const sizes: Record<string, number> = {};
    for (const entry of await getWindowsImageContent({ ImagePath: path, Index: 1 }).toArray()) {
      if (!entry.Attributes.includes('Directory')) sizes[entry.Name] = entry.Length;
    }
    expect(sizes['big.bin']).toBe(statSync(join(tree, 'big.bin')).size);
    expect(Object.keys(sizes).length).toBeGreaterThan(20);
  });
});

describeWithJudges(['wimlib-imagex'], 'the XML', () => {
  it('counts as wimlib counts', async () => {
    await judge('wimlib-imagex', 'capture', tree, at('counted-theirs.wim'), 'n', '--compress=none');
    await newWindowsImage({
      ImagePath: at('counted.wim'),
      CapturePath: tree,
      Name: 'n',
      CompressionType: 'None',
    }).toArray();
    const counts = async (path: string): Promise<string[]> =>
      (await judge('wimlib-imagex', 'info', path, '1')).stdout.match(
        /^(Directory Count|File Count|Total Bytes|Hard Link Bytes):.*$/gm,
      ) ?? [];
    const theirs = await counts(at('counted-theirs.wim'));
    expect(theirs).toHaveLength(4);
    expect(await counts(at('counted.wim'))).toEqual(theirs);
  });
});

describeWithJudges(['wimlib-imagex'], 'Unix data', () => {
  it('goes both ways', async () => {
    const source = at('unix');
    mkdirSync(source);
    writeFileSync(join(source, 'program'), '#!');
    chmodSync(join(source, 'program'), 0o4751);
    const mode = (folder: string): number => statSync(join(folder, 'program')).mode & 0o7777;
    await newWindowsImage({ ImagePath: at('unix.wim'), CapturePath: source, Name: 'n', UnixData: true }).toArray();
    await expandWindowsImage({
      ImagePath: at('unix.wim'),
      ApplyPath: at('unix-1'),
      Index: 1,
      UnixData: true,
    }).toArray();
    expect(mode(at('unix-1'))).toBe(0o4751);
    await judge('wimlib-imagex', 'apply', at('unix.wim'), '1', at('unix-2'), '--unix-data');
    expect(mode(at('unix-2'))).toBe(0o4751);
    await judge('wimlib-imagex', 'capture', source, at('unix-theirs.wim'), 'n', '--unix-data');
    await expandWindowsImage({
      ImagePath: at('unix-theirs.wim'),
      ApplyPath: at('unix-3'),
      Index: 1,
      UnixData: true,
    }).toArray();
    expect(mode(at('unix-3'))).toBe(0o4751);
  });
});

describe('round trip of random trees', () => {
  const seeds = process.env.OPENDISM_SEED ? [Number(process.env.OPENDISM_SEED)] : [1, 2, Date.now() % 1_000_000];
  it.each(seeds)('OPENDISM_SEED=%i', async (seed) => {
    const source = at(`random-${seed}`);
    growTree(source, seed, 120);
    chmodSync(source, 0o755);
    const path = at(`random-${seed}.wim`);
    const [first] = await newWindowsImage({ ImagePath: path, CapturePath: source, Name: 'a' }).toArray();
    const copy = at(`random-${seed}-applied`);
    await expandWindowsImage({ ImagePath: path, ApplyPath: copy, Index: 1 }).toArray();
    expect(describeTree(copy)).toEqual(describeTree(source));
    const [second] = await addWindowsImage({ ImagePath: path, CapturePath: copy, Name: 'b' }).toArray();
    expect({ ...second, ImageIndex: 1, ImageName: 'a', FileSize: 0 }).toEqual({ ...first, FileSize: 0 });
    const content = async (Index: number): Promise<string> =>
      JSON.stringify(await getWindowsImageContent({ ImagePath: path, Index }).toArray());
    const times = /"(CreationTime|LastAccessTime)":"[^"]*",/g;
    expect((await content(2)).replace(times, '')).toBe((await content(1)).replace(times, ''));
  });
});

describeWithJudges(['cp'], 'the same bytes for the same content', () => {
  it('holds for a copy, whatever the number of threads', async () => {
    execFileSync('cp', ['-a', tree, at('copy')]);
    process.env.SOURCE_DATE_EPOCH = '1600000000';
    try {
      for (const CompressionType of ['None', 'Fast', 'Max'] as const) {
        const path = (n: number): string => at(`same-${n}.wim`);
        const common = { Name: 'n', CompressionType, Force: true };
        await newWindowsImage({ ...common, ImagePath: path(1), CapturePath: tree, ThreadCount: 1 }).toArray();
        await newWindowsImage({ ...common, ImagePath: path(2), CapturePath: at('copy'), ThreadCount: 2 }).toArray();
        expect(() => execFileSync('cmp', [path(1), path(2)])).not.toThrow();
      }
    } finally {
      delete process.env.SOURCE_DATE_EPOCH;
    }
  });
});
