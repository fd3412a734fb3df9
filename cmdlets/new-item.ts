// New-Item: makes a file or a folder of this machine.
import { mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DismError } from '../lib/base/error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { any, enumeration, path, string, switchParameter } from '../lib/host/parameter.ts';
import { textOf } from '../lib/host/value/text.ts';
import { describeLocalFile, localFile } from './local-file.ts';

export default defineCmdlet({
  name: 'New-Item',
  synopsis: 'Makes a file, a folder or a symbolic link.',
  impact: 'medium',
  parameters: {
    Path: path.array({ help: 'What to make, or where.', position: 0, pipeline: 'property' }),
    Name: string({ help: 'Its name below the path.', pipeline: 'property' }),
    ItemType: enumeration(['File', 'Directory', 'SymbolicLink'], {
      help: 'What it becomes.',
      default: 'File',
      aliases: ['Type'],
    }),
    Value: any({ help: 'What the file holds, or where the link leads.', pipeline: 'property', aliases: ['Target'] }),
    Force: switchParameter({ help: 'Makes missing folders, and replaces a file.' }),
  },
  output: localFile,
  aliases: ['ni'],
  examples: [{ title: 'A folder', command: 'New-Item -ItemType Directory mount -Force -WhatIf' }],
  async *process(p, ctx) {
    for (const folder of p.Path ?? [ctx.cwd]) {
      const full = p.Name === undefined ? folder : join(folder, p.Name);
      try {
        const known = await stat(full).catch(() => undefined);
        const keeps = known?.isDirectory() && p.ItemType === 'Directory' && p.Force;
        if (known && !keeps && !(p.Force && known.isFile() && p.ItemType === 'File'))
          throw new DismError('AlreadyExists', `There is ${full} already.`, { Target: full });
        if (!(await ctx.shouldProcess(full, `Create ${p.ItemType}`))) continue;
        if (p.ItemType === 'Directory') await mkdir(full, { recursive: true });
        else {
          if (p.Force) await mkdir(dirname(full), { recursive: true });
          if (p.ItemType === 'SymbolicLink') await symlink(textOf(p.Value), full);
          else await writeFile(full, textOf(p.Value ?? ''), { flag: p.Force ? 'w' : 'wx' });
        }
        yield await describeLocalFile(full);
      } catch (error) {
        ctx.error(error, full);
      }
    }
  },
});
