// Remove-Item: deletes files and folders of this machine.
import { lstat, readdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DismError } from '../lib/base/error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { switchParameter } from '../lib/host/parameter.ts';
import { expandLocalPaths, pathPatterns } from './local-paths.ts';

export default defineCmdlet({
  name: 'Remove-Item',
  synopsis: 'Deletes files and folders.',
  description: 'A symbolic link is deleted itself, never what it leads to.',
  impact: 'medium',
  parameters: {
    Path: pathPatterns('The paths or patterns.'),
    Recurse: switchParameter({ help: 'Folders with all that is in them.' }),
    Force: switchParameter({ help: 'Accepted for compatibility.' }),
  },
  aliases: ['ri', 'rm', 'del', 'erase', 'rd', 'rmdir'],
  examples: [{ title: 'A folder', command: 'Remove-Item -Recurse data -WhatIf' }],
  async process(p, ctx) {
    for (const given of p.Path) {
      try {
        for (const full of await expandLocalPaths([given])) {
          const found = await lstat(full);
          if (resolve(full) === '/' || ctx.cwd === full || ctx.cwd.startsWith(`${full}/`))
            throw new DismError('AccessDenied', `${full} is in use: the session is in it.`, { Target: full });
          // Without a terminal nobody answers, so a full folder needs -Recurse, as a person would have to say.
          if (found.isDirectory() && !p.Recurse && (await readdir(full)).length > 0)
            throw new DismError('DirectoryNotEmpty', `The folder ${full} is not empty; add -Recurse.`, {
              Target: full,
            });
          if (await ctx.shouldProcess(full, found.isDirectory() ? 'Remove Directory' : 'Remove File'))
            await rm(full, { recursive: found.isDirectory() });
        }
      } catch (error) {
        ctx.error(error, given);
      }
    }
    return undefined;
  },
});
