// ConvertTo-Csv: records as lines of CSV.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { csvColumns, csvHeader, csvLine } from '../lib/host/format/csv.ts';
import { any, enumeration, string, switchParameter } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'ConvertTo-Csv',
  synopsis: 'Turns records into CSV.',
  impact: 'none',
  parameters: {
    InputObject: any({ help: 'The records.', mandatory: true, pipeline: 'value' }),
    Delimiter: string({ help: 'Stands between fields.', default: ',', position: 0 }),
    UseQuotes: enumeration(['Always', 'AsNeeded', 'Never'], {
      help: 'When fields are quoted.',
      default: 'Always',
      aliases: ['UQ'],
    }),
    NoHeader: switchParameter({ help: 'Without the line of names.' }),
    NoTypeInformation: switchParameter({ help: 'Accepted for compatibility: there is none.', aliases: ['NTI'] }),
  },
  examples: [{ title: 'A record', command: '[pscustomobject]@{ A = 1; B = "x" } | ConvertTo-Csv' }],
  state: () => ({ columns: undefined as readonly string[] | undefined }),
  process(p, ctx) {
    const options = { delimiter: p.Delimiter, quotes: p.UseQuotes };
    const lines: string[] = [];
    if (!ctx.state.columns) {
      ctx.state.columns = csvColumns(p.InputObject);
      if (!p.NoHeader) lines.push(csvHeader(ctx.state.columns, options));
    }
    return [...lines, csvLine(p.InputObject, ctx.state.columns, options)];
  },
});
