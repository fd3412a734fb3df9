// Copy-Item: copies files and folders.
import { cp, mkdir, stat } from 'node:fs/promises';
import { DismError } from '../lib/base/error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { path, switchParameter } from '../lib/host/parameter.ts';
import { describeLocalFile, localFile } from './local-file.ts';
import { destinationOf, expandLocalPaths, pathPatterns } from './local-paths.ts';

export default defineCmdlet({
  name: 'Copy-Item',
  synopsis: 'Copies files and folders.',
  impact: 'medium',
  parameters: {
    Path: pathPatterns('The paths or patterns.'),
    Destination: path({ help: 'A folder that exists, or the new path.', position: 1, default: '.' }),
    Recurse: switchParameter({ help: 'Folders with all that is in them.' }),
    Force: switchParameter({ help: 'Replaces what is there.' }),
    PassThru: switchParameter({ help: 'Gives the new files.' }),
  },
  output: localFile,
  aliases: ['ci', 'cpi', 'copy', 'cp'],
  examples: [{ title: 'One file', command: 'Copy-Item settings.reg copy.reg -WhatIf' }],
  async *process(p, ctx) {
    for (const given of p.Path) {
      try {
        for (const full of await expandLocalPaths([given])) {
          const target = await destinationOf(full, p.Destination, ctx.cwd);
          const isThere = await stat(target).catch(() => undefined);
          const isFolder = (await stat(full)).isDirectory();
          if (isThere && isFolder && !p.Force)
            throw new DismError('AlreadyExists', `There is ${target} already.`, { Target: target });
          if (
            !(await ctx.shouldProcess(
              `Item: ${full} Destination: ${target}`,
              isFolder ? 'Copy Directory' : 'Copy File',
            ))
          )
            continue;
          // Without -Recurse a folder is made empty, as PowerShell does.
          if (isFolder && !p.Recurse) await mkdir(target, { recursive: true });
          else await cp(full, target, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
          if (p.PassThru) yield await describeLocalFile(target);
        }
      } catch (error) {
        ctx.error(error, given);
      }
    }
  },
});
