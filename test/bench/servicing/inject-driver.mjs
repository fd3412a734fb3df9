// Injects a driver package into every image of a WIM with large phony Windows images, in place, and measures it against
// the peer that only puts the finished files into the images: wimlib-imagex update with the INF, SYS and CAT files and
// the hives that we have edited, one run for each image.
//   node test/bench/servicing/inject-driver.mjs PACKAGE_FOLDER [--images 4] [--entries 100000] [--scratch DIR] [--pairs 3]
//     [--user NAME]   run ours as this user, who needs to be able to read the clone
// Prints CPU seconds, peak memory, their ratio, and whether every entry outside of the plan kept its metadata.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';
import { bootstrap, command, root } from '../../../scripts/bootstrap.mjs';
import { main } from '../../../scripts/step.mjs';
import { median } from '../statistics.mjs';

const EDITIONS = ['Professional', 'Core', 'Enterprise', 'Education', 'ServerStandard', 'ServerDatacenter'];
const MB = 1 << 20;

/** The builder of phony images is TypeScript of the tests: bundled here, as Node itself would not run it. */
async function phonyImages() {
  const file = join(root, 'build/phony-windows.mjs');
  const bundle = await rolldown({
    input: join(root, 'test/support/phony-windows.ts'),
    platform: 'node',
    // Node.js modules and packages; the helpers that newer syntax becomes are bundled.
    external: /^(?!@oxc-project\/)[a-z@]/,
    transform: { target: 'es2023' },
  });
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
  return (await import(file)).writePhonyWim;
}

class Measured {
  constructor(scratch) {
    this.json = join(scratch, 'measured.json');
    this.output = join(scratch, 'measured.out');
  }
  /** Runs a program to its end; its CPU seconds and peak megabytes. */
  run(program, args, user) {
    const line = [this.json, this.output, program, ...args];
    const measure = join(root, 'build-bench/measure');
    if (user) execFileSync('runuser', ['-u', user, '--', measure, ...line]);
    else execFileSync(measure, line);
    const { user: inUser, system, peakKiB, status, wall } = JSON.parse(readFileSync(this.json, 'utf8'));
    if (status !== 0) throw new Error(`${program} ended with ${status}: ${readFileSync(this.output, 'utf8')}`);
    return { cpu: inUser + system, wall, peak: peakKiB / 1024 };
  }
}

