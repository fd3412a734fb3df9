// Import-Csv: the records of a CSV file.
import { readFile } from 'node:fs/promises';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { csvRecords } from '../lib/host/format/csv.ts';
import { enumeration, path, string } from '../lib/host/parameter.ts';
import { decodeText, encodingNames } from '../lib/host/text-file.ts';

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
    Encoding: enumeration(encodingNames, { help: 'How characters are written, where no byte order mark says it.' }),
  },
  aliases: ['ipcsv'],
  examples: [{ title: 'A list', command: 'Import-Csv list.csv -ErrorAction SilentlyContinue' }],
  async *process(p, ctx) {
    for (const file of p.Path) {
      try {
        yield* csvRecords(decodeText(await readFile(file), p.Encoding), p.Delimiter, p.Header);
      } catch (error) {
        ctx.error(error, file);
      }
    }
  },
});
