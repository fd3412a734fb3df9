// Write-Progress: how far a script is.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { int32, string, switchParameter } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Write-Progress',
  synopsis: 'Shows how far a script is.',
  impact: 'none',
  parameters: {
    Activity: string({ help: 'What goes on.', mandatory: true, position: 0 }),
    Status: string({ help: 'Its current step.', position: 1 }),
    Id: int32({ help: 'Accepted for compatibility: there is one line.', position: 2 }),
    PercentComplete: int32({ help: 'How much is done, to 100; -1 shows no bar.', default: -1 }),
    CurrentOperation: string({ help: 'Accepted for compatibility.' }),
    Completed: switchParameter({ help: 'The activity is over.' }),
  },
  examples: [{ title: 'Half way', command: "Write-Progress -Activity 'Copying' -PercentComplete 50" }],
  process(p, ctx) {
    const known = p.PercentComplete >= 0;
    ctx.progress({
      Activity: p.Activity,
      Phase: p.Status,
      CompletedItems: known ? p.PercentComplete : undefined,
      TotalItems: known ? 100 : undefined,
      Completed: p.Completed,
    });
    return undefined;
  },
});
