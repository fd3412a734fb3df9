// Adds 10,000 keys with three values each to one parent of an empty hive, with this library and, where it is installed, with
// hivexregedit, and prints CPU time and the size of the file as a Markdown table.
//   node test/bench/registry/add-keys.mjs DIST [--keys N] [--without-peer]
// DIST is the folder of the compiled TypeScript (npm run build:ts makes `dist`).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { keys: { type: 'string', default: '10000' }, 'without-peer': { type: 'boolean', default: false } },
});
const dist = resolve(positionals[0] ?? 'dist');
const count = Number(values.keys);
const load = (name) => import(pathToFileURL(join(dist, 'lib/registry', name)).href);
const { Hive } = await load('hive.js');
const { writeHive } = await load('hive-file.js');

const folder = mkdtempSync(join(tmpdir(), 'hive-bench-'));
const rows = [];

/** CPU seconds, user and system. */
const seconds = (usage) => (usage.user + usage.system) / 1e6;

try {
  const empty = Hive.create();
  const ours = join(folder, 'ours');
  const start = process.cpuUsage();
  const hive = Hive.open(empty.toBytes());
  const parent = hive.root.create('Parent');
  for (let i = 0; i < count; i++) {
    const key = parent.create(`key${i}`);
    for (let v = 0; v < 3; v++) key.setText(`value${v}`, `data${i}`);
  }
  await writeHive(hive, ours);
  rows.push(['OpenDISM', seconds(process.cpuUsage(start)), statSync(ours).size, hive.space.total - hive.space.free]);
  const findings = hive.check().findings.length;
  if (findings > 0) throw new Error(`${findings} findings in the hive just written`);

  const peer = spawnSync('sh', ['-c', 'command -v hivexregedit']);
  if (values['without-peer'] || peer.status !== 0) {
    console.log('skipped: hivexregedit (not installed, or not wanted)');
  } else {
    const theirs = join(folder, 'theirs');
    writeFileSync(theirs, empty.toBytes());
    const text = ['Windows Registry Editor Version 5.00', '', '[HKEY_LOCAL_MACHINE\\Parent]', ''];
    for (let i = 0; i < count; i++) {
      text.push(`[HKEY_LOCAL_MACHINE\\Parent\\key${i}]`);
      for (let v = 0; v < 3; v++) text.push(`"value${v}"="data${i}"`);
      text.push('');
    }
    writeFileSync(join(folder, 'keys.reg'), text.join('\r\n'));
    const timed = spawnSync(
      'bash',
      ['-c', 'TIMEFORMAT="%U %S"; time hivexregedit --merge --prefix HKEY_LOCAL_MACHINE "$0" "$1"', theirs, 'keys.reg'],
      { cwd: folder, encoding: 'utf8' },
    );
    if (timed.status !== 0) throw new Error(timed.stderr);
    const [user, system] = timed.stderr.trim().split('\n').at(-1).split(' ').map(Number);
    const opened = Hive.open(readFileSync(theirs));
    rows.push(['hivexregedit', user + system, statSync(theirs).size, opened.space.total - opened.space.free]);
  }
  console.log(`${count} keys with 3 values each below one parent`);
  console.log('| | CPU s | file MB | in use MB |\n| --- | ---: | ---: | ---: |');
  for (const [name, cpu, size, used] of rows) {
    console.log(`| ${name} | ${cpu.toFixed(2)} | ${(size / 1e6).toFixed(2)} | ${(used / 1e6).toFixed(2)} |`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
