// New-TemporaryFile: an empty file that nobody else has.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { describeLocalFile, localFile } from './local-file.ts';

export default defineCmdlet({
  name: 'New-TemporaryFile',
  synopsis: 'Makes an empty file in the folder for temporary files.',
  impact: 'low',
  parameters: {},
  output: localFile,
  examples: [{ title: 'One file', command: 'New-TemporaryFile -WhatIf' }],
  async *process(_, ctx) {
    if (!(await ctx.shouldProcess(tmpdir(), 'New Temporary File'))) return;
    const full = join(await mkdtemp(join(tmpdir(), 'opendism-')), 'file.tmp');
    await writeFile(full, '', { mode: 0o600, flag: 'wx' });
    yield await describeLocalFile(full);
  },
});
