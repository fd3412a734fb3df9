// `npm run bench`: makes the clone ready, then measures our command against wimlib-imagex and prints a Markdown table.
//   npm run bench -- codec ...    the codecs alone, see bench-codec.mjs
//   npm run bench -- [--tree DIR] [--pairs N] [--json FILE] [--svg FILE] [--only capture-lzx,verify ...] [--keep]
//   --only takes names of rows, and beginnings of names: capture-lzx is that row alone, verify all that begin so.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bench } from '../test/bench/bench.mjs';
import { svgChart } from '../test/bench/chart.mjs';
import { markdownTable } from '../test/bench/table.mjs';
import { benchCodec } from './bench-codec.mjs';
import { bootstrap, root } from './bootstrap.mjs';
import { main, run, StepError, step } from './step.mjs';

const here = (path) => path && resolve(process.env.INIT_CWD ?? '.', path);

await main(async () => {
  if (process.argv[2] === 'codec') return benchCodec(process.argv.slice(3));
  const { values } = parseArgs({
    options: {
      tree: { type: 'string' },
      pairs: { type: 'string', default: '5' },
      json: { type: 'string' },
      svg: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      keep: { type: 'boolean', default: false },
    },
  });
  const pairs = Number(values.pairs);
  if (!Number.isInteger(pairs) || pairs < 1) throw new StepError(`--pairs takes a number from 1, not ${values.pairs}.`);
  await bootstrap();
  const build = join(root, 'build-bench');
  await step('Build the measuring program', async () => {
    await run('cmake', ['-S', root, '-B', build, '-DDISM_BENCH=ON', '-DCMAKE_BUILD_TYPE=Release']);
    await run('cmake', ['--build', build, '--target', 'measure']);
  });

  const only = values.only.flatMap((list) => list.split(','));
  const measure = join(build, 'measure');
  const result = bench({ measure, treeFolder: here(values.tree), pairs, only, keep: values.keep });
  const { machine, tree } = result;
  const conditions =
    `${result.peer}; ${tree.files} files, ${(tree.bytes / 1e6).toFixed(1)} MB; ${machine.processor}, ${machine.cores} cores; ` +
    `Node ${machine.node}; ${result.scratch}; median of ${pairs} interleaved pairs (lowest..highest)`;
  process.stdout.write(`\nOpenDISM against ${conditions}\n\n${markdownTable(result.rows)}\n`);
  if (values.json) writeFileSync(here(values.json), `${JSON.stringify(result, null, 2)}\n`);
  if (values.svg) {
    const title = 'OpenDISM against wimlib-imagex';
    const subtitle = `${result.peer} · ${(tree.bytes / 1e6).toFixed(0)} MB · ${machine.processor}, ${machine.cores} cores`;
    writeFileSync(here(values.svg), svgChart(result.rows, { title, subtitle }));
  }
  return result.rows.some((row) => row.note?.startsWith('failed')) ? 1 : 0;
});
