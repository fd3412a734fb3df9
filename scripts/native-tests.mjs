// Builds and runs the C++ tests: the test program with all its suites and one replay program for each fuzz corpus.
// As a script: node scripts/native-tests.mjs [--build FOLDER] [--sanitize LIST] [--suites REGEX] [Suite | Suite.Name ...]
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bootstrapEngine, root } from './bootstrap.mjs';
import { main, run, StepError, step } from './step.mjs';
import { findProgram, installAdvice, missingTools } from './toolchain.mjs';

/** Configures and builds in `folder`; both are incremental. */
async function build(folder, sanitize) {
  const missing = missingTools();
  if (missing) throw new StepError(missing, { advice: installAdvice });
  const options = [
    '-DDISM_TESTS=ON',
    `-DCMAKE_BUILD_TYPE=${sanitize ? 'RelWithDebInfo' : 'Release'}`,
    `-DDISM_SANITIZE=${sanitize}`,
    // Sanitized code compiles 2.5 times as fast at -O1 with line tables only, and reports as much.
    ...(sanitize ? ['-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -g1'] : []),
    // Without a sanitizer the tests link the library of the addon; what is shipped is what is tested.
    `-DDISM_CORE_LIBRARY=${sanitize ? '' : join(root, 'build/libdism_core.a')}`,
  ];
  await run('cmake', ['-S', root, '-B', folder, ...options], { cwd: root });
  await run('cmake', ['--build', folder, '--parallel', String(availableParallelism())], { cwd: root });
}

/** The suites whose name matches, from the sources: TEST(Suite, Name). */
function suitesMatching(pattern) {
  const folder = join(root, 'test/native');
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.cc'));
  const names = files.flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/^TEST\((\w+),/gm)]);
  return [...new Set(names.map((match) => match[1]))].filter((name) => new RegExp(pattern, 'i').test(name));
}

// Some kernels place mappings where ThreadSanitizer of GCC 12 cannot have them; without randomisation it always works.
function withoutRandomisation(command) {
  return findProgram('setarch') ? ['setarch', '-R', ...command] : command;
}

/** Runs one program; `counts` reads its numbers from the output. A program that dies counts as one failure at least. */
async function runProgram(command, counts) {
  let output;
  let error;
  try {
    output = await run(command[0], command.slice(1), { cwd: root });
  } catch (failure) {
    if (!(failure instanceof StepError)) throw failure;
    error = failure;
    output = failure.output;
  }
  const result = counts(output, error === undefined);
  if (error) {
    const shown = output.split('\n').filter((line) => !line.startsWith('ok   '));
    process.stderr.write(`\n${shown.join('\n').trim()}\n${error.message}\n`);
    result.failed = Math.max(result.failed, 1);
  }
  return result;
}

function testCounts(output) {
  const match = /^(\d+) passed, (\d+) failed$/m.exec(output);
  return match
    ? { passed: Number(match[1]), failed: Number(match[2]) }
    : { passed: output.match(/^ok {3}/gm)?.length ?? 0, failed: output.match(/^FAIL /gm)?.length ?? 0 };
}

/** Builds and runs the C++ tests; resolves to `{ passed, failed }` over test cases and corpus replays. */
export async function runNativeTests({
  folder = join(root, 'build-tests'),
  sanitize = '',
  suites = [],
  replay = true,
} = {}) {
  if (!sanitize) await bootstrapEngine();
  const title = sanitize ? `C++ tests (${sanitize})` : 'C++ tests';
  await step(`Build the ${title}`, () => build(folder, sanitize));
  const total = { passed: 0, failed: 0 };
  const add = ({ passed, failed }) => {
    total.passed += passed;
    total.failed += failed;
    return `${passed} passed, ${failed} failed`;
  };
  const command = [join(folder, 'dism_tests'), ...suites];
  const wrapped = sanitize.includes('thread') ? withoutRandomisation(command) : command;
  await step(title, async () => add(await runProgram(wrapped, testCounts)));

  const targets = replay ? readdirSync(folder).filter((name) => /^replay_\w+$/.test(name)) : [];
  if (targets.length > 0) {
    await step('Replay the fuzz corpora', async () => {
      const sum = { passed: 0, failed: 0 };
      for (const name of targets) {
        const corpus = join(root, 'test/fuzz', name.slice('replay_'.length), 'corpus');
        const result = await runProgram([join(folder, name), corpus], (_output, ok) => ({
          passed: ok ? 1 : 0,
          failed: 0,
        }));
        sum.passed += result.passed;
        sum.failed += result.failed;
      }
      return add(sum);
    });
  }
  return total;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    const { values, positionals } = parseArgs({
      options: { build: { type: 'string' }, sanitize: { type: 'string', default: '' }, suites: { type: 'string' } },
      allowPositionals: true,
    });
    const suites = values.suites === undefined ? positionals : suitesMatching(values.suites);
    if (values.suites !== undefined && suites.length === 0) throw new StepError(`No suite matches ${values.suites}.`);
    const { passed, failed } = await runNativeTests({
      folder: join(root, values.build ?? 'build-tests'),
      sanitize: values.sanitize,
      suites,
      replay: suites.length === 0,
    });
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
    return failed === 0 ? 0 : 1;
  });
}
