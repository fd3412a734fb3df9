// The WINDOWS block of captured phony Windows against the one that wimlib writes for the same trees.
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { captureToNewFile } from '../../../lib/image/capture.ts';
import { WimFile } from '../../../lib/wim/wim-file.ts';
import { WimXml } from '../../../lib/wim/wim-xml.ts';
import { textOf, type XmlElement } from '../../../lib/wim/xml-tree.ts';
import { describeWithJudges, judge } from '../../support/judges.ts';
import { type PhonyWindowsOptions, phonyReleaseNames, writePhonyWindows } from '../../support/phony-windows.ts';
import { scratchFolder } from '../../support/trees.ts';

const folder = scratchFolder('windows-xml');
let captures = 0;

/** Every text of an image with its path, in order. */
function leaves(element: XmlElement, path = ''): string[] {
  const children = element.children.filter((node): node is XmlElement => node.kind === 'element');
  if (children.length === 0) return [`${path}=${textOf(element)}`];
  return children.flatMap((child) => leaves(child, path === '' ? child.name : `${path}/${child.name}`));
}

const described = /^(WINDOWS|FLAGS|DISPLAY)/;

async function capture(tree: string): Promise<{ leaves: string[]; warnings: string[] }> {
  const imagePath = join(folder, `capture-${captures++}.wim`);
  const warnings: string[] = [];
  const onWarning = (message: string): number => warnings.push(message);
  await captureToNewFile({ imagePath, capturePath: tree, name: 'n', type: 'None', onWarning });
  await using file = await WimFile.open(imagePath);
  return { leaves: leaves(file.getImage({ index: 1 }).element).filter((leaf) => described.test(leaf)), warnings };
}

async function wimlibLeaves(tree: string): Promise<string[]> {
  const wim = join(folder, `wimlib-${captures++}.wim`);
  await judge('wimlib-imagex', 'capture', tree, wim, 'n', '--compress=none');
  await judge('wimlib-imagex', 'info', wim, `--extract-xml=${wim}.xml`);
  const xml = WimXml.parse(readFileSync(`${wim}.xml`), wim);
  return leaves(xml.image(1)!.element).filter((leaf) => described.test(leaf));
}

/** What we say and wimlib does not, as Microsoft's own images do. */
const OURS_ALONE = /^WINDOWS\/(SERVICINGDATA\/|VERSION\/BRANCH)/;

describeWithJudges(['wimlib-imagex'], 'the WINDOWS block', () => {
  const cases: (readonly [string, PhonyWindowsOptions])[] = [
    ...phonyReleaseNames.map((release) => [release, { release }] as const),
    ['arm64 with three languages', { architecture: 'arm64', languages: ['ja-JP', 'en-US', 'pt-BR'] }],
    ['x86 and ServerDatacenter', { release: 'server-2008-r2', architecture: 'x86', edition: 'ServerDatacenter' }],
    ['a server without desktop', { release: 'server-2025', installationType: 'Server Core', hal: 'acpiapic' }],
    ['another Windows folder', { windowsDirectory: 'WINNT', release: '10' }],
  ];

  it.each(cases)('says of %s what wimlib says', async (name, options) => {
    const tree = join(folder, name);
    const profile = writePhonyWindows(tree, options);
    const ours = await capture(tree);
    expect(ours.warnings).toEqual([]);
    // Deliberate: Microsoft's tools take the product name of the kernel, which is the same in all releases; and what
    // Setup shows for Windows 11 is its name, though the registry still says 10.
    const expected = (await wimlibLeaves(tree)).map((leaf) => {
      if (leaf.startsWith('WINDOWS/PRODUCTNAME=')) return 'WINDOWS/PRODUCTNAME=Microsoft® Windows® Operating System';
      const isEleven = profile.build >= 22000 && !profile.isServer;
      return isEleven && leaf.startsWith('DISPLAY') ? leaf.replace('Windows 10', 'Windows 11') : leaf;
    });
    expect(ours.leaves.filter((leaf) => !OURS_ALONE.test(leaf)).sort()).toEqual(expected.sort());
  });
});

it('has servicing data and a branch in the order Microsoft writes', async () => {
  const tree = join(folder, 'order');
  writePhonyWindows(tree, { release: '10', hal: 'acpiapic' });
  expect((await capture(tree)).leaves).toEqual([
    'WINDOWS/ARCH=9',
    'WINDOWS/PRODUCTNAME=Microsoft® Windows® Operating System',
    'WINDOWS/EDITIONID=Professional',
    'WINDOWS/INSTALLATIONTYPE=Client',
    'WINDOWS/SERVICINGDATA/GDRDUREVISION=0',
    'WINDOWS/SERVICINGDATA/PKEYCONFIGVERSION=10.0.19045.3803;2016-01-01T00:00:00Z',
    'WINDOWS/SERVICINGDATA/IMAGESTATE=IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE',
    'WINDOWS/HAL=acpiapic',
    'WINDOWS/PRODUCTTYPE=WinNT',
    'WINDOWS/PRODUCTSUITE=Terminal Server',
    'WINDOWS/LANGUAGES/LANGUAGE=en-US',
    'WINDOWS/LANGUAGES/DEFAULT=en-US',
    'WINDOWS/VERSION/MAJOR=10',
    'WINDOWS/VERSION/MINOR=0',
    'WINDOWS/VERSION/BUILD=19045',
    'WINDOWS/VERSION/SPBUILD=3803',
    'WINDOWS/VERSION/SPLEVEL=0',
    'WINDOWS/VERSION/BRANCH=vb_release',
    'WINDOWS/SYSTEMROOT=WINDOWS',
    'FLAGS=Professional',
    'DISPLAYNAME=Windows 10 Pro',
    'DISPLAYDESCRIPTION=Windows 10 Pro',
  ]);
});

it('says of another control set what that one says', async () => {
  const tree = join(folder, 'control-set');
  writePhonyWindows(tree, { controlSet: 2 });
  expect((await capture(tree)).leaves).toContain('WINDOWS/PRODUCTTYPE=WinNT');
});

it('says nothing of a tree without Windows', async () => {
  const tree = join(folder, 'data');
  mkdirSync(join(tree, 'Windows/System32'), { recursive: true });
  expect(await capture(tree)).toEqual({ leaves: [], warnings: [] });
});

it.each([
  ['has no bytes', (path: string) => writeFileSync(path, '')],
  ['is no hive', (path: string) => writeFileSync(path, Buffer.alloc(8192, 'x'))],
  ['is damaged within', (path: string) => writeFileSync(path, readFileSync(path).fill(0xee, 4096 + 64, 12000))],
])('captures a Windows whose SOFTWARE %s, with a warning', async (name, damage) => {
  const tree = join(folder, name);
  writePhonyWindows(tree);
  damage(join(tree, 'Windows/System32/config/SOFTWARE'));
  const { leaves: said, warnings } = await capture(tree);
  expect(said).toEqual([]);
  expect(warnings).toHaveLength(1);
});

it('does not follow a link to the hive of another Windows', async () => {
  const tree = join(folder, 'linked');
  writePhonyWindows(tree);
  const path = join(tree, 'Windows/System32/config/SOFTWARE');
  rmSync(path);
  symlinkSync(join(folder, 'order/Windows/System32/config/SOFTWARE'), path);
  const { leaves: said, warnings } = await capture(tree);
  expect([said, warnings.length]).toEqual([[], 1]);
});
