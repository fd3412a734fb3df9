// Set-Alias: another name for a command.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { string, switchParameter } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Set-Alias',
  synopsis: 'Gives a command another name, for this session.',
  impact: 'none',
  parameters: {
    Name: string({ help: 'The new name.', mandatory: true, position: 0, pipeline: 'property' }),
    Value: string({ help: 'The command.', mandatory: true, position: 1, pipeline: 'property' }),
    Scope: string({ help: 'Accepted for compatibility: aliases hold for the session.' }),
    Force: switchParameter({ help: 'Accepted for compatibility.' }),
  },
  aliases: ['sal', 'nal'],
  examples: [{ title: 'A short name', command: 'Set-Alias images Get-WindowsImage' }],
  process(p, ctx) {
    ctx.host.commands.addAlias(p.Name, p.Value);
    return undefined;
  },
});
