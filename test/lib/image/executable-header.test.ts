// Headers of executables: sound ones, every damage of four bytes, and real files as 7-Zip describes them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readExecutableHeader } from '../../../lib/image/executable-header.ts';
import type { FileStat } from '../../../lib/image/image-root.ts';
import type { ReadableTree } from '../../../lib/image/readable-tree.ts';
import { describeWithCorpus, judge } from '../../support/judges.ts';
import { phonyExecutable } from '../../support/phony-windows.ts';

function treeOf(bytes: Uint8Array): ReadableTree {
  return {
    label: 'bytes',
    stat: async () => ({ isDirectory: false, size: bytes.length }) as FileStat,
    list: async function* () {},
    read: async (_, range) => (range === undefined ? bytes : bytes.subarray(range.offset, range.offset + range.length)),
  };
}

describe('readExecutableHeader', () => {
  it.each(['x86', 'amd64', 'arm', 'arm64', 'ia64'] as const)('reads a file for %s', async (architecture) => {
    const bytes = phonyExecutable({ architecture, version: '6.2.9200.16384', productName: 'A ® Product' });
    expect(await readExecutableHeader(treeOf(bytes), 'x')).toEqual({
      architecture,
      version: [6, 2, 9200, 16384],
      productName: 'A ® Product',
    });
  });

  it('bears damage at every place, and every length', async () => {
    const sound = phonyExecutable({ architecture: 'amd64', version: '10.0.1.1' });
    for (const fill of [0, 0x7f, 0xff]) {
      for (let at = 0; at + 4 <= sound.length; at++) {
        const bytes = Buffer.from(sound);
        bytes.fill(fill, at, at + 4);
        await readExecutableHeader(treeOf(bytes), 'x');
      }
    }
    for (let length = 0; length < sound.length; length++) {
      await readExecutableHeader(treeOf(sound.subarray(0, length)), 'x');
    }
    expect(await readExecutableHeader(treeOf(sound.subarray(0, 0x50)), 'x')).toBeUndefined();
    expect(await readExecutableHeader(treeOf(sound.subarray(0, 0x200)), 'x')).toEqual({
      ...{ architecture: 'amd64', version: undefined, productName: undefined },
    });
  });
});

describeWithCorpus('', 'real executables', (corpus) => {
  const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(exe|dll|sys|efi)$/i.test(name),
  );
  it.skipIf(files.length === 0)('have the version 7-Zip shows', async () => {
    for (const name of files) {
      const path = join(corpus, name);
      const header = await readExecutableHeader(treeOf(readFileSync(path)), path);
      if (header === undefined) continue;
      const { stdout } = await judge('7z', 'l', '-slt', path);
      const shown = /^FileVersion: ([\d.]+)/m.exec(stdout)?.[1];
      expect(header.version?.join('.'), name).toBe(shown);
    }
  });
});
