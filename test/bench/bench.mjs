// Measures our command against wimlib-imagex: the same work on the same tree in interleaved runs A B A B, every process
// from its start. Before a pair counts, each side runs once unmeasured and its result is checked: images by the peer's
// verify, applied trees against the source.
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, tmpdir, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { command, root } from '../../scripts/bootstrap.mjs';
import { compareTrees } from '../../scripts/compare-trees.mjs';
import { StepError } from '../../scripts/step.mjs';
import { summarise } from './statistics.mjs';
import { makeTree, readTree } from './tree.mjs';
import { inputs, workloads } from './workloads.mjs';

const say = (text) => process.stderr.write(`${text}\n`);

/** The peer: the program of OPENDISM_WIMLIB, else the installed one, with the version it prints. */
export function findPeer() {
  const program = process.env.OPENDISM_WIMLIB || 'wimlib-imagex';
  try {
    const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).split('\n')[0];
    return { program, version };
  } catch {
    throw new StepError(`The peer ${program} does not run.`, {
      advice: 'Install it (apt-get install wimtools) or name another one in OPENDISM_WIMLIB.',
    });
  }
}

/** A folder in memory when it has room for `bytes`, else one on disk. */
export function makeScratch(bytes) {
  const roomy = ['/dev/shm', tmpdir()].find((folder) => {
    if (!existsSync(folder)) return false;
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > bytes;
  });
  if (!roomy) throw new StepError(`Neither /dev/shm nor ${tmpdir()} has ${(bytes / 1e9).toFixed(1)} GB of room.`);
  return mkdtempSync(join(roomy, 'opendism-bench-'));
}

const sizeOf = (paths) => paths.reduce((total, path) => total + lstatSync(path).size, 0);

/** The output of a run on disk: one file, or the parts of a split set. */
function outputs(paths) {
  return readdirSync(paths.run)
    .filter((name) => /\.(wim|swm)$/.test(name))
    .map((name) => join(paths.run, name));
}

/** Whether the module of a cmdlet was built, by its file name: one file a cmdlet, named after it. */
function cmdletExists(name) {
  const letters = (text) => text.toLowerCase().replaceAll('-', '');
  return readdirSync(join(root, 'dist/cmdlets')).some((file) => letters(file) === letters(`${name}.js`));
}

class Bench {
  constructor({ measure, peer, tree, scratch }) {
    Object.assign(this, { measure, peer, tree, scratch });
  }

  /** Runs one side once in a fresh folder and returns what it cost. The folder stays until the next run. */
  once(workload, name) {
    const run = join(this.scratch, 'run');
    rmSync(run, { recursive: true, force: true });
    mkdirSync(run);
    const paths = {
      run,
      tree: this.tree,
      input: workload.input && join(this.scratch, `${workload.input}.wim`),
      file: join(run, 'out.wim'),
      folder: join(run, 'applied'),
      split: join(run, 'out.swm'),
      added: join(run, 'added.txt'),
    };
    workload.setup?.(paths);
    const program =
      name === 'ours'
        ? [process.execPath, command, '-Command', workload.ours(paths)]
        : [this.peer.program, ...workload.theirs(paths)];
    this.paths = paths;
    return this.run(program, workload.check === 'image' || workload.check === 'split');
  }

  run(program, hasOutput) {
    const result = join(this.scratch, 'cost.json');
    const output = join(this.scratch, 'output.txt');
    execFileSync(this.measure, [result, output, ...program], { cwd: this.scratch });
    const { wall, user, system, peakKiB, status } = JSON.parse(readFileSync(result, 'utf8'));
    if (status !== 0) {
      const last = readFileSync(output, 'utf8').trim().split('\n').slice(-3).join(' ');
      throw new Error(`status ${status}: ${last}`);
    }
    const cost = { wall, cpu: user + system, peakMB: (peakKiB * 1024) / 1e6 };
    return hasOutput ? { ...cost, size: sizeOf(outputs(this.paths)) } : cost;
  }

