// Sends records through pipelines of the language and prints how many pass in a second of processor time, as a Markdown
// table: the median of some runs, after one to warm up.
//   node test/bench/host/pipeline.mjs [DIST] [--records N] [--runs N]
// DIST is the folder of the compiled TypeScript (npm run build:ts makes `dist`).
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { records: { type: 'string', default: '500000' }, runs: { type: 'string', default: '5' } },
});
const dist = resolve(positionals[0] ?? 'dist');
const count = Number(values.records);
const load = (name) => import(pathToFileURL(join(dist, name)).href);
const { Session } = await load('lib/host/session.js');
const { CommandTable } = await load('lib/host/command-table.js');
const { defineRecord } = await load('lib/host/record.js');
const { cmdletList } = await load('cmdlets/index.js');

const silent = { error() {}, warning() {}, verbose() {}, debug() {}, information() {}, progress() {} };
const session = new Session({
  commands: new CommandTable(cmdletList),
  streams: silent,
  binaryOutput: { isTerminal: false, write: async () => {} },
  openLog: () => undefined,
  confirm: async () => 'no',
});
const entry = defineRecord('Bench.Entry');
const records = Array.from({ length: count }, (_, i) =>
  entry({ FullName: `\\folder\\file${i}`, Name: `file${i}`, Length: i % 1000, Attributes: 32, LinkId: 0 }),
);
session.setVariable('records', records);

const pipelines = [
  '$records | Where-Object { $_.Length -gt 99 } | Select-Object Name, Length | Measure-Object',
  '$records | Where-Object { $_.Length -gt 99 } | Select-Object Name, Length | Measure-Object Length -Sum',
  "$records | Where-Object { $_.Name -like '*7' -and $_.Length -lt 500 } | Measure-Object",
  '$records | Where-Object Length -gt 99 | Measure-Object',
  '$records | ForEach-Object { $_.Length * 2 } | Measure-Object -Sum',
];
console.log('| pipeline | records/s |\n| --- | ---: |');
for (const script of pipelines) {
  const rates = [];
  for (let run = 0; run <= Number(values.runs); run++) {
    const start = process.cpuUsage();
    await session.run(script, () => {}, new AbortController().signal);
    const { user, system } = process.cpuUsage(start);
    if (run > 0) rates.push(count / ((user + system) / 1e6));
  }
  const median = rates.sort((a, b) => a - b)[rates.length >> 1];
  console.log(`| \`${script.replaceAll('|', '\\|')}\` | ${Math.round(median).toLocaleString('en')} |`);
}
