// ConvertTo-Csv: records as lines of CSV.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { csvColumns, csvHeader, csvLine, quotedColumns } from '../lib/host/format/csv.ts';
import { any, enumeration, string, switchParameter } from '../lib/host/parameter.ts';
import { typeNameOf } from '../lib/host/value/text.ts';

export default defineCmdlet({
  name: 'ConvertTo-Csv',
  synopsis: 'Turns records into CSV.',
  impact: 'none',
  parameters: {
    InputObject: any({ help: 'The records.', mandatory: true, pipeline: 'value' }),
    Delimiter: string({ help: 'Stands between fields.', default: ',', position: 0 }),
    QuoteFields: string.array({ help: 'Only these columns are quoted.', aliases: ['QF'] }),
    IncludeTypeInformation: switchParameter({ help: 'A first line with the type of the records.', aliases: ['ITI'] }),
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
    const options = { delimiter: p.Delimiter, quotes: p.UseQuotes, quotedColumns: quotedColumns(p.QuoteFields) };
    const lines: string[] = [];
    if (!ctx.state.columns) {
      ctx.state.columns = csvColumns(p.InputObject);
      if (p.IncludeTypeInformation) lines.push(`#TYPE ${typeNameOf(p.InputObject)}`);
      if (!p.NoHeader) lines.push(csvHeader(ctx.state.columns, options));
    }
    return [...lines, csvLine(p.InputObject, ctx.state.columns, options)];
  },
});
