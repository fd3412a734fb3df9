// Get-WindowsImage on images of phony Windows whose XML says much, little or nothing.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { getWindowsImage, newWindowsImage, type WimImageInfo } from '../../cmdlets/library.ts';
import { WimWriter } from '../../lib/wim/wim-writer.ts';
import { findElement, setText } from '../../lib/wim/xml-tree.ts';
import { describeWithJudges, judge } from '../support/judges.ts';
import { writePhonyWim, writePhonyWindows } from '../support/phony-windows.ts';
import { scratchFolder } from '../support/trees.ts';

const folder = scratchFolder('get-windowsimage');
const wim = join(folder, 'phony.wim');

async function details(ImagePath: string, Index = 1): Promise<WimImageInfo> {
  const [record] = await getWindowsImage({ ImagePath, Index }).toArray();
  return record as WimImageInfo;
}

/** A copy of the file whose XML lost elements of every image. */
async function without(...names: readonly string[]): Promise<string> {
  const path = join(folder, `without-${names.join('-')}.wim`);
  writeFileSync(path, readFileSync(wim));
  await using writer = await WimWriter.open(path);
  for (const { element } of writer.xml.images) {
    const kept = element.children.filter((node) => node.kind !== 'element' || !names.includes(node.name));
    element.children.splice(0, element.children.length, ...kept);
  }
  await writer.commit();
  return path;
}

beforeAll(async () => {
  await writePhonyWim(wim, [
    { release: '7', architecture: 'x86', languages: ['de-DE', 'en-US'] },
    { release: 'server-2022', installationType: 'Server Core' },
    { release: '11', architecture: 'arm64' },
  ]);
});

describe('Get-WindowsImage', () => {
  it('has Microsoft’s values for each image', async () => {
    expect(await details(wim)).toMatchObject({
      ...{ Architecture: 'x86', Hal: 'acpiapic', Version: '6.1.7601.17514', SPBuild: 17514, SPLevel: 1 },
      ...{ EditionId: 'Professional', InstallationType: 'Client', ProductType: 'WinNT', SystemRoot: 'WINDOWS' },
      ...{
        ProductSuite: 'Terminal Server',
        Languages: ['de-DE', 'en-US'],
        DefaultLanguageIndex: 0,
        Flags: 'Professional',
      },
      ...{ MajorVersion: 6, MinorVersion: 1, Build: 7601, ImageType: 'WIM' },
    });
    expect(await details(wim, 2)).toMatchObject({
      ...{ Architecture: 'x64', Hal: '', Version: '10.0.20348.587', SPLevel: 0, EditionId: 'ServerStandard' },
      ...{ InstallationType: 'Server Core', ProductType: 'ServerNT', Languages: ['en-US'] },
    });
    expect(await details(wim, 3)).toMatchObject({ Architecture: 'ARM64', DisplayName: 'Windows 11 Pro' });
  });

  it.each([1, 2, 3])('finds in image %d what its XML does not say', async (index) => {
    const path = await without('WINDOWS');
    expect(await details(path, index)).toEqual({ ...(await details(wim, index)), ImagePath: path });
  });

  it('adds to what the XML says, and changes nothing of it', async () => {
    const path = join(folder, 'partly.wim');
    writeFileSync(path, readFileSync(wim));
    {
      await using writer = await WimWriter.open(path);
      const block = findElement(writer.xml.image(2)!.element, 'WINDOWS')!;
      const kept = block.children.filter((node) => node.kind === 'element' && /ARCH|VERSION/.test(node.name));
      block.children.splice(0, block.children.length, ...kept);
      setText(findElement(block, 'VERSION', 'SPBUILD')!, '7920');
      await writer.commit();
    }
    const expected = { ...(await details(wim, 2)), ImagePath: path, SPBuild: 7920, Version: '10.0.20348.7920' };
    expect(await details(path, 2)).toEqual(expected);
  });

  it('counts where the XML does not', async () => {
    const path = await without(
      'DIRCOUNT',
      'FILECOUNT',
      'TOTALBYTES',
      'CREATIONTIME',
      'LASTMODIFICATIONTIME',
      'WINDOWS',
    );
    const { CreatedTime, ModifiedTime, ...bare } = await details(path, 3);
    const { CreatedTime: _, ModifiedTime: __, ...full } = await details(wim, 3);
    expect(bare).toEqual({ ...full, ImagePath: path });
    expect(CreatedTime?.Ticks).toBeGreaterThan(0n);
    expect(ModifiedTime?.Ticks).toBeGreaterThan(0n);
  });

  it('warns of a Windows that cannot be identified, at capture and later', async () => {
    const path = join(folder, 'broken.wim');
    const tree = join(folder, 'broken');
    writePhonyWindows(tree);
    writeFileSync(join(tree, 'Windows/System32/config/SYSTEM'), 'no hive');
    const warnings: string[] = [];
    const listeners = { onWarning: (text: string) => void warnings.push(text) };
    await newWindowsImage({ ImagePath: path, CapturePath: tree, Name: 'broken' }, listeners).toArray();
    expect(warnings).toHaveLength(1);
    expect(await getWindowsImage({ ImagePath: path, Index: 1 }, listeners).toArray()).toMatchObject([
      { ImageName: 'broken', EditionId: '', SPBuild: null },
    ]);
    expect(warnings).toHaveLength(2);
  });

  it('leaves data without Windows alone', async () => {
    const path = join(folder, 'data.wim');
    const tree = join(folder, 'data');
    mkdirSync(join(tree, 'Windows/System32/config'), { recursive: true });
    writeFileSync(join(tree, 'Windows/System32/config/SOFTWARE'), 'no hive');
    await newWindowsImage({ ImagePath: path, CapturePath: tree, Name: 'data' }).toArray();
    expect(await details(path)).toMatchObject({ Architecture: '', Version: '', Languages: [], DirectoryCount: 4 });
  });
});

describeWithJudges(['wimlib-imagex'], 'Get-WindowsImage before its judges', () => {
  it('reads the images that wimlib captured, compressed in every way', async () => {
    const tree = join(folder, 'tree');
    writePhonyWindows(tree, { release: 'winpe', languages: ['ja-JP'] });
    for (const compression of ['none', 'XPRESS', 'LZX', 'LZMS']) {
      const path = join(folder, `${compression}.wim`);
      await judge('wimlib-imagex', 'capture', tree, path, 'pe', `--compress=${compression}`);
      execFileSync('wimlib-imagex', ['info', path, '--image-property', 'WINDOWS='], { stdio: 'ignore' });
      expect(await details(path)).toMatchObject({
        EditionId: 'WindowsPE',
        Version: '10.0.26100.1',
        Languages: ['ja-JP'],
        // wimlib's XML would have the product name of the registry.
        ProductName: 'Microsoft® Windows® Operating System',
      });
    }
  });
});
