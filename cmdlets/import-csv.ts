// Import-Csv: the records of a CSV file.
import { readFile } from 'node:fs/promises';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { csvRecords } from '../lib/host/format/csv.ts';
import { path, string } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Import-Csv',
  synopsis: 'Reads records from a CSV file.',
  impact: 'none',
  parameters: {
    Path: path.array({
      help: 'The files.',
      mandatory: true,
      position: 0,
      pipeline: 'both',
      aliases: ['LiteralPath', 'FullName'],
    }),
    Delimiter: string({ help: 'Stands between fields.', default: ',', position: 1 }),
    Header: string.array({ help: 'The names of the columns, when the file has none.' }),
    Encoding: string({ help: 'Accepted for compatibility: always UTF-8.' }),
  },
  aliases: ['ipcsv'],
  examples: [{ title: 'A list', command: 'Import-Csv list.csv -ErrorAction SilentlyContinue' }],
  async *process(p, ctx) {
    for (const file of p.Path) {
      try {
        yield* csvRecords(await readFile(file, 'utf8'), p.Delimiter, p.Header);
      } catch (error) {
        ctx.error(error, file);
      }
    }
  },
});
