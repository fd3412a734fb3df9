// Write-Debug: a message on the debug stream.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { string } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Write-Debug',
  synopsis: 'Writes a debug message.',
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
  examples: [{ title: 'A message', command: 'Write-Debug "text"' }],
  process(p, ctx) {
    ctx.debug(p.Message);
    return undefined;
  },
});
