// Commits of a directory that are interrupted at every rename, and records that are not ours.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DirectoryRoot } from '../../../lib/image/directory-root.ts';
import { plantGeneration, treeShape } from '../../support/generations.ts';
import { scratchFolder } from '../../support/trees.ts';

const faults = vi.hoisted(() => ({ renamesLeft: Number.POSITIVE_INFINITY }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    rename: async (...paths: Parameters<typeof real.rename>) => {
      if (faults.renamesLeft-- <= 0) throw Object.assign(new Error('EIO: no more'), { code: 'EIO' });
      await real.rename(...paths);
    },
  };
});
afterEach(() => {
  faults.renamesLeft = Number.POSITIVE_INFINITY;
});

const scratch = scratchFolder('commit');
const bytes = (text: string): { bytes: Uint8Array } => ({ bytes: Buffer.from(text) });

describe('a commit that fails in the middle', () => {
  it('is finished by whoever opens the tree next, wherever it stopped', async () => {
    let failures = 0;
    for (let renames = 0; ; renames++) {
      const tree = join(mkdtempSync(join(scratch, 'fault-')), 'tree');
      plantGeneration(tree, 1);
      const before = treeShape(tree);
      const root = await DirectoryRoot.open(tree);
      await root.rename('\\moved-1', '\\moved-2');
      await root.rename('\\moved-2\\inside.txt', '\\files\\inside.txt');
      await root.write('\\moved-2\\inside.txt', bytes('new'));
      await root.remove('\\only-1', { recursive: true });
      await root.write('\\only-1', bytes('now a file'));
      await root.write('\\linked-1', bytes('broken'), { streams: [{ name: 'kept', content: bytes('there') }] });
      await root.link('\\linked-3', '\\linked-2');
      faults.renamesLeft = renames;
      const outcome = await root.commit().then(
        () => 'done',
        (error: { Symbol: string }) => error.Symbol,
      );
      faults.renamesLeft = Number.POSITIVE_INFINITY;
      await root[Symbol.asyncDispose]();
      const second = await DirectoryRoot.open(tree);
      await second[Symbol.asyncDispose]();
      expect(readdirSync(join(tree, '..'))).toEqual(outcome === 'IoError' ? ['tree'] : ['tree', 'tree.opendism']);
      if (outcome === 'IoError') {
        expect(treeShape(tree), `after ${renames} renames`).toEqual(before);
        continue;
      }
      const after = treeShape(tree);
      expect(after['/files/inside.txt'], `after ${renames} renames`).toContain('file 12');
      expect(after['/moved-2/inside.txt']).toContain('file 3');
      expect(after['/only-1']).toContain('file 10');
      expect(after['/linked-3']).toContain('links 2');
      expect(after['/linked-1']).toContain('links 1');
      expect(after['/moved-1']).toBeUndefined();
      expect(readdirSync(`${tree}.opendism`)).toEqual(['index', 'tree.wim']);
      await using finished = await DirectoryRoot.open(tree);
      expect((await finished.stat('\\linked-1'))!.streams).toMatchObject([{ name: 'kept', size: 5 }]);
      if (outcome === 'done') break;
      expect(outcome).toBe('WriteInProgress');
      failures++;
    }
    expect(failures).toBeGreaterThan(5);
  });

  it('is not carried out where the record is not what we write', async () => {
    const tree = join(mkdtempSync(join(scratch, 'hostile-')), 'tree');
    plantGeneration(tree, 1);
    const before = treeShape(tree);
    const step = { modified: '0', accessed: '0' };
    const records: unknown[] = [
      null,
      {},
      { format: 'opendism-commit-1', out: [{ path: ['..', 'x'], to: 'old/0' }], in: [], set: [] },
      { format: 'opendism-commit-1', out: [{ path: ['files'], to: '../../x' }], in: [], set: [] },
      { format: 'opendism-commit-1', out: [], in: [{ from: 'new/0', path: ['a/../../b'] }], set: [] },
      { format: 'opendism-commit-1', out: [], in: [], set: [{ ...step, path: ['files'], mode: -1 }] },
      { format: 'opendism-commit-1', out: [], in: [], set: [], sideCar: [{ path: ['..', 'x'], records: [1] }] },
      { format: 'opendism-commit-1', out: [], in: [], set: [], sideCar: [{ path: ['files'], records: [-1] }] },
      { format: 'opendism-commit-1', out: [], in: [], set: [], sideCar: 'x' },
    ];
    for (const record of records) {
      mkdirSync(`${tree}.opendism.commit/new`, { recursive: true });
      writeFileSync(`${tree}.opendism.commit/commit.json`, JSON.stringify(record));
      await expect(DirectoryRoot.open(tree), JSON.stringify(record)).rejects.toMatchObject({ Symbol: 'Corrupt' });
    }
    expect(treeShape(tree)).toEqual(before);
  });

  it('is not carried out through a link that took the place of a directory', async () => {
    const folder = mkdtempSync(join(scratch, 'link-'));
    const tree = join(folder, 'tree');
    plantGeneration(tree, 1);
    mkdirSync(join(folder, 'outside'));
    mkdirSync(`${tree}.opendism.commit/new`, { recursive: true });
    mkdirSync(`${tree}.opendism.commit/old`);
    writeFileSync(`${tree}.opendism.commit/new/0`, 'x');
    symlinkSync('../outside', join(tree, 'link'));
    const record = { format: 'opendism-commit-1', out: [], in: [{ from: 'new/0', path: ['link', 'x'] }], set: [] };
    writeFileSync(`${tree}.opendism.commit/commit.json`, JSON.stringify(record));
    await expect(DirectoryRoot.open(tree)).rejects.toMatchObject({ Symbol: 'UnsafePath' });
    expect(readdirSync(join(folder, 'outside'))).toEqual([]);
  });

  it('does not write through a directory that became a link meanwhile', async () => {
    const folder = mkdtempSync(join(scratch, 'swap-'));
    const tree = join(folder, 'tree');
    plantGeneration(tree, 1);
    await mkdir(join(folder, 'outside'));
    await using root = await DirectoryRoot.open(tree);
    await root.write('\\swap\\new.txt', bytes('x'));
    await rename(join(tree, 'swap'), join(folder, 'away'));
    await symlink('../outside', join(tree, 'swap'));
    await expect(root.commit()).rejects.toMatchObject({ name: 'DismError' });
    expect(readdirSync(join(folder, 'outside'))).toEqual([]);
  });
});

describe('where edits are staged', () => {
  it.skipIf(process.getuid?.() === 0)('is inside the tree when nothing can be made beside it', async () => {
    const folder = mkdtempSync(join(scratch, 'inside-'));
    const tree = join(folder, 'tree');
    plantGeneration(tree, 1);
    chmodSync(folder, 0o555);
    try {
      await using root = await DirectoryRoot.open(tree);
      await root.write('\\new.txt', bytes('x'));
      expect(existsSync(join(tree, '.opendism.commit'))).toBe(true);
      expect(await root.stat('\\.opendism.commit')).toBeUndefined();
      await root.commit();
      expect(existsSync(join(tree, '.opendism.commit'))).toBe(false);
    } finally {
      chmodSync(folder, 0o755);
    }
  });
});
