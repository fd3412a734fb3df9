// The default tree of the benchmark: about 300 MB of real files found on any machine that can build the project. Which
// files are taken depends on their paths and sizes only, so that two runs on one machine measure the same tree.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const MB = 1e6;

/** Every regular file and its size, folders in order of name. Links and special files are left out. */
function filesBelow(folder) {
  const files = [];
  const visit = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const full = join(path, entry.name);
      if (entry.isDirectory()) visit(full);
      else if (entry.isFile()) files.push({ path: full, size: lstatSync(full).size });
    }
  };
  visit(folder);
  return files;
}

const spread = (path) => createHash('sha1').update(path).digest('hex');

/** Files of `folder` up to `budget` bytes, none above `largest`, spread over the whole folder. */
function choose(folder, budget, largest) {
  if (!existsSync(folder)) return [];
  const order = filesBelow(folder)
    .filter(({ size }) => size <= largest)
    .map((file) => ({ ...file, key: spread(relative(folder, file.path)) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  let total = 0;
  const chosen = [];
  for (const file of order) {
    if (total + file.size > budget) continue;
    total += file.size;
    chosen.push(file.path);
  }
  return chosen;
}

/** Makes the tree in `target`: the Node.js program, shared libraries, texts and data, JavaScript packages. */
export function makeTree(target, root) {
  const prefix = dirname(dirname(process.execPath));
  const parts = [
    { name: 'bin', from: dirname(process.execPath), files: [process.execPath] },
    { name: 'include', from: join(prefix, 'include/node'), budget: 30 * MB, largest: 8 * MB },
    { name: 'lib', from: '/usr/lib', budget: 90 * MB, largest: 12 * MB },
    { name: 'share', from: '/usr/share', budget: 60 * MB, largest: 4 * MB },
    { name: 'packages', from: join(root, 'node_modules'), budget: 40 * MB, largest: 4 * MB },
  ];
  for (const { name, from, files, budget, largest } of parts) {
    for (const file of files ?? choose(from, budget, largest)) {
      const copy = join(target, name, relative(from, file));
      mkdirSync(dirname(copy), { recursive: true });
      cpSync(file, copy, { preserveTimestamps: true });
    }
  }
}

/** Counts a tree and reads every file once, so that all runs find it in memory. `digest` names the tree. */
export function readTree(folder) {
  const hash = createHash('sha256');
  let bytes = 0;
  const files = filesBelow(folder)
    .map(({ path, size }) => ({ name: relative(folder, path), path, size }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, path, size } of files) {
    bytes += size;
    hash.update(`${name}\0`).update(readFileSync(path));
  }
  return { files: files.length, bytes, digest: hash.digest('hex').slice(0, 16) };
}
