// The imaging cmdlets as functions, on real small image files: what they yield, refuse and leave behind.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import {
  addWindowsImage,
  type BasicImageInfo,
  expandWindowsImage,
  exportWindowsImage,
  exportWindowsImageContent,
  getWindowsImage,
  getWindowsImageContent,
  joinWindowsImage,
  newWindowsImage,
  optimizeWindowsImageFile,
  removeWindowsImage,
  setWindowsImage,
  splitWindowsImage,
  testWindowsImage,
  whereObject,
} from '../../cmdlets/library.ts';
import { describeTree, growTree, scratchFolder } from '../support/trees.ts';

const scratch = scratchFolder('imaging');
const at = (...parts: string[]): string => join(scratch, ...parts);
const tree = at('tree');
const wim = at('two.wim');

beforeAll(async () => {
  growTree(tree, 1);
  mkdirSync(join(tree, 'docs', 'deep'), { recursive: true });
  writeFileSync(join(tree, 'docs', 'one.txt'), 'one');
  writeFileSync(join(tree, 'docs', 'two.log'), 'two');
  writeFileSync(join(tree, 'docs', 'deep', 'three.txt'), 'three');
  await newWindowsImage({ ImagePath: wim, CapturePath: tree, Name: 'First', Description: 'the first' }).toArray();
  await addWindowsImage({ ImagePath: wim, CapturePath: join(tree, 'docs'), Name: 'Second' }).toArray();
});

const images = async (path: string): Promise<string[]> =>
  (await getWindowsImage({ ImagePath: path }).toArray()).map((image) => `${image.ImageIndex} ${image.ImageName}`);

