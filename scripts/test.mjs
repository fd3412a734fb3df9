// `npm test`: makes the clone ready, then runs the C++ tests, the fuzz replays and vitest. The last line sums them up.
//   npm test                              everything
//   npm test -- test/lib/base -t parses   vitest only, with these arguments
//   npm test -- native [Suite ...]        the C++ tests only
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';
import { runNativeTests } from './native-tests.mjs';
import { main } from './step.mjs';

/** Runs vitest with its own output on the terminal, and reads the counts from its JSON report. */
async function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'opendism-vitest-'));
  const report = join(folder, 'report.json');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const code = await new Promise((resolve) => child.on('close', (status) => resolve(status ?? 1)));
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
    // A file that does not load fails the run without a failed test in it.
    const failed = code === 0 ? numFailedTests : Math.max(numFailedTests, 1);
    return { passed: numPassedTests, failed, skipped: numPendingTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main(async () => {
  const args = process.argv.slice(2);
  const nativeOnly = args[0] === 'native';
  const results = [];
  if (!nativeOnly) await bootstrap();
  if (nativeOnly || args.length === 0)
    results.push(await runNativeTests({ suites: args.slice(1), replay: args.length < 2 }));
  if (!nativeOnly) results.push(await runVitest(args));
  const sum = (key) => results.reduce((total, result) => total + (result[key] ?? 0), 0);
  if (sum('skipped') > 0) process.stdout.write(`${sum('skipped')} skipped\n`);
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
  return sum('failed') === 0 ? 0 : 1;
});
