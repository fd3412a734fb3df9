// Directories in numbered generations, for tests of commits that turn one into the next.
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeTree } from './trees.ts';

/** The files of a generation, in a folder that is made. */
export function plantGeneration(tree: string, generation: number): void {
  const text = `generation ${generation}`;
  for (const folder of ['files', `moved-${generation}`, 'swap', `only-${generation}/deep/deeper`]) {
    mkdirSync(join(tree, folder), { recursive: true });
  }
  for (let i = 0; i < 8; i++) writeFileSync(join(tree, `files/${i}.txt`), text);
  writeFileSync(join(tree, `moved-${generation}/inside.txt`), text);
  writeFileSync(join(tree, `swap/a-${generation}`), 'swapped');
  writeFileSync(join(tree, `only-${generation}/deep/deeper/file.txt`), text);
  writeFileSync(join(tree, 'linked-1'), text);
  linkSync(join(tree, 'linked-1'), join(tree, 'linked-2'));
  writeFileSync(join(tree, 'reparse'), text);
}

/** The tree without times, which differ from run to run. */
export function treeShape(tree: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(describeTree(tree)).map(([path, text]) => [path, text.replace(/ \d+ links/, ' links')]),
  );
}
