// Set-Variable: assigns a variable of the caller.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { any, string } from '../lib/host/parameter.ts';
import { unroll } from '../lib/host/value/convert.ts';

export default defineCmdlet({
  name: 'Set-Variable',
  synopsis: 'Assigns variables of the session.',
  impact: 'none',
  parameters: {
    Name: string.array({ help: 'The variables.', mandatory: true, position: 0 }),
    Value: any({ help: 'The value; several records of the pipeline become a list.', position: 1, pipeline: 'value' }),
    Scope: string({ help: 'Global, Script or Local; without it, the one of the caller.' }),
  },
  aliases: ['set', 'sv'],
  examples: [{ title: 'A value', command: 'Set-Variable -Name size -Value 5' }],
  state: () => ({ values: [] as unknown[] }),
  process(p, ctx) {
    if (ctx.isBound('Value')) ctx.state.values.push(p.Value);
    return undefined;
  },
  end(p, ctx) {
    for (const name of p.Name) ctx.variables.set(name, unroll(ctx.state.values), p.Scope?.toLowerCase());
    return undefined;
  },
});
