// Write-Information: a message on the information stream.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { any, string } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Write-Information',
  synopsis: 'Writes an information message.',
  impact: 'none',
  parameters: {
    MessageData: any({
      help: 'The message.',
      mandatory: true,
      position: 0,
      pipeline: 'value',
      aliases: ['Message', 'Msg'],
    }),
    Tags: string.array({ help: 'Words to find it by.', position: 1 }),
  },
  examples: [{ title: 'A message', command: 'Write-Information "step 1" -InformationAction Continue' }],
  process(p, ctx) {
    ctx.information(p.MessageData, p.Tags ?? []);
    return undefined;
  },
});
