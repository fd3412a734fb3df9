// Real image files of many origins, serviced in place: what was not edited is as it was to wimlib, what wimlib and 7-Zip
// accepted they still accept, and undo gives the file back byte for byte.
import { copyFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { isDismError } from '../../lib/base/error.ts';
import { undoImageChange } from '../../lib/image/undo-change.ts';
import { openWimContainer, type WimContainer } from '../../lib/image/wim-container.ts';
import { describeWithCorpus, describeWithJudges } from '../support/judges.ts';
import { runProgram } from '../support/run-command.ts';
import { scratchFolder } from '../support/trees.ts';

/** Entries that cannot be used are left out when such an image is written. */
const leftOut = new Set(['dotdot.wim', 'duplicate_names.wim']);

async function dump(path: string, index: number): Promise<Map<string, string>> {
  const { stdout } = await runProgram('wimlib-imagex', ['dir', path, String(index), '--detailed']);
  const entries = new Map<string, string>();
  for (const block of stdout.split(/^-{70,}\n/m)) {
    const name = /^Full Path {11}= "(.*)"$/m.exec(block)?.[1];
    if (name !== undefined) entries.set(name, block.replace(/^(Reference Count|Offset in WIM) .*\n/gm, ''));
  }
  return entries;
}

/** Who accepts a file. */
async function judges(path: string): Promise<string[]> {
  const wimlib = await runProgram('wimlib-imagex', ['verify', path]);
  const sevenZip = await runProgram('7z', ['t', path]);
  return [wimlib.code === 0 && 'wimlib', sevenZip.code === 0 && '7-Zip'].filter((name) => name !== false);
}

describeWithJudges(['wimlib-imagex', '7z'], 'servicing real files', () => {
  describeWithCorpus('wim', 'in place', (root) => {
    const scratch = scratchFolder('serviced');
    const files = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(wim|esd|ppkg)$/i.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));

    it.each(files.map((file, at) => [basename(file), file, at] as const))('%s', async (name, file, at) => {
      const path = join(scratch, `${at}-${name}`);
      copyFileSync(file, path);
      const before = readFileSync(path);
      let container: WimContainer;
      try {
        container = await openWimContainer(path, 'all');
        for (const image of container.roots) await image.stat('\\');
      } catch (error) {
        // What cannot be serviced says so, and stays as it was.
        expect(isDismError(error), String(error)).toBe(true);
        expect(readFileSync(path).equals(before)).toBe(true);
        return;
      }
      const accepted = await judges(path);
      const dumps = await Promise.all(container.roots.map(({ index }) => dump(path, index)));
      try {
        for (const image of container.roots) {
          await image.createDirectory('\\OpenDISM test\\a', { parents: true });
          await image.write('\\OpenDISM test\\b.txt', { bytes: Buffer.from('serviced') });
        }
        await container.commit();
      } finally {
        await container.close();
      }
      expect(await judges(path)).toEqual(expect.arrayContaining(accepted));
      if (!leftOut.has(name)) {
        for (const [i, { index }] of container.roots.entries()) {
          const after = await dump(path, index);
          if (after.size === 0) continue;
          for (const [entry, text] of dumps[i]!) expect(after.get(entry), entry).toBe(text);
          expect([...after.keys()].filter((entry) => !dumps[i]!.has(entry))).toEqual([
            '/OpenDISM test',
            '/OpenDISM test/a',
            '/OpenDISM test/b.txt',
          ]);
        }
      }
      if (container.roots.length === 0) return;
      // A tail that belonged to nothing is gone.
      await undoImageChange(path);
      expect(before.subarray(0, statSync(path).size).equals(readFileSync(path))).toBe(true);
    });
  });
});
