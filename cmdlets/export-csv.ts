// Export-Csv: records to a CSV file.
import { appendFile, writeFile } from 'node:fs/promises';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { csvColumns, csvHeader, csvLine } from '../lib/host/format/csv.ts';
import { any, enumeration, path, string, switchParameter } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Export-Csv',
  synopsis: 'Writes records to a CSV file.',
  impact: 'medium',
  parameters: {
    Path: path({ help: 'The file.', mandatory: true, position: 0, aliases: ['LiteralPath'] }),
    InputObject: any({ help: 'The records.', mandatory: true, pipeline: 'value' }),
    Delimiter: string({ help: 'Stands between fields.', default: ',', position: 1 }),
    UseQuotes: enumeration(['Always', 'AsNeeded', 'Never'], {
      help: 'When fields are quoted.',
      default: 'Always',
      aliases: ['UQ'],
    }),
    Append: switchParameter({ help: 'Adds lines to the file.' }),
    NoClobber: switchParameter({ help: 'Refuses to replace a file.', aliases: ['NoOverwrite'] }),
    Encoding: string({ help: 'Accepted for compatibility: always UTF-8.' }),
    NoTypeInformation: switchParameter({ help: 'Accepted for compatibility: there is none.', aliases: ['NTI'] }),
    Force: switchParameter({ help: 'Accepted for compatibility.' }),
  },
  aliases: ['epcsv'],
  examples: [{ title: 'A list', command: '[pscustomobject]@{ A = 1 } | Export-Csv list.csv -WhatIf' }],
  state: () => ({ items: [] as unknown[] }),
  process(p, ctx) {
    ctx.state.items.push(p.InputObject);
    return undefined;
  },
  async end(p, ctx) {
    const { items } = ctx.state;
    if (!(await ctx.shouldProcess(p.Path, 'Export-Csv'))) return undefined;
    const options = { delimiter: p.Delimiter, quotes: p.UseQuotes };
    const columns = items.length === 0 ? [] : csvColumns(items[0]);
    const lines = items.map((item) => csvLine(item, columns, options) + '\n').join('');
    const header = columns.length === 0 ? '' : csvHeader(columns, options) + '\n';
    if (p.Append) await appendFile(p.Path, lines);
    else await writeFile(p.Path, header + lines, { flag: p.NoClobber ? 'wx' : 'w' });
    return undefined;
  },
});