describe('New-WindowsImage and Add-WindowsImage', () => {
  it('count what they captured', async () => {
    const path = at('count.wim');
    const [record] = await newWindowsImage({ ImagePath: path, CapturePath: join(tree, 'docs'), Name: 'n' }).toArray();
    expect(record).toMatchObject({
      ImagePath: path,
      ImageIndex: 1,
      ImageName: 'n',
      DirectoryCount: 2,
      FileCount: 3,
      ImageSize: 11,
      SkippedCount: 0,
      FileSize: statSync(path).size,
    });
  });

  it('refuse what cannot be, and write nothing', async () => {
    const fresh = at('never.wim');
    const base = { ImagePath: fresh, CapturePath: tree, Name: 'x' };
    mkdirSync(at('empty'), { recursive: true });
    const cases: [Record<string, unknown>, string][] = [
      [{ ImagePath: wim }, 'AlreadyExists'],
      [{ CapturePath: at('empty') }, 'EmptyCapture'],
      [{ CapturePath: at('missing') }, 'NotFound'],
      [{ CapturePath: join(tree, 'docs', 'one.txt') }, 'PathNotFound'],
      [{ ConfigFilePath: at('missing.ini') }, 'NotFound'],
      [{ ChunkSize: 12345 }, 'InvalidParameter'],
      [{ ChunkSize: 4 << 20, CompressionType: 'Max' }, 'InvalidParameter'],
      [{ WIMBoot: true }, 'NotSupported'],
      [{ CompressionType: 'Best' }, 'InvalidParameter'],
      [{ MemoryLimit: 1000 }, 'InvalidParameter'],
    ];
    const before = readFileSync(wim);
    for (const [change, symbol] of cases) {
      const call = newWindowsImage({ ...base, ...change } as never).toArray();
      await expect(call, JSON.stringify(change)).rejects.toMatchObject({ Symbol: symbol });
    }
    expect(existsSync(fresh)).toBe(false);
    expect(readFileSync(wim).equals(before)).toBe(true);
    expect(readdirSync(scratch).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('refuse a name that is taken, in any letter case', async () => {
    const before = readFileSync(wim);
    await expect(addWindowsImage({ ImagePath: wim, CapturePath: tree, Name: 'FIRST' }).toArray()).rejects.toMatchObject(
      {
        Symbol: 'NameCollision',
      },
    );
    expect(readFileSync(wim).equals(before)).toBe(true);
  });

  it('-WhatIf writes nothing and yields nothing', async () => {
    const said: string[] = [];
    const call = newWindowsImage(
      { ImagePath: at('whatif.wim'), CapturePath: tree, Name: 'x', WhatIf: true },
      { onInformation: (message) => said.push(String(message)) },
    );
    expect(await call.toArray()).toEqual([]);
    expect(said).toHaveLength(1);
    expect(existsSync(at('whatif.wim'))).toBe(false);
  });

  it('-Force replaces, -Verify reads back, -Setbootable marks, -CheckIntegrity writes a table', async () => {
    const path = at('force.wim');
    const call = { ImagePath: path, CapturePath: join(tree, 'docs'), Name: 'x' };
    await newWindowsImage(call).toArray();
    await newWindowsImage({ ...call, Force: true, Verify: true, Setbootable: true, CheckIntegrity: true }).toArray();
    expect(await getWindowsImage({ ImagePath: path, Index: 1 }).toArray()).toMatchObject([{ ImageBootable: true }]);
    const warnings: string[] = [];
    await expandWindowsImage(
      { ImagePath: path, ApplyPath: at('checked'), Index: 1, CheckIntegrity: true },
      { onWarning: (text) => warnings.push(text) },
    ).toArray();
    expect(warnings).toEqual([]);
  });

  it('leave out what the configuration says, and never the file that is written', async () => {
    writeFileSync(at('w.ini'), '[ExclusionList]\n*.log\n\\deep\n[ExclusionException]\n\\deep\\three.txt\n');
    const path = join(tree, 'docs', 'inside.wim');
    await newWindowsImage({
      ImagePath: path,
      CapturePath: join(tree, 'docs'),
      Name: 'x',
      ConfigFilePath: at('w.ini'),
    }).toArray();
    const content = await getWindowsImageContent({ ImagePath: path, Index: 1 }).toArray();
    rmSync(path);
    expect(content.map(String)).toEqual(['\\deep', '\\deep\\three.txt', '\\one.txt']);
  });

  it('give the same bytes under SOURCE_DATE_EPOCH for a copy and another number of threads', async () => {
    execFileSync('cp', ['-a', tree, at('copy')]);
    process.env.SOURCE_DATE_EPOCH = '1600000000';
    try {
      for (const CompressionType of ['Fast', 'Max'] as const) {
        const capture = { Name: 'r', CompressionType, Force: true };
        await newWindowsImage({
          ...capture,
          ImagePath: at('r1.wim'),
          CapturePath: tree,
          ThreadCount: 1,
        }).toArray();
        await newWindowsImage({
          ...capture,
          ImagePath: at('r2.wim'),
          CapturePath: at('copy'),
          ThreadCount: 2,
        }).toArray();
        expect(readFileSync(at('r1.wim')).equals(readFileSync(at('r2.wim'))), CompressionType).toBe(true);
      }
    } finally {
      delete process.env.SOURCE_DATE_EPOCH;
    }
  });
});

describe('Get-WindowsImage and Get-WindowsImageContent', () => {
  it('list and describe', async () => {
    const list = await getWindowsImage({ ImagePath: wim }).toArray();
    expectTypeOf(list[0]!).toExtend<BasicImageInfo>();
    expect(list).toMatchObject([
      { ImageIndex: 1, ImageName: 'First', ImageDescription: 'the first', ImagePath: wim },
      { ImageIndex: 2, ImageName: 'Second', ImageSize: 11 },
    ]);
    const [byName] = await getWindowsImage({ ImagePath: wim, Name: 'second' }).toArray();
    expect(byName).toMatchObject({ ImageIndex: 2, FileCount: 3, DirectoryCount: 2, Compression: 'XPRESS' });
  });

  it('name what there is when an image is not found', async () => {
    await expect(getWindowsImage({ ImagePath: wim, Index: 3 }).toArray()).rejects.toMatchObject({
      Symbol: 'ImageNotFound',
      message: expect.stringContaining('2 images'),
    });
    await expect(getWindowsImageContent({ ImagePath: wim, Name: 'Third' }).toArray()).rejects.toMatchObject({
      message: expect.stringContaining('"Second"'),
    });
  });

  it('know of no mounted images, because nothing can be mounted', async () => {
    expect(await getWindowsImage({ Mounted: true }).toArray()).toEqual([]);
  });

  it('stream content through a pipeline, and stop early', async () => {
    const texts = await getWindowsImage({ ImagePath: wim, Index: 2 })
      .pipe(
        getWindowsImageContent({ ImagePath: wim, Index: 2 }) as never,
        whereObject((e: { Length: number }) => e.Length > 3),
      )
      .toArray();
    expect(texts.map(String)).toEqual(['\\deep\\three.txt']);
    for await (const entry of getWindowsImageContent({ ImagePath: wim, Index: 1 })) {
      expect(entry.FullName.startsWith('\\')).toBe(true);
      break;
    }
  });
});

describe('Expand-WindowsImage', () => {
  it('gives the tree back, and -Verify finds nothing wrong', async () => {
    const [record] = await expandWindowsImage({
      ImagePath: wim,
      ApplyPath: at('applied'),
      Index: 1,
      Verify: true,
    }).toArray();
    expect(record).toMatchObject({ Path: at('applied'), ImageName: 'First', SkippedCount: 0 });
    expect(describeTree(at('applied'))).toEqual(describeTree(tree));
  });

  it.each(['Compact', 'WIMBoot', 'ConfirmTrustedFile'])('refuses -%s by name', async (name) => {
    const call = expandWindowsImage({ ImagePath: wim, ApplyPath: at('no'), Index: 1, [name]: true });
    await expect(call.toArray()).rejects.toMatchObject({ Symbol: 'NotSupported', Target: name });
    expect(existsSync(at('no'))).toBe(false);
  });
});

describe('Export-, Remove- and Set-WindowsImage', () => {
  it('exports several images that the pipeline brings, and one under another name', async () => {
    const path = at('exported.wim');
    const records = await getWindowsImage({ ImagePath: wim })
      .pipe(exportWindowsImage({ DestinationImagePath: path, CompressionType: 'Max' }) as never)
      .toArray();
    expect(records).toMatchObject([{ ImageIndex: 1 }, { ImageIndex: 2, ImageName: 'Second' }]);
    await exportWindowsImage({
      SourceImagePath: wim,
      DestinationImagePath: path,
      SourceIndex: [2],
      DestinationName: 'Third',
      Setbootable: true,
    }).toArray();
    expect(await images(path)).toEqual(['1 First', '2 Second', '3 Third']);
    const again = exportWindowsImage({ SourceImagePath: wim, DestinationImagePath: path, SourceIndex: [2] });
    await expect(again.toArray()).rejects.toMatchObject({ Symbol: 'NameCollision' });
    await setWindowsImage({ ImagePath: path, Index: 3, NewName: 'Drei', Flags: 'Pro', DisplayName: 'D' }).toArray();
    const [info] = await getWindowsImage({ ImagePath: path, Index: 3 }).toArray();
    expect(info).toMatchObject({ ImageName: 'Drei', Flags: 'Pro', DisplayName: 'D', ImageBootable: true });
    await getWindowsImage({ ImagePath: path })
      .pipe(
        whereObject((image) => image.ImageIndex < 3),
        removeWindowsImage({}) as never,
      )
      .toArray();
    expect(await images(path)).toEqual(['1 Drei']);
    expect(await getWindowsImage({ ImagePath: path, Index: 1 }).toArray()).toMatchObject([{ ImageBootable: true }]);
    await setWindowsImage({ ImagePath: path, Index: 1, Bootable: false }).toArray();
    expect(await getWindowsImage({ ImagePath: path, Index: 1 }).toArray()).toMatchObject([{ ImageBootable: false }]);
    await expect(removeWindowsImage({ ImagePath: path, Index: 1 }).toArray()).rejects.toMatchObject({
      Symbol: 'NotSupported',
    });
    await expect(setWindowsImage({ ImagePath: path, Index: 1 }).toArray()).rejects.toMatchObject({
      Symbol: 'InvalidParameter',
    });
  });
});

describe('Optimize-WindowsImageFile', () => {
  it('gives space back and recompresses', async () => {
    const path = at('optimize.wim');
    await newWindowsImage({ ImagePath: path, CapturePath: tree, Name: 'Big', CompressionType: 'None' }).toArray();
    await addWindowsImage({ ImagePath: path, CapturePath: join(tree, 'docs'), Name: 'Small' }).toArray();
    await removeWindowsImage({ ImagePath: path, Name: 'Big' }).toArray();
    const [record] = await optimizeWindowsImageFile({ ImagePath: path, CompressionType: 'Max' }).toArray();
    expect(record!.SizeAfter).toBe(statSync(path).size);
    expect(record!.SizeAfter).toBeLessThan(record!.SizeBefore / 2);
    expect(await getWindowsImage({ ImagePath: path, Index: 1 }).toArray()).toMatchObject([
      { ImageName: 'Small', Compression: 'LZX' },
    ]);
  });

  it('compresses anew at another level only when asked', async () => {
    const path = at('levels.wim');
    const text = at('text');
    mkdirSync(text, { recursive: true });
    const lines = Array.from({ length: 20_000 }, (_, i) => `line ${(i * 7919) % 1009} of ${i % 13}\n`);
    writeFileSync(join(text, 'lines.txt'), lines.join(''));
    await newWindowsImage({
      ImagePath: path,
      CapturePath: text,
      Name: 'Text',
      CompressionType: 'Max',
      CompressionLevel: 'Quick',
    }).toArray();
    const [copied] = await optimizeWindowsImageFile({ ImagePath: path }).toArray();
    const [anew] = await optimizeWindowsImageFile({ ImagePath: path, CompressionLevel: 'Extreme' }).toArray();
    expect(copied!.SizeAfter).toBe(copied!.SizeBefore);
    expect(anew!.SizeAfter).toBeLessThan(anew!.SizeBefore);
    expect(await testWindowsImage({ ImagePath: path }).toArray()).toMatchObject([{ Result: 'Sound' }]);
  });
});

describe('Split- and Join-WindowsImage', () => {
  it('split, apply from parts, join', async () => {
    const big = at('big');
    mkdirSync(big, { recursive: true });
    for (let i = 0; i < 6; i++) writeFileSync(join(big, `f${i}`), Buffer.alloc(600_000, `${i}`));
    await newWindowsImage({
      ImagePath: at('big.wim'),
      CapturePath: big,
      Name: 'Big',
      CompressionType: 'None',
    }).toArray();
    const split = { ImagePath: at('big.wim'), SplitImagePath: at('big.swm'), FileSize: 1 };
    const parts = await splitWindowsImage(split).toArray();
    expect(parts.length).toBeGreaterThan(3);
    expect(parts[1]).toMatchObject({ PartNumber: 2, SplitImagePath: at('big2.swm') });
    await expect(splitWindowsImage(split).toArray()).rejects.toMatchObject({ Symbol: 'AlreadyExists' });
    await expandWindowsImage({ ImagePath: at('big.swm'), ApplyPath: at('from-parts'), Index: 1 }).toArray();
    expect(describeTree(at('from-parts'))).toEqual(describeTree(big));
    await joinWindowsImage({ SplitImagePath: at('big.swm'), ImagePath: at('joined.wim') }).toArray();
    const results = await testWindowsImage({ ImagePath: at('joined.wim') }).toArray();
    expect(results).toMatchObject([{ Result: 'Sound', BlobCount: 6 }]);
    rmSync(at('big3.swm'));
    await expect(
      joinWindowsImage({ SplitImagePath: at('big.swm'), ImagePath: at('j2.wim') }).toArray(),
    ).rejects.toMatchObject({ Symbol: 'SplitSetIncomplete' });
    expect(existsSync(at('j2.wim'))).toBe(false);
  });
});

describe('Test-WindowsImage', () => {
  it('finds a damaged byte, says where, and is an error', async () => {
    const bytes = readFileSync(wim);
    bytes[300] = bytes[300]! ^ 0xff;
    writeFileSync(at('damaged.wim'), bytes);
    const errors: string[] = [];
    const records = await testWindowsImage(
      { ImagePath: at('damaged.wim') },
      { onError: (record) => errors.push(record.FullyQualifiedErrorId) },
    ).toArray();
    expect(records.at(-1)).toMatchObject({ Result: 'Damaged' });
    expect(records.length).toBeGreaterThan(1);
    expect(errors).toEqual(['Corrupt,Test-WindowsImage']);
  });
});

describe('Export-WindowsImageContent', () => {
  it('copies paths and patterns, once each', async () => {
    const [record] = await exportWindowsImageContent({
      ImagePath: wim,
      Index: 1,
      Path: ['/docs/*.txt', '\\docs\\deep', '\\docs\\deep\\three.txt'],
      Destination: at('chosen'),
    }).toArray();
    expect(record).toMatchObject({ FileCount: 2 });
    expect(Object.keys(describeTree(at('chosen')))).toEqual(['/deep', '/deep/three.txt', '/one.txt']);
    const none = exportWindowsImageContent({ ImagePath: wim, Index: 1, Path: ['**\\*.exe'], Destination: at('none') });
    await expect(none.toArray()).rejects.toMatchObject({ Symbol: 'PathNotFound' });
  });

  it('writes one file to standard output', async () => {
    const chunks: Uint8Array[] = [];
    const call = exportWindowsImageContent(
      { ImagePath: wim, Index: 1, Path: ['\\docs\\one.txt'], ToStandardOutput: true },
      { onBytes: (bytes) => void chunks.push(bytes) },
    );
    await call.toArray();
    expect(Buffer.concat(chunks).toString()).toBe('one');
  });
});
