// Write-Verbose: a message on the verbose stream.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { string } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Write-Verbose',
  synopsis: 'Writes a verbose message.',
  impact: 'none',
  parameters: {
    Message: string({
      help: 'The message.',
      mandatory: true,
      position: 0,
      pipeline: 'value',
      aliases: ['Msg'],
      allowNull: true,
    }),
  },
  examples: [{ title: 'A message', command: 'Write-Verbose "text"' }],
  process(p, ctx) {
    ctx.verbose(p.Message);
    return undefined;
  },
});