/** The entries of an image with all metadata, by path, as the peer prints them. */
function describe(wim, index) {
  const text = execFileSync('wimlib-imagex', ['dir', wim, String(index), '--detailed'], { maxBuffer: 4096 * MB });
  const entries = new Map();
  for (const block of text.toString('utf8').split(/^-{20,}\n/m)) {
    const path = /^Full Path\s*= "(.*)"$/m.exec(block)?.[1];
    // Numbers of links and of descriptors are those of the file, not of the entry.
    if (path !== undefined)
      entries.set(path, block.replace(/^(Hard Link Group|Security ID|Link Group ID|Reference Count)\s*=.*$/gm, ''));
  }
  return entries;
}

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      images: { type: 'string', default: '4' },
      entries: { type: 'string', default: '100000' },
      pairs: { type: 'string', default: '3' },
      scratch: { type: 'string', default: '/dev/shm/opendism-servicing' },
      user: { type: 'string' },
    },
  });
  const driver = resolve(positionals[0] ?? '.');
  const images = Number(values.images);
  const { scratch, user } = values;
  await bootstrap();
  mkdirSync(scratch, { recursive: true });
  if (user) chmodSync(scratch, 0o777);
  const source = join(scratch, 'source.wim');
  if (!existsSync(source)) {
    const writePhonyWim = await phonyImages();
    const hivePadding = { SYSTEM: 12 * MB, SOFTWARE: 60 * MB };
    const extraEntries = Number(values.entries);
    const options = EDITIONS.slice(0, images).map((edition) => ({ edition, extraEntries, hivePadding }));
    await writePhonyWim(source, options, { type: 'Max' });
  }
  const measured = new Measured(scratch);
  const ours = join(scratch, 'ours.wim');
  const theirs = join(scratch, 'theirs.wim');
  const add = `Add-WindowsDriver -ImagePath '${ours}' -AllImages -Driver '${driver}' -ForceUnsigned`;
  const fresh = (path) => {
    copyFileSync(source, path);
    if (user) chmodSync(path, 0o666);
  };
  fresh(ours);
  const planText = execFileSync(process.execPath, [command, '-OutputFormat', 'Json', '-Command', `${add} -PlanOnly`], {
    maxBuffer: 1024 * MB,
  });
  const plan = planText
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  writeFileSync(join(scratch, 'plan.json'), JSON.stringify(plan, null, 1));
  const results = { ours: [], theirs: [] };
  let scripts;
  for (let pair = 0; pair < Number(values.pairs); pair++) {
    fresh(ours);
    results.ours.push(measured.run(process.execPath, [command, '-Command', add], user));
    scripts ??= Array.from({ length: images }, (_, i) =>
      peerScript(ours, i + 1, describe(source, i + 1), plannedPaths(plan, i + 1), scratch),
    );
    fresh(theirs);
    let sum = { cpu: 0, wall: 0, peak: 0 };
    for (let index = 1; index <= images; index++) {
      const one = measured.run('bash', [
        '-c',
        `wimlib-imagex update '${theirs}' ${index} < '${scripts[index - 1].file}'`,
      ]);
      sum = { cpu: sum.cpu + one.cpu, wall: sum.wall + one.wall, peak: Math.max(sum.peak, one.peak) };
    }
    results.theirs.push(sum);
  }
  execFileSync('wimlib-imagex', ['verify', ours], { stdio: 'ignore' });
  const others = scripts.flatMap((script) => script.others);
  const missed = scripts.flatMap((script) => script.missed);
  const cpu = (side) => median(results[side].map((run) => run.cpu));
  const peak = (side) => Math.max(...results[side].map((run) => run.peak));
  const changed = scripts.map((script) => script.changed).join(', ');
  console.log(`entries changed by image: ${changed}; verify: passed`);
  console.log(
    `outside of the plan changed: ${others.length} ${others.slice(0, 5)}; of the plan unchanged: ${missed.length}`,
  );
  console.log(`plan: ${plan.length} changes`);
  console.log(
    `ours:   CPU ${cpu('ours').toFixed(2)} s, peak ${peak('ours').toFixed(0)} MB${user ? `, as ${user}` : ''}`,
  );
  console.log(`theirs: CPU ${cpu('theirs').toFixed(2)} s, peak ${peak('theirs').toFixed(0)} MB`);
  console.log(`CPU ratio ${(cpu('ours') / cpu('theirs')).toFixed(2)}`);
  return others.length === 0 && missed.length === 0 ? 0 : 1;
});

/** The paths of an image that a plan touches, as the peer writes them, in lower case. */
function plannedPaths(plan, index) {
  const records = plan.filter((change) => change.ImageIndex === index && /^(File|Directory|Stream)$/.test(change.Kind));
  return new Set(records.map((change) => change.Target.replaceAll('\\', '/').toLowerCase()));
}

/** What the peer is told so that its image gets the same files; and how the entries of ours differ from before. */
function peerScript(ours, index, before, planned, scratch) {
  const after = describe(ours, index);
  const changed = [...after].filter(([path, block]) => before.get(path) !== block).map(([path]) => path);
  const removed = [...before.keys()].filter((path) => !after.has(path));
  const files = changed.filter(
    (path) => !/^Attributes.*\n(?:.*\n)*?.*FILE_ATTRIBUTE_DIRECTORY is set/m.test(after.get(path)),
  );
  const folder = join(scratch, `files-${index}`);
  mkdirSync(folder, { recursive: true });
  const lines = files.map((path, i) => {
    const local = join(folder, String(i));
    mkdirSync(local, { recursive: true });
    execFileSync('wimlib-imagex', ['extract', ours, String(index), path, `--dest-dir=${local}`, '--no-acls'], {
      stdio: 'ignore',
    });
    return `add '${join(local, path.split('/').at(-1))}' '${path}'`;
  });
  const file = join(scratch, `update-${index}.txt`);
  writeFileSync(file, lines.join('\n') + '\n');
  // Every entry outside of the plan is as it was, and every entry of the plan is not.
  const paths = new Set([...changed, ...removed].map((path) => path.toLowerCase()));
  const others = [...paths].filter((path) => !planned.has(path));
  const missed = [...planned].filter((path) => !paths.has(path));
  return { file, changed: paths.size, others, missed };
}
