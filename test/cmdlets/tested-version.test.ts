// A Windows that is newer than what has been tested: changing it gives a warning, reading it none.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import getWindowsEdition from '../../cmdlets/get-windowsedition.ts';
import { edition } from '../../cmdlets/records.ts';
import { defineServicingCmdlet } from '../../cmdlets/servicing-target.ts';
import { writePhonyWindows } from '../support/phony-windows.ts';
import { scratchFolder } from '../support/trees.ts';

const folder = scratchFolder('tested-version');

const changeNothing = defineServicingCmdlet({
  name: 'Set-WindowsNothing',
  synopsis: 'Changes nothing.',
  impact: 'low',
  parameters: {},
  output: edition,
  examples: [],
  async *service() {},
});

it.each([
  [26200, 0],
  [29000, 1],
])('build %d gives %d warnings', async (build, count) => {
  const Path = join(folder, String(build));
  writePhonyWindows(Path, { version: { build } });
  const warnings: string[] = [];
  const listeners = { onWarning: (text: string) => void warnings.push(text) };
  await changeNothing({ Path }, listeners).toArray();
  expect(warnings).toHaveLength(count);
  await getWindowsEdition({ Path }, listeners).toArray();
  expect(warnings).toHaveLength(count);
});
