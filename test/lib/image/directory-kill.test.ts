// Commits of a directory and its side-car that kill -9 ends at random moments. OPENDISM_KILLS sets how many.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { captureToNewFile } from '../../../lib/image/capture.ts';
import { DirectoryRoot } from '../../../lib/image/directory-root.ts';
import { openWimContainer } from '../../../lib/image/wim-container.ts';
import { securityOf, ticksOf } from '../../support/generation-metadata.mjs';
import { plantGeneration, treeShape } from '../../support/generations.ts';
import { chooseSeed, randomFrom } from '../../support/random.ts';
import { scratchFolder } from '../../support/trees.ts';
import { snapshotRoot } from './image-root-snapshot.ts';

const scratch = scratchFolder('kill');
const built = fileURLToPath(new URL('../../../dist/lib/image/directory-root.js', import.meta.url));
const program = fileURLToPath(new URL('../../support/commit-generations.mjs', import.meta.url));
/** A capture compares the whole image: now and then. */
const KILLS_PER_CAPTURE = 25;

function generationOf(tree: string): number {
  return Number(/\d+/.exec(readFileSync(join(tree, 'files/0.txt'), 'utf8'))![0]);
}

/** Everything that the side-car keeps is of the same generation. */
async function expectKept(root: DirectoryRoot, generation: number): Promise<void> {
  const size = `generation ${generation}`.length;
  const streams = [{ name: 'generation', size }];
  const security = securityOf(generation).toString('hex');
  for (let i = 0; i < 8; i++) {
    const stat = (await root.stat(`\\files\\${i}.txt`))!;
    expect(stat).toMatchObject({ shortName: `G${generation % 10_000}~${i}`, streams, attributes: 0x20 });
    expect(stat.creationTime.Ticks).toBe(ticksOf(generation));
    expect(Buffer.from(stat.securityDescriptor!).toString('hex')).toBe(security);
  }
  for (const path of ['\\files', `\\swap\\a-${generation}`, `\\only-${generation}\\deep\\deeper\\file.txt`]) {
    expect(Buffer.from((await root.stat(path))!.securityDescriptor!).toString('hex'), path).toBe(security);
  }
  expect(await root.stat('\\files')).toMatchObject({ attributes: 0x12 });
  for (const path of [`\\moved-${generation}\\inside.txt`, '\\linked-1', '\\linked-2']) {
    expect((await root.stat(path))!.streams, path).toMatchObject(streams);
  }
  // It is kept only while the file is the one that was recorded, to the time of its status change.
  expect((await root.stat('\\reparse'))!.reparseTag).toBe(0x80000017);
}

/** A capture is what the directory shows. */
async function expectCaptured(tree: string, root: DirectoryRoot): Promise<void> {
  const imagePath = join(mkdtempSync(join(scratch, 'captured-')), 'image.wim');
  await captureToNewFile({ imagePath, capturePath: tree, name: 'killed' });
  await using container = await openWimContainer(imagePath, [1], { readOnly: true });
  expect(await snapshotRoot(container.roots[0]!)).toEqual(await snapshotRoot(root));
}

it('kill -9 leaves a tree and a side-car that open as they were or as they would be, together', async () => {
  const kills = Number(process.env.OPENDISM_KILLS ?? 40);
  const seed = chooseSeed();
  const random = randomFrom(seed);
  const tree = join(mkdtempSync(join(scratch, 'tree-')), 'tree');
  plantGeneration(tree, 0);
  let generation = 0;
  let [inCommit, carriedOut] = [0, 0];
  for (let kill = 0; kill < kills; kill++) {
    const child = spawn(process.execPath, [program, built, tree, String(generation)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // Most of them after a commit began.
    const awaited = random.below(4) === 0 ? 'r' : 'c';
    let told = '';
    const reached = new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        told += chunk.toString();
        if (told.includes(awaited)) resolve();
      });
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await reached;
    await new Promise((resolve) => setTimeout(resolve, random.below(1500) / 10));
    child.kill('SIGKILL');
    await ended;
    if (told.endsWith('c')) inCommit++;
    if (existsSync(`${tree}.opendism.commit/commit.json`)) carriedOut++;
    await using root = await DirectoryRoot.open(tree);
    generation = generationOf(tree);
    const expected = join(mkdtempSync(join(scratch, 'expected-')), 'tree');
    plantGeneration(expected, generation);
    expect(treeShape(tree), `seed ${seed}, kill ${kill}`).toEqual(treeShape(expected));
    if (generation === 0) {
      expect(readdirSync(join(tree, '..'))).toEqual(['tree']);
      continue;
    }
    expect(readdirSync(join(tree, '..'))).toEqual(['tree', 'tree.opendism']);
    expect(readdirSync(`${tree}.opendism`)).toEqual(['index', 'tree.wim']);
    await expectKept(root, generation);
    if (kill % KILLS_PER_CAPTURE === 0) await expectCaptured(tree, root);
  }
  const figures = `${kills} kills, ${inCommit} in a commit, ${carriedOut} of them with a record to carry out`;
  if (process.env.OPENDISM_KILLS !== undefined) console.info(`seed ${seed}: ${figures}, generation ${generation}`);
  expect(generation, figures).toBeGreaterThan(0);
}, 3_600_000);
