// Checks (or with --write, repairs) the layout of every C++ source with clang-format 14. Other versions lay out
// differently, so without 14 a check is a visible skip here, and a failure under CI.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from './toolchain.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** clang-format of version 14, under whichever name it goes. */
function findClangFormat() {
  return ['clang-format-14', 'clang-format'].find(
    (name) => findProgram(name) && / version 14\./.test(spawnSync(name, ['--version'], { encoding: 'utf8' }).stdout),
  );
}

const tool = findClangFormat();
if (!tool) {
  const wanted = process.env.CI === 'true' || process.argv.includes('--write');
  console.error(
    `clang-format 14 was not found: the layout of the C++ sources was not ${wanted ? 'handled' : 'checked'}.`,
  );
  process.exit(wanted ? 1 : 0);
}
const files = ['native', 'test'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => /\.(h|cc)$/.test(name))
    .map((name) => join(folder, name)),
);
if (process.argv.includes('--write')) {
  process.exit(spawnSync(tool, ['-i', ...files], { cwd: root, stdio: 'inherit' }).status ?? 1);
}
const stale = files.filter(
  (file) => spawnSync(tool, ['--dry-run', '--Werror', file], { cwd: root, stdio: 'ignore' }).status !== 0,
);
for (const file of stale) console.error(`${file}: not laid out as clang-format would`);
if (stale.length > 0) console.error('Repair with: node scripts/clang-format.mjs --write');
process.exit(stale.length === 0 ? 0 : 1);
