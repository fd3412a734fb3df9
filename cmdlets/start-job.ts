// Start-Job: runs a script block in the background.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { any, scriptBlock, string } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Start-Job',
  synopsis: 'Runs a script block in the background.',
  description: 'The block sees a copy of the variables; what it assigns stays with it.',
  impact: 'none',
  parameters: {
    ScriptBlock: scriptBlock({ help: 'What to run.', mandatory: true, position: 0, aliases: ['Command'] }),
    Name: string({ help: "The job's name." }),
    ArgumentList: any.array({ help: 'The values of its parameters, or $args.', aliases: ['Args'] }),
  },
  aliases: ['sajb'],
  examples: [{ title: 'A job and its output', command: 'Start-Job { 1 + 1 } | Receive-Job -Wait' }],
  process: (p, ctx) => [ctx.host.startBlock(p.ScriptBlock, p.ArgumentList ?? [], p.Name)],
});
