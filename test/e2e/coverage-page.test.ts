// docs/coverage.md says what is true of the built cmdlets.
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runProgram } from '../support/run-command.ts';

it('the coverage page is up to date', async () => {
  const script = fileURLToPath(new URL('../../scripts/generate-coverage.mjs', import.meta.url));
  const result = await runProgram(process.execPath, [script, '--check']);
  expect(result.stderr).toBe('');
  expect(result.code).toBe(0);
});
