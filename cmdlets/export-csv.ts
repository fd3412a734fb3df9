// Export-Csv: records to a CSV file.
import { appendFile, stat, writeFile } from 'node:fs/promises';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { csvColumns, csvHeader, csvLine, quotedColumns } from '../lib/host/format/csv.ts';
import { any, enumeration, path, string, switchParameter } from '../lib/host/parameter.ts';
import { encodeText, encodingNames } from '../lib/host/text-file.ts';
import { typeNameOf } from '../lib/host/value/text.ts';

export default defineCmdlet({
  name: 'Export-Csv',
  synopsis: 'Writes records to a CSV file.',
  impact: 'medium',
  parameters: {
    Path: path({ help: 'The file.', mandatory: true, position: 0, aliases: ['LiteralPath'] }),
    InputObject: any({ help: 'The records.', mandatory: true, pipeline: 'value' }),
    Delimiter: string({ help: 'Stands between fields.', default: ',', position: 1 }),
    QuoteFields: string.array({ help: 'Only these columns are quoted.', aliases: ['QF'] }),
    IncludeTypeInformation: switchParameter({ help: 'A first line with the type of the records.', aliases: ['ITI'] }),
    UseQuotes: enumeration(['Always', 'AsNeeded', 'Never'], {
      help: 'When fields are quoted.',
      default: 'Always',
      aliases: ['UQ'],
    }),
    Append: switchParameter({ help: 'Adds lines to the file.' }),
    NoClobber: switchParameter({ help: 'Refuses to replace a file.', aliases: ['NoOverwrite'] }),
    Encoding: enumeration(encodingNames, { help: 'How characters are written; without it, UTF-8.' }),
    NoHeader: switchParameter({ help: 'Without the line of names.' }),
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
    const options = { delimiter: p.Delimiter, quotes: p.UseQuotes, quotedColumns: quotedColumns(p.QuoteFields) };
    const columns = items.length === 0 ? [] : csvColumns(items[0]);
    const lines = items.map((item) => csvLine(item, columns, options) + '\n').join('');
    const isNew = !p.Append || ((await stat(p.Path).catch(() => undefined))?.size ?? 0) === 0;
    const type = p.IncludeTypeInformation && isNew && items.length > 0 ? `#TYPE ${typeNameOf(items[0])}\n` : '';
    const header = columns.length === 0 || p.NoHeader || !isNew ? '' : csvHeader(columns, options) + '\n';
    const content = encodeText(type + header + lines, p.Encoding, isNew);
    if (p.Append) await appendFile(p.Path, content);
    else await writeFile(p.Path, content, { flag: p.NoClobber ? 'wx' : 'w' });
    return undefined;
  },
});
