// `npm run bench -- codec`: ratio against MB/s of our codecs and the peer's as a table, with --svg as a chart.
//   npm run bench -- codec [--tree DIR] [--rounds N] [--limit MB] [--only xpress,lzx,lzms] [--json FILE] [--svg FILE]
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine, findPeer, makeScratch } from '../test/bench/bench.mjs';
import { benchCodecs, codecTable } from '../test/bench/codec/codec.mjs';
import { codecChart } from '../test/bench/codec/codec-chart.mjs';
import { makeTree } from '../test/bench/tree.mjs';
import { root } from './bootstrap.mjs';
import { run, StepError, step } from './step.mjs';

const here = (path) => path && resolve(process.env.INIT_CWD ?? '.', path);

export async function benchCodec(args) {
  const { values } = parseArgs({
    args,
    options: {
      tree: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      limit: { type: 'string', default: '64' },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      svg: { type: 'string' },
    },
  });
  const [rounds, limit] = [Number(values.rounds), Number(values.limit) * 1e6];
  if (!(rounds >= 1 && limit >= 1e6)) throw new StepError('--rounds and --limit (MB) take numbers from 1.');
  const build = join(root, 'build-bench');
  await step('Build the codec benchmark', async () => {
    await run('cmake', ['-S', root, '-B', build, '-DDISM_BENCH=ON', '-DCMAKE_BUILD_TYPE=Release']);
    await run('cmake', ['--build', build, '--target', 'measure', 'codec_bench']);
  });
  const peer = findPeer();
  const scratch = makeScratch(limit * 4 + 4e8);
  try {
    const tree = here(values.tree) ?? join(scratch, 'tree');
    if (!values.tree) makeTree(tree, root);
    const result = benchCodecs({
      program: join(build, 'codec_bench'),
      measure: join(build, 'measure'),
      peer: peer.program,
      tree,
      scratch,
      limit,
      rounds,
      only: values.only.flatMap((list) => list.split(',')),
      say: (text) => process.stderr.write(`${text}\n`),
    });
    const machine = describeMachine();
    const conditions = `${peer.version}; ${(result.size / 1e6).toFixed(0)} MB; ${machine.processor}; one thread; best of ${rounds}`;
    process.stdout.write(`\nCodecs of OpenDISM and ${conditions}\n\n${codecTable(result.rows)}\n`);
    if (values.json)
      writeFileSync(here(values.json), `${JSON.stringify({ machine, peer: peer.version, ...result }, null, 2)}\n`);
    if (values.svg) writeFileSync(here(values.svg), codecChart(result.rows, { title: 'Codecs', subtitle: conditions }));
    return 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
