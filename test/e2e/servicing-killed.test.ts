// A process that services a WIM in place is killed at any moment: the file opens as it was before or after a commit, in
// all images alike. OPENDISM_KILLS sets how often.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { captureToExistingFile, captureToNewFile } from '../../lib/image/capture.ts';
import { openWimContainer } from '../../lib/image/wim-container.ts';
import { WimFile } from '../../lib/wim/wim-file.ts';
import { acceptedByJudges, describeWithJudges } from '../support/judges.ts';
import { randomFrom } from '../support/random.ts';
import { scratchFolder } from '../support/trees.ts';

const kills = Number(process.env.OPENDISM_KILLS ?? 60);
const LARGEST = 30 << 20;
const scratch = scratchFolder('killed');
const base = join(scratch, 'base.wim');
const library = new URL('../../dist/lib/image/wim-container.js', import.meta.url).href;

/** Edits all images, commits, and so on for ever. */
const servicing = `
  import { openWimContainer } from ${JSON.stringify(library)};
  const container = await openWimContainer(process.argv[1], 'all');
  let count = Number(Buffer.from(await container.roots[0].read('\\\\count')).toString());
  console.log('ready');
  for (;;) {
    count++;
    for (const root of container.roots) {
      await root.write('\\\\count', { bytes: Buffer.from(String(count)) });
      await root.write('\\\\new' + (count % 3), { bytes: Buffer.alloc(60000 + count, 'content ' + count) });
      if (count % 3 === 0) await root.remove('\\\\new1');
    }
    await container.commit();
  }`;

beforeAll(async () => {
  const source = join(scratch, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'count'), '0');
  writeFileSync(join(source, 'kept.bin'), Buffer.alloc(200_000, 'kept'));
  await captureToNewFile({ imagePath: base, capturePath: source, name: 'one' });
  await captureToExistingFile({ imagePath: base, capturePath: source, name: 'two' });
});

async function killOne(path: string, random: () => number, afterAppend: boolean): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', servicing, path], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr!.on('data', (text) => {
    complaint += text;
  });
  const gone = once(child, 'exit');
  const started = await Promise.race([once(child.stdout!, 'data'), gone.then(() => undefined)]);
  expect(started, complaint).toBeDefined();
  if (afterAppend) {
    const before = statSync(path).size;
    while (statSync(path).size <= before) await wait(0);
  }
  await wait(Math.floor(random() * 20));
  child.kill('SIGKILL');
  await gone;
}

/** The number of commits that the file shows. */
async function countIn(path: string): Promise<number> {
  await using container = await openWimContainer(path, 'all', { readOnly: true });
  const counts = new Set<number>();
  for (const root of container.roots) {
    const count = Number(Buffer.from(await root.read('\\count')).toString());
    counts.add(count);
    if (count === 0) continue;
    const content = Buffer.from(await root.read(`\\new${count % 3}`));
    expect(content.equals(Buffer.alloc(60_000 + count, `content ${count}`))).toBe(true);
    if (count % 3 === 0) expect(await root.stat('\\new1')).toBeUndefined();
  }
  expect(counts.size, 'all images show one commit').toBe(1);
  await using file = await WimFile.open(path);
  const findings: unknown[] = [];
  for await (const finding of file.verify()) findings.push(finding);
  expect(findings).toEqual([]);
  return [...counts][0]!;
}

describe('kill -9 while a WIM is serviced', () => {
  it.concurrent.each([0, 1, 2, 3])(
    'leaves the file as before or after a commit (worker %i)',
    async (worker) => {
      const { fraction: random } = randomFrom(worker + 1);
      const path = join(scratch, `${worker}.wim`);
      copyFileSync(base, path);
      let last = 0;
      for (let i = worker; i < kills; i += 4) {
        await killOne(path, random, i % 8 < 4);
        const count = await countIn(path);
        expect(count).toBeGreaterThanOrEqual(last);
        last = count;
        if (statSync(path).size > LARGEST) {
          copyFileSync(base, path);
          last = 0;
        }
      }
    },
    60_000 + kills * 4000,
  );
});

describeWithJudges(['wimlib-imagex', '7z'], 'a WIM whose servicing was killed', () => {
  it('is sound to others, with the next change behind it', async () => {
    const path = join(scratch, 'judged.wim');
    copyFileSync(base, path);
    await killOne(path, randomFrom(9).fraction, true);
    await acceptedByJudges(path);
    await using container = await openWimContainer(path, 'all');
    await container.roots[0]!.write('\\after', { bytes: Buffer.from('after') });
    await container.commit();
    await acceptedByJudges(path);
  }, 60_000);
});
