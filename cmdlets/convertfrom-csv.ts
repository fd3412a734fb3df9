// ConvertFrom-Csv: the records of CSV text.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { csvRecords } from '../lib/host/format/csv.ts';
import { string } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'ConvertFrom-Csv',
  synopsis: 'Turns CSV into records.',
  impact: 'none',
  parameters: {
    InputObject: string.array({ help: 'The lines.', mandatory: true, position: 0, pipeline: 'value' }),
    Delimiter: string({ help: 'Stands between fields.', default: ',', position: 1 }),
    Header: string.array({ help: 'The names of the columns, when the text has none.' }),
  },
  examples: [{ title: 'Two lines', command: "'A,B', '1,2' | ConvertFrom-Csv" }],
  state: () => ({ lines: [] as string[] }),
  process(p, ctx) {
    ctx.state.lines.push(...p.InputObject);
    return undefined;
  },
  end: (p, ctx) => csvRecords(ctx.state.lines.join('\n'), p.Delimiter, p.Header),
});
