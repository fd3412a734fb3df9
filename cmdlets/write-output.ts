// Write-Output: sends values down the pipeline.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { any, switchParameter } from '../lib/host/parameter.ts';
import { enumerate } from '../lib/host/value/convert.ts';

export default defineCmdlet({
  name: 'Write-Output',
  synopsis: 'Sends values down the pipeline.',
  impact: 'none',
  parameters: {
    InputObject: any({
      help: 'The values.',
      mandatory: true,
      pipeline: 'value',
      remaining: true,
      position: 0,
      allowNull: true,
    }),
    NoEnumerate: switchParameter({ help: 'Passes a list on as one value.' }),
  },
  aliases: ['echo', 'write'],
  examples: [{ title: 'Two values', command: 'Write-Output a b' }],
  process: (p) => (p.NoEnumerate ? [p.InputObject] : enumerate(p.InputObject)),
});
