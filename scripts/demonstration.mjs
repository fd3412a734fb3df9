// The demonstration of `npm start`: captures a real folder of this machine into a WIM file, lists it, filters its content
// through a pipeline, applies it elsewhere and proves that both trees are equal. It uses the built command only.
import { spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, opendirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { command, root } from './bootstrap.mjs';
import { compareTrees } from './compare-trees.mjs';
import { StepError, step } from './step.mjs';

const MB = 1e6;
const megabytes = (bytes) => `${(Number(bytes) / MB).toFixed(1)} MB`;

/** Bytes below a folder; stops counting above `limit`, so that /usr costs no time. */
function sizeBelow(folder, limit) {
  let total = 0;
  const visit = (path) => {
    const directory = opendirSync(path);
    try {
      for (let entry = directory.readSync(); entry && total <= limit; entry = directory.readSync()) {
        const full = join(path, entry.name);
        if (entry.isDirectory()) visit(full);
        else if (entry.isFile()) total += lstatSync(full).size;
        else if (!entry.isSymbolicLink()) total = Number.POSITIVE_INFINITY; // A device or socket: not a tree to show.
      }
    } finally {
      directory.closeSync();
    }
  };
  visit(folder);
  return total;
}

/** Node's own installation, or a part of it, or this clone's packages: the first of 50 to 200 MB, else the largest below. */
function chooseTree() {
  const prefix = dirname(dirname(process.execPath));
  const candidates = [
    prefix,
    join(prefix, 'include/node'),
    join(prefix, 'lib/node_modules'),
    join(root, 'node_modules'),
  ];
  let best;
  for (const folder of candidates) {
    if (!existsSync(folder) || !statSync(folder).isDirectory()) continue;
    let size;
    try {
      size = sizeBelow(folder, 200 * MB);
    } catch {
      continue; // Not readable by this user.
    }
    if (size > 200 * MB) continue;
    if (size >= 50 * MB) return { folder, size };
    if (!best || size > best.size) best = { folder, size };
  }
  if (!best) throw new StepError('There is no folder here to show the work on.', { advice: 'Is node_modules empty?' });
  return best;
}

const bold = (text) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);

/** Types one line for the reader and runs it, with the terminal: progress bars and tables are the command's own. */
async function type(line, cwd) {
  process.stdout.write(`\n${bold(`PS> ${line}`)}\n`);
  const started = performance.now();
  const child = spawn(process.execPath, [command, '-Command', line], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new StepError(`The command ended with status ${code}: ${line}`);
  return (performance.now() - started) / 1000;
}

export async function demonstrate() {
  const { folder, size } = chooseTree();
  const scratch = mkdtempSync(join(tmpdir(), 'opendism-demonstration-'));
  const interrupted = () => {
    rmSync(scratch, { recursive: true, force: true });
    process.exit(130);
  };
  process.on('SIGINT', interrupted);
  try {
    process.stdout.write(`\nOpenDISM shows its main job on ${folder} (${megabytes(size)}).\n`);
    const quoted = `'${folder.replaceAll("'", "''")}'`;
    const lines = [
      `New-WindowsImage -CapturePath ${quoted} -ImagePath demo.wim -Name Demonstration -CompressionType Max`,
      'Get-WindowsImage -ImagePath demo.wim',
      'Get-WindowsImageContent -ImagePath demo.wim -Index 1 | Where-Object Length -gt 100KB | ' +
        'Sort-Object Length -Descending | Select-Object -First 8 FullName, Length',
      'Expand-WindowsImage -ImagePath demo.wim -Index 1 -ApplyPath applied',
    ];
    const seconds = [];
    for (const line of lines) seconds.push(await type(line, scratch));
    const wim = statSync(join(scratch, 'demo.wim')).size;
    process.stdout.write('\n');

    let result;
    await step('Compare both trees: names, types, sizes, SHA-256, link targets, times', () => {
      result = compareTrees(folder, join(scratch, 'applied'));
      return result.differences.length === 0 ? 'equal' : `${result.differences.length} differences`;
    });
    if (result.differences.length > 0) {
      throw new StepError(`The applied tree is not the captured tree:\n${result.differences.slice(0, 20).join('\n')}`);
    }
    process.stdout.write(
      `\n${result.files} files, ${result.directories} folders and ${result.links} links, ${megabytes(result.bytes)}: captured to ` +
        `${megabytes(wim)} in ${seconds[0].toFixed(1)} s, applied in ${seconds[3].toFixed(1)} s, and both trees are equal.\n\n` +
        `To do the same yourself:\n\n${lines.map((line) => `  npm start -- "${line}"`).join('\n')}\n\n` +
        `Any pipeline runs this way; installed as a package the command is: opendism -Command "..."\n`,
    );
    return 0;
  } finally {
    process.off('SIGINT', interrupted);
    rmSync(scratch, { recursive: true, force: true });
  }
}
