// The cmdlets on the files of images, on a directory.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import addWindowsImageContent from '../../cmdlets/add-windowsimagecontent.ts';
import removeWindowsImageContent from '../../cmdlets/remove-windowsimagecontent.ts';
import renameWindowsImageContent from '../../cmdlets/rename-windowsimagecontent.ts';
import { captureToNewFile } from '../../lib/image/capture.ts';
import { openServicingTarget } from '../../lib/servicing/open-servicing-target.ts';
import { runScript } from '../lib/host/session-fixture.ts';
import { describeTree, scratchFolder } from '../support/trees.ts';

const scratch = scratchFolder('content');

function makeTree(): { tree: string; source: string } {
  const folder = mkdtempSync(join(scratch, 'case-'));
  const tree = join(folder, 'tree');
  const source = join(folder, 'source');
  mkdirSync(join(tree, 'Windows/INF'), { recursive: true });
  writeFileSync(join(tree, 'Windows/INF/disk.inf'), 'disk');
  writeFileSync(join(tree, 'readme.txt'), 'read me');
  mkdirSync(join(source, 'drivers/deep'), { recursive: true });
  writeFileSync(join(source, 'drivers/a.inf'), 'a');
  writeFileSync(join(source, 'drivers/deep/b.sys'), 'bb');
  symlinkSync('/etc', join(source, 'drivers/etc'));
  writeFileSync(join(source, 'one.txt'), '1');
  writeFileSync(join(source, 'two.txt'), '22');
  return { tree, source };
}

describe('Add-WindowsImageContent', () => {
  it('copies files, folders and patterns', async () => {
    const { tree, source } = makeTree();
    const warnings: string[] = [];
    const added = await addWindowsImageContent(
      {
        Path: tree,
        SourcePath: [join(source, '*.txt'), join(source, 'drivers')],
        Destination: '\\windows\\New',
        ErrorAction: 'Continue',
      },
      { onWarning: (text) => void warnings.push(text) },
    ).toArray();
    expect(added.map((record) => `${(record as { Action: string }).Action} ${String(record)}`)).toEqual([
      'Added \\Windows\\New',
      'Added \\Windows\\New\\one.txt',
      'Added \\Windows\\New\\two.txt',
      'Added \\Windows\\New\\drivers',
      'Added \\Windows\\New\\drivers\\a.inf',
      'Added \\Windows\\New\\drivers\\deep',
      'Added \\Windows\\New\\drivers\\deep\\b.sys',
    ]);
    expect(warnings).toHaveLength(1);
    expect(readFileSync(join(tree, 'Windows/New/drivers/deep/b.sys'), 'utf8')).toBe('bb');
    expect(readdirSync(join(tree, '..')).sort()).toEqual(['source', 'tree']);
  });

  it('names a single copy by its destination, and replaces only with -Force', async () => {
    const { tree, source } = makeTree();
    const target = { Path: tree, SourcePath: [join(source, 'one.txt')], Destination: '\\README.txt' };
    await expect(addWindowsImageContent(target).toArray()).rejects.toMatchObject({ Symbol: 'AlreadyExists' });
    expect(await addWindowsImageContent({ ...target, Force: true }).toArray()).toMatchObject([
      { Action: 'Replaced', FullName: '\\readme.txt', Length: 1 },
    ]);
    expect(readFileSync(join(tree, 'readme.txt'), 'utf8')).toBe('1');
  });
});

describe('Remove- and Rename-WindowsImageContent', () => {
  it('remove by pattern', async () => {
    const { tree } = makeTree();
    await expect(removeWindowsImageContent({ Path: tree, ContentPath: ['\\Windows'] }).toArray()).rejects.toMatchObject(
      { Symbol: 'DirectoryNotEmpty' },
    );
    expect(await removeWindowsImageContent({ Path: tree, ContentPath: ['**\\*.INF'] }).toArray()).toMatchObject([
      { Action: 'Removed', FullName: '\\Windows\\INF\\disk.inf' },
    ]);
    await expect(removeWindowsImageContent({ Path: tree, ContentPath: ['**\\*.INF'] }).toArray()).rejects.toMatchObject(
      { Symbol: 'PathNotFound' },
    );
  });

  it('rename in place and elsewhere', async () => {
    const { tree } = makeTree();
    await renameWindowsImageContent({ Path: tree, ContentPath: '\\readme.txt', NewName: 'READ.ME' }).toArray();
    await renameWindowsImageContent({ Path: tree, ContentPath: '\\Windows\\inf', NewName: '\\Drivers' }).toArray();
    expect(Object.keys(describeTree(tree))).toEqual(['/Drivers', '/Drivers/disk.inf', '/READ.ME', '/Windows']);
  });
});

