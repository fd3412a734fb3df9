// Remove-Variable: forgets variables of the caller.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { HostError } from '../lib/host/host-error.ts';
import { string } from '../lib/host/parameter.ts';
import { hasWildcard, wildcard } from '../lib/host/value/wildcard.ts';

export default defineCmdlet({
  name: 'Remove-Variable',
  synopsis: 'Forgets variables of the session.',
  impact: 'none',
  parameters: {
    Name: string.array({ help: 'The variables.', mandatory: true, position: 0, pipeline: 'property', wildcards: true }),
    Scope: string({ help: 'Global, Script or Local; without it, the one of the caller.' }),
  },
  aliases: ['rv'],
  examples: [{ title: 'One', command: '$size = 5; Remove-Variable size' }],
  process(p, ctx) {
    const { variables } = ctx;
    for (const pattern of p.Name) {
      const names = variables.names().filter(wildcard(pattern));
      if (names.length === 0 && !hasWildcard(pattern))
        ctx.error(new HostError('VariableNotFound', `There is no variable '${pattern}'.`), pattern);
      for (const name of names) variables.remove(name, p.Scope?.toLowerCase());
    }
    return undefined;
  },
});
