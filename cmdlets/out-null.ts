// Out-Null: runs the pipeline and drops its output.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { any } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Out-Null',
  synopsis: 'Drops what it is given.',
  impact: 'none',
  parameters: { InputObject: any({ help: 'The records.', pipeline: 'value' }) },
  examples: [{ title: 'Run without output', command: '1..3 | Out-Null' }],
  process: () => undefined,
});
