// Write-Warning: a message on the warning stream.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { string } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Write-Warning',
  synopsis: 'Writes a warning message.',
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
  examples: [{ title: 'A message', command: 'Write-Warning "text"' }],
  process(p, ctx) {
    ctx.warning(p.Message);
    return undefined;
  },
});
