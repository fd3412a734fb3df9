// Directory trees for tests: made by hand or at random from a seed, and described so that two can be compared.
import { createHash } from 'node:crypto';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { randomFrom } from './random.ts';

/** A folder that goes away after the tests of the file. */
export function scratchFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `opendism-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function contentOf(random: () => number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  const kind = random();
  for (let i = 0; i < size; i++) bytes[i] = kind < 0.3 ? random() * 256 : kind < 0.9 ? 97 + random() * 8 : 0;
  return bytes;
}

const names = ['a', 'B', 'readme.txt', 'Übung', '日本', 'x y', 'very-long-'.repeat(12), 'emoji-😀', '.hidden', 'a.b.c'];

/** Fills a folder at random: files of many sizes, folders, hard and symbolic links, equal files, times with fractions. */
export function growTree(root: string, seed: number, entries = 60): void {
  const { fraction: random } = randomFrom(seed);
  const folders = [root];
  const files: string[] = [];
  mkdirSync(root, { recursive: true });
  for (let i = 0; i < entries; i++) {
    const folder = folders[Math.floor(random() * folders.length)]!;
    const path = join(folder, `${names[Math.floor(random() * names.length)]}-${i}`);
    const kind = random();
    if (kind < 0.2) {
      mkdirSync(path);
      folders.push(path);
    } else if (kind < 0.3 && files.length > 0) linkSync(files[Math.floor(random() * files.length)]!, path);
    else if (kind < 0.4) symlinkSync(random() < 0.5 ? 'readme.txt' : '../some/where', path);
    else if (kind < 0.5 && files.length > 0) writeFileSync(path, readFileSync(files[0]!));
    else {
      writeFileSync(path, contentOf(random, Math.floor(random() < 0.1 ? random() * 200_000 : random() * 3000)));
      files.push(path);
    }
    if (kind >= 0.5) utimesSync(path, 1_600_000_000, 1_500_000_000 + Math.floor(random() * 1e8) + 0.25);
  }
}

/** Every entry of a tree with what must survive an image: type, size, content, link target, write time, link count. */
export function describeTree(root: string): Record<string, string> {
  const described: Record<string, string> = {};
  const visit = (folder: string, prefix: string): void => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      const status = lstatSync(path, { bigint: true });
      const key = `${prefix}/${name}`;
      if (status.isSymbolicLink()) described[key] = `link ${readlinkSync(path)}`;
      else if (status.isDirectory()) {
        described[key] = 'folder';
        visit(path, key);
      } else {
        const digest = createHash('sha1').update(readFileSync(path)).digest('hex');
        described[key] = `file ${status.size} ${digest} ${status.mtimeNs / 100n} links ${status.nlink}`;
      }
    }
  };
  visit(root, '');
  return described;
}
