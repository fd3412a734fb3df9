// Builds the libFuzzer targets with clang and fuzzes them, several at once: node scripts/fuzz.mjs [--seconds 20] [target ...]
// New inputs are kept in build-fuzz/corpus for the next run; a finding is kept in build-fuzz/findings and fails the run.
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './bootstrap.mjs';
import { main, run, StepError, step } from './step.mjs';
import { findProgram } from './toolchain.mjs';

const folder = join(root, 'build-fuzz');

async function build() {
  const clang = ['clang++', 'clang++-14'].find(findProgram);
  if (!clang) throw new StepError('Fuzzing needs clang.', { advice: 'apt-get install clang libclang-rt-14-dev' });
  const options = ['-DDISM_FUZZ=ON', '-DCMAKE_BUILD_TYPE=RelWithDebInfo', `-DCMAKE_CXX_COMPILER=${clang}`];
  await run('cmake', ['-S', root, '-B', folder, ...options]);
  await run('cmake', ['--build', folder, '--parallel', String(availableParallelism())]);
}

/** Fuzzes one target for a time. Resolves to the number of executions, or to the output when something was found. */
async function fuzz(name, seconds) {
  const kept = join(folder, 'corpus', name);
  const findings = join(folder, 'findings', name);
  for (const path of [kept, findings]) mkdirSync(path, { recursive: true });
  const seeds = join(root, 'test/fuzz', name, 'corpus');
  const limits = [`-max_total_time=${seconds}`, '-timeout=25', '-rss_limit_mb=2048'];
  const options = [...limits, '-print_final_stats=1', `-artifact_prefix=${findings}/`];
  try {
    const output = await run(join(folder, `fuzz_${name}`), [...options, kept, ...(existsSync(seeds) ? [seeds] : [])]);
    return { executions: Number(/^stat::number_of_executed_units: (\d+)$/m.exec(output)?.[1] ?? 0) };
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return { executions: 0, finding: `${error.output.slice(-8000)}\n${error.message}` };
  }
}

await main(async () => {
  const { values, positionals } = parseArgs({
    options: { seconds: { type: 'string', default: '20' } },
    allowPositionals: true,
  });
  await step('Build the fuzz targets', build);
  const targets = readdirSync(folder)
    .filter((name) => /^fuzz_\w+$/.test(name))
    .map((name) => name.slice('fuzz_'.length))
    .filter((name) => positionals.length === 0 || positionals.includes(name))
    .sort();
  const waiting = [...targets];
  let failed = 0;
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const { executions, finding } = await fuzz(name, values.seconds);
      if (finding) failed++;
      process.stdout.write(finding ? `FAIL ${name}\n${finding}\n` : `ok   ${name}: ${executions} executions\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  process.stdout.write(`${targets.length - failed} passed, ${failed} failed\n`);
  return failed === 0 && targets.length > 0 ? 0 : 1;
});
