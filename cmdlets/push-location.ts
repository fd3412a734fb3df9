// Push-Location: moves the session and remembers where it was.
import { stat } from 'node:fs/promises';
import { DismError } from '../lib/base/error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { path } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Push-Location',
  synopsis: 'Remembers the location, and moves to another.',
  impact: 'none',
  parameters: {
    Path: path({
      help: 'The folder; without it, the session stays.',
      position: 0,
      pipeline: 'both',
      aliases: ['LiteralPath'],
    }),
  },
  aliases: ['pushd'],
  examples: [{ title: 'There and back', command: 'Push-Location .; Pop-Location' }],
  async process(p, ctx) {
    const target = p.Path ?? ctx.cwd;
    const found = await stat(target).catch(() => undefined);
    if (!found?.isDirectory()) throw new DismError('PathNotFound', `There is no folder ${target}.`, { Target: target });
    ctx.host.locations.push(ctx.cwd);
    ctx.host.setLocation(target);
    return undefined;
  },
});
