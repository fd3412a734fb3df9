// Get-Variable: the caller's variables.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { HostError } from '../lib/host/host-error.ts';
import { string, switchParameter } from '../lib/host/parameter.ts';
import { setTypeName } from '../lib/host/value/text.ts';
import { hasWildcard, wildcard } from '../lib/host/value/wildcard.ts';

export default defineCmdlet({
  name: 'Get-Variable',
  synopsis: 'Gives the variables of the session.',
  impact: 'none',
  parameters: {
    Name: string.array({ help: 'Only these; without it, all.', position: 0, pipeline: 'value', wildcards: true }),
    ValueOnly: switchParameter({ help: 'Gives the values instead of the variables.' }),
    Scope: string({ help: 'Global, Script or Local; without it, the nearest.' }),
  },
  aliases: ['gv'],
  examples: [{ title: 'One value', command: '$size = 5; Get-Variable size -ValueOnly' }],
  *process(p, ctx) {
    const { variables } = ctx;
    const known = [...variables.names()].sort();
    for (const pattern of p.Name ?? ['*']) {
      const names = hasWildcard(pattern) ? known.filter(wildcard(pattern)) : [pattern];
      for (const asked of names) {
        const Value = variables.get(asked, p.Scope?.toLowerCase());
        if (Value === undefined) {
          ctx.error(new HostError('VariableNotFound', `There is no variable '${asked}'.`), asked);
          continue;
        }
        const Name = known.find((name) => name.toLowerCase() === asked.toLowerCase()) ?? asked;
        yield p.ValueOnly ? Value : setTypeName({ Name, Value }, 'System.Management.Automation.PSVariable');
      }
    }
  },
});
