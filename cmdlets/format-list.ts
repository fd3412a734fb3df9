// Format-List: records as lists of their properties.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { FormattedLines } from '../lib/host/format/format-stream.ts';
import { writeList } from '../lib/host/format/list.ts';
import { requestedColumns } from '../lib/host/format/requested-columns.ts';
import { scalarText } from '../lib/host/format/scalar-text.ts';
import { columnsOf, isScalar, rowsOf } from '../lib/host/format/view.ts';
import { any, switchParameter } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Format-List',
  synopsis: 'Shows records as lists of their properties.',
  impact: 'none',
  parameters: {
    Property: any.array({
      help: 'Names, wildcards, or tables @{ Name = ...; Expression = ... }; * for all.',
      position: 0,
    }),
    Force: switchParameter({ help: 'Accepted for compatibility: nothing is hidden.' }),
    InputObject: any({ help: 'The records.', pipeline: 'value' }),
  },
  aliases: ['fl'],
  examples: [{ title: 'All properties', command: '[pscustomobject]@{ A = 1; B = 2 } | Format-List *' }],
  state: () => ({ first: true }),
  async process(p, ctx) {
    const item = p.InputObject;
    if (item === null || item === undefined) return [];
    if (isScalar(item) && !p.Property) return [new FormattedLines(scalarText(item).split('\n'))];
    const lines: string[] = ctx.state.first ? [''] : [];
    ctx.state.first = false;
    const requested = p.Property ? requestedColumns(p.Property, item) : undefined;
    const columns = requested?.columns ?? columnsOf(item, 'list');
    if (columns.length === 0) return [];
    for (const row of requested ? [await requested.prepare(item)] : rowsOf(item)) {
      await writeList(row, columns, Number.POSITIVE_INFINITY, (line) => void lines.push(line));
    }
    return [new FormattedLines(lines)];
  },
});
