// The contract of ImageRoot: edits at random change exactly what is listed.
import { describe, expect, it } from 'vitest';
import { FileTime } from '../../../../lib/base/file-time.ts';
import type { FileChange, ImageRoot } from '../../../../lib/image/image-root.ts';
import { randomFrom } from '../../../support/random.ts';
import { applyChanges, idleChanges, type RootSnapshot, snapshotRoot } from '../image-root-snapshot.ts';
import { bytes, type ContractImages, large } from './contract-images.ts';

/** How many random sequences of edits are tried; set OPENDISM_SEEDS for more. */
const seeds = Number(process.env.OPENDISM_SEEDS ?? 6);

export function describeRandomEdits(images: ContractImages): void {
  const { makeImage } = images;

  describe(`${images.name}: edits at random`, () => {
    it.each(Array.from({ length: seeds }, (_, seed) => seed))(
      'states exactly what a commit changes, at random (seed %i)',
      async (seed) => {
        const image = await makeImage();
        let before: RootSnapshot;
        let staged: RootSnapshot;
        {
          await using root = await image.open();
          before = await snapshotRoot(root);
          await editAtRandom(root, randomFrom(seed).fraction, before);
          staged = await snapshotRoot(root);
          const changes: FileChange[] = [];
          for await (const change of root.changes({ hashes: true })) changes.push(change);
          expect(applyChanges(before, changes)).toEqual(staged);
          expect(idleChanges(before, staged, changes)).toEqual([]);
          await root.commit();
          expect(await snapshotRoot(root)).toEqual(staged);
        }
        await using root = await image.open();
        expect(await snapshotRoot(root)).toEqual(staged);
      },
    );
  });
}

/** Forty edits, some of which the root refuses. */
async function editAtRandom(root: ImageRoot, random: () => number, before: RootSnapshot): Promise<void> {
  const known = new Set(Object.keys(before));
  const pick = (): string => [...known][Math.floor(random() * known.size)]!;
  const fresh = (): string => {
    const parent = pick();
    return `${parent === '\\' ? '' : parent}\\${['new', 'Neu', 'disk.inf', 'x'][Math.floor(random() * 4)]}${Math.floor(random() * 5)}`;
  };
  for (let i = 0; i < 40; i++) {
    const path = random() < 0.6 ? pick() : fresh();
    const other = fresh();
    const lastWriteTime = new FileTime(130_000_000_000_000_000n + BigInt(Math.floor(random() * 1e9)));
    const step = Math.floor(random() * 8);
    try {
      if (step === 0) await root.write(path, bytes(`content ${i}`), { lastWriteTime });
      else if (step === 1) await root.write(other, { bytes: large.subarray(0, Math.floor(random() * 90_000)) });
      else if (step === 2) await root.createDirectory(other, { metadata: { lastWriteTime } });
      else if (step === 3) await root.setMetadata(path, { lastWriteTime });
      else if (step === 4) await root.link(other, path);
      else if (step === 5) await root.rename(path, other);
      else if (step === 6 && random() < 0.5) await root.remove(path, { recursive: random() < 0.3 });
      else if (step === 7) {
        await root.setMetadata(path, { streams: [{ name: `s${i}`, content: bytes(`stream ${i}`) }] });
      } else continue;
      known.add(path);
      known.add(other);
    } catch (error) {
      expect(error).toMatchObject({ name: 'DismError' });
    }
  }
}
