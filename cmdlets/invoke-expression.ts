// Invoke-Expression: runs text as a script.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { chain } from '../lib/host/maybe-promise.ts';
import { string } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Invoke-Expression',
  synopsis: 'Runs text as a script, among the variables of the caller.',
  impact: 'none',
  parameters: { Command: string({ help: 'The script.', mandatory: true, position: 0, pipeline: 'value' }) },
  aliases: ['iex'],
  examples: [{ title: 'A sum', command: "Invoke-Expression '1 + 2'" }],
  process: (p, ctx) => chain(ctx.runText(p.Command, ctx.passOn), () => undefined),
});
