// Out-Host: shows records at the console instead of passing them on.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { any } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Out-Host',
  synopsis: 'Shows records at the console and passes nothing on.',
  impact: 'none',
  parameters: { InputObject: any({ help: 'The records.', pipeline: 'value' }) },
  aliases: ['oh'],
  examples: [{ title: 'Show and keep nothing', command: '$nothing = 1..3 | Out-Host' }],
  async process(p, ctx) {
    await ctx.host.showOutput(p.InputObject);
    return undefined;
  },
});