describe('what all servicing cmdlets do', () => {
  it('-PlanOnly and -WhatIf change nothing and say what would change', async () => {
    const { tree } = makeTree();
    const before = describeTree(tree);
    const plan = await removeWindowsImageContent({
      Path: tree,
      ContentPath: ['\\Windows'],
      Recurse: true,
      PlanOnly: true,
    }).toArray();
    expect(plan).toMatchObject([
      { Action: 'Remove', Kind: 'Directory', Target: '\\Windows' },
      { Action: 'Remove', Kind: 'Directory', Target: '\\Windows\\INF' },
      { Action: 'Remove', Kind: 'File', Target: '\\Windows\\INF\\disk.inf', Before: { Length: 4 }, After: null },
    ]);
    const said = await runScript(`Remove-WindowsImageContent \\Windows -Recurse -Path '${tree}' -WhatIf`);
    expect(said.values).toEqual([]);
    expect(said.messages).toEqual([
      `What if: Performing the operation "Remove directory" on target "${tree}: \\Windows".`,
      `What if: Performing the operation "Remove directory" on target "${tree}: \\Windows\\INF".`,
      `What if: Performing the operation "Remove file" on target "${tree}: \\Windows\\INF\\disk.inf".`,
    ]);
    expect(describeTree(tree)).toEqual(before);
  });

  it('one commit for all input, none when something fails', async () => {
    const { tree } = makeTree();
    const before = describeTree(tree);
    const script = (names: string): string =>
      `'${tree}' | ForEach-Object { foreach ($n in ${names}) { [pscustomobject]@{ Path = $_; FullName = $n } } } | Remove-WindowsImageContent -Recurse`;
    const failed = await runScript(script("'\\readme.txt', '\\none'"));
    expect(failed.errors.join()).toContain('none');
    expect(describeTree(tree)).toEqual(before);
    const done = await runScript(script("'\\readme.txt', '\\Windows'"));
    expect(done.thrown).toBeUndefined();
    expect(done.values).toHaveLength(2);
    expect(describeTree(tree)).toEqual({});
  });

  it('refuse -Online and a WIM without its images, naming what to give', async () => {
    const ContentPath = ['\\x'];
    await expect(removeWindowsImageContent({ Online: true, ContentPath }).toArray()).rejects.toMatchObject({
      HResult: 0x80070032,
    });
    const ImagePath = join(scratch, 'a.wim');
    await expect(removeWindowsImageContent({ ImagePath, ContentPath }).toArray()).rejects.toMatchObject({
      Symbol: 'InvalidParameter',
    });
  });
});

describe('a WIM inside an image', () => {
  it('is serviced in place, in one commit of the outer file', async () => {
    const { tree, source } = makeTree();
    const folder = join(tree, '..');
    const recovery = join(tree, 'Windows/System32/Recovery');
    mkdirSync(recovery, { recursive: true });
    await captureToNewFile({ imagePath: join(recovery, 'Winre.wim'), capturePath: source, name: 'WinRE' });
    const ImagePath = join(folder, 'install.wim');
    await captureToNewFile({ imagePath: ImagePath, capturePath: tree, name: 'Outer' });
    const nested = { ImagePath, Index: [1], NestedImagePath: '\\windows\\system32\\recovery\\winre.wim' };
    const add = { ...nested, SourcePath: [join(tree, 'readme.txt')], Destination: '\\New\\' };
    expect(await addWindowsImageContent({ ...add, PlanOnly: true }).toArray()).toMatchObject([
      {
        Action: 'Create',
        Target: '\\New',
        NestedImagePath: nested.NestedImagePath,
        Image: 'install.wim, image 1, \\Windows\\System32\\Recovery\\Winre.wim, image 1',
      },
      { Action: 'Create', Target: '\\New\\readme.txt' },
    ]);
    await addWindowsImageContent(add).toArray();
    expect(readdirSync(folder).sort()).toEqual(['install.wim', 'source', 'tree']);
    await using target = await openServicingTarget(
      { imagePath: ImagePath, indexes: [1], nestedImagePath: nested.NestedImagePath },
      { needs: 'none', readOnly: true },
    );
    const bytes = await target.sessions[0]!.root.read('\\New\\readme.txt');
    expect(Buffer.from(bytes).toString()).toBe('read me');
  });
});
