// Rename-Item: gives a file or folder another name.
import { rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DismError } from '../lib/base/error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { path, string, switchParameter } from '../lib/host/parameter.ts';
import { describeLocalFile, localFile } from './local-file.ts';

export default defineCmdlet({
  name: 'Rename-Item',
  synopsis: 'Gives a file or folder another name.',
  impact: 'medium',
  parameters: {
    Path: path({
      help: 'The file or folder.',
      mandatory: true,
      position: 0,
      pipeline: 'both',
      aliases: ['LiteralPath', 'FullName'],
    }),
    NewName: string({
      help: 'Its new name, without a folder.',
      mandatory: true,
      position: 1,
      pipeline: 'property',
      validate: (name) => (name.includes('/') ? 'it must be a name, not a path.' : undefined),
    }),
    Force: switchParameter({ help: 'Replaces what is there.' }),
    PassThru: switchParameter({ help: 'Gives the renamed file.' }),
  },
  output: localFile,
  aliases: ['rni', 'ren'],
  examples: [{ title: 'One file', command: 'Rename-Item settings.reg old.reg -WhatIf' }],
  async *process(p, ctx) {
    const target = join(dirname(p.Path), p.NewName);
    if (!p.Force && (await stat(target).catch(() => undefined)))
      throw new DismError('AlreadyExists', `There is ${target} already; -Force replaces it.`, { Target: target });
    if (!(await ctx.shouldProcess(`Item: ${p.Path} Destination: ${target}`, 'Rename'))) return;
    await rename(p.Path, target);
    if (p.PassThru) yield await describeLocalFile(target);
  },
});