  /** Makes the input of a workload with the peer, once. */
  prepare(name) {
    const wim = join(this.scratch, `${name}.wim`);
    if (existsSync(wim)) return;
    say(`  (${this.peer.version.split(' ')[0]} writes the input ${name}.wim)`);
    execFileSync(this.peer.program, ['capture', this.tree, wim, 'Bench', ...inputs[name]], { stdio: 'ignore' });
  }

  /** Checks what the last run left. */
  checkResult(workload) {
    if (workload.check === 'image') {
      execFileSync(this.peer.program, ['verify', this.paths.file], { stdio: 'ignore' });
    } else if (workload.check === 'split') {
      const others = outputs(this.paths).filter((path) => path !== this.paths.split);
      execFileSync(this.peer.program, ['verify', this.paths.split, ...others.map((path) => `--ref=${path}`)], {
        stdio: 'ignore',
      });
    } else if (workload.check === 'tree') {
      const { differences } = compareTrees(this.tree, this.paths.folder);
      if (differences.length > 0) throw new Error(`the applied tree differs: ${differences[0]}`);
    }
  }

  /** All pairs of one workload, or a note that says why there are none. */
  pairs(workload, count) {
    const row = { id: workload.id, title: workload.title };
    if (!cmdletExists(workload.cmdlet)) return { ...row, note: `not measured: there is no ${workload.cmdlet} yet` };
    if (workload.input) this.prepare(workload.input);
    try {
      for (const name of ['theirs', 'ours']) {
        this.once(workload, name);
        this.checkResult(workload);
      }
      const samples = [];
      for (let pair = 0; pair < count; pair++) {
        samples.push({ ours: this.once(workload, 'ours'), theirs: this.once(workload, 'theirs') });
      }
      return { ...row, ...summarise(samples), samples };
    } catch (error) {
      return { ...row, note: `failed: ${String(error.message).replaceAll(/[|\n]/g, ' ').slice(0, 300)}` };
    }
  }
}

export function describeMachine() {
  return {
    processor: cpus()[0]?.model ?? arch(),
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 1e9),
    system: `${process.platform} ${release()}`,
    node: process.version,
  };
}

/** Runs the chosen workloads and returns everything measured. `keep` leaves the scratch folder behind. */
export function bench({ measure, treeFolder, pairs, only, keep }) {
  const peer = findPeer();
  // A name in full means that one only; the beginning of names means all of them.
  const isNamed = (part) =>
    workloads.some(({ id }) => id === part) ? (id) => id === part : (id) => id.startsWith(part);
  const chosen = workloads.filter(({ id }) => only.length === 0 || only.some((part) => isNamed(part)(id)));
  if (chosen.length === 0)
    throw new StepError(`No work is named so. There are: ${workloads.map((w) => w.id).join(' ')}`);

  const known = treeFolder ? readTree(treeFolder) : undefined;
  // The tree, its applied copy, an uncompressed input, and what is being written.
  const scratch = makeScratch((known?.bytes ?? 3e8) * 4.5);
  const clean = () => keep || rmSync(scratch, { recursive: true, force: true });
  process.on('SIGINT', () => {
    clean();
    process.exit(130);
  });
  try {
    const tree = treeFolder ?? join(scratch, 'tree');
    if (!treeFolder) makeTree(tree, root);
    const summary = known ?? readTree(tree);
    const machine = describeMachine();
    say(
      `${basename(tree)}: ${summary.files} files, ${(summary.bytes / 1e6).toFixed(1)} MB (${summary.digest}), in ${scratch}`,
    );
    say(`against ${peer.version}; ${machine.processor}, ${machine.cores} cores; ${pairs} pairs a row`);
    const run = new Bench({ measure, peer, tree, scratch });
    const rows = [];
    for (const workload of chosen) {
      const row = run.pairs(workload, pairs);
      say(row.note ? `  - ${row.title}: ${row.note}` : `  ✔ ${row.title}: wall ${row.wallRatio.median.toFixed(2)}`);
      rows.push(row);
    }
    const where = scratch.startsWith('/dev/shm') ? 'tmpfs' : 'disk';
    return { date: new Date().toISOString(), machine, peer: peer.version, tree: summary, scratch: where, pairs, rows };
  } finally {
    clean();
  }
}
