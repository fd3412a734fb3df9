// Set-Location: moves the session to another folder.
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { DismError } from '../lib/base/error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { path } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Set-Location',
  synopsis: 'Sets the folder relative paths start from.',
  impact: 'none',
  parameters: {
    Path: path({
      help: 'The folder; without it, the home directory.',
      position: 0,
      pipeline: 'both',
      aliases: ['LiteralPath'],
    }),
  },
  aliases: ['sl', 'cd', 'chdir'],
  examples: [{ title: 'To a folder', command: 'Set-Location .' }],
  async process(p, ctx) {
    const target = p.Path ?? homedir();
    const found = await stat(target).catch(() => undefined);
    if (!found?.isDirectory()) throw new DismError('PathNotFound', `There is no folder ${target}.`, { Target: target });
    ctx.host.setLocation(target);
    return undefined;
  },
});
