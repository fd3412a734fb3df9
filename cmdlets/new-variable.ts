// New-Variable: makes a variable of the caller that must not exist yet.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { HostError } from '../lib/host/host-error.ts';
import { any, string, switchParameter } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'New-Variable',
  synopsis: 'Makes a variable of the session.',
  impact: 'none',
  parameters: {
    Name: string({ help: 'The variable.', mandatory: true, position: 0 }),
    Value: any({ help: 'Its value.', position: 1 }),
    Force: switchParameter({ help: 'Assigns a variable that exists.' }),
    Scope: string({ help: 'Global, Script or Local; without it, the one of the caller.' }),
  },
  aliases: ['nv'],
  examples: [{ title: 'A value', command: 'New-Variable size 5' }],
  process(p, ctx) {
    const scope = p.Scope?.toLowerCase() ?? 'local';
    if (!p.Force && ctx.variables.names().some((name) => name.toLowerCase() === p.Name.toLowerCase())) {
      ctx.error(new HostError('VariableAlreadyExists', `There is a variable '${p.Name}' already; -Force assigns it.`));
      return undefined;
    }
    ctx.variables.set(p.Name, p.Value ?? null, scope);
    return undefined;
  },
});
