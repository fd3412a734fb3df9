// Move-Item: moves files and folders.
import { cp, rename, rm, stat } from 'node:fs/promises';
import { DismError } from '../lib/base/error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { path, switchParameter } from '../lib/host/parameter.ts';
import { describeLocalFile, localFile } from './local-file.ts';
import { destinationOf, expandLocalPaths, pathPatterns } from './local-paths.ts';

export default defineCmdlet({
  name: 'Move-Item',
  synopsis: 'Moves files and folders.',
  impact: 'medium',
  parameters: {
    Path: pathPatterns('The paths or patterns.'),
    Destination: path({ help: 'A folder that exists, or the new path.', position: 1, default: '.' }),
    Force: switchParameter({ help: 'Replaces what is there.' }),
    PassThru: switchParameter({ help: 'Gives the new files.' }),
  },
  output: localFile,
  aliases: ['mi', 'move', 'mv'],
  examples: [{ title: 'One file', command: 'Move-Item settings.reg moved.reg -WhatIf' }],
  async *process(p, ctx) {
    for (const given of p.Path) {
      try {
        for (const full of await expandLocalPaths([given])) {
          const target = await destinationOf(full, p.Destination, ctx.cwd);
          const isThere = await stat(target).catch(() => undefined);
          if (isThere && !p.Force)
            throw new DismError('AlreadyExists', `There is ${target} already; -Force replaces it.`, { Target: target });
          if (!(await ctx.shouldProcess(`Item: ${full} Destination: ${target}`, 'Move'))) continue;
          await rename(full, target).catch(async (error: NodeJS.ErrnoException) => {
            if (error.code !== 'EXDEV') throw error;
            // To another file system: a copy first, so that nothing is lost when it fails.
            await cp(full, target, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
            await rm(full, { recursive: true });
          });
          if (p.PassThru) yield await describeLocalFile(target);
        }
      } catch (error) {
        ctx.error(error, given);
      }
    }
  },
});
