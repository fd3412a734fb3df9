// Format-Table: records as a table, the columns chosen or those of the record's view.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { FormattedLines } from '../lib/host/format/format-stream.ts';
import { type RequestedColumns, requestedColumns } from '../lib/host/format/requested-columns.ts';
import { scalarText } from '../lib/host/format/scalar-text.ts';
import { TableWriter } from '../lib/host/format/table.ts';
import { type Column, columnsOf, isScalar, rowsOf } from '../lib/host/format/view.ts';
import { any, switchParameter } from '../lib/host/parameter.ts';
import { parsePropertyExpressions, readExpression } from '../lib/host/property-expression.ts';
import { textOf, typeNameOf } from '../lib/host/value/text.ts';

interface State {
  table: TableWriter | undefined;
  requested: RequestedColumns | undefined;
  lines: string[];
  group: string;
}

export default defineCmdlet({
  name: 'Format-Table',
  synopsis: 'Shows records as a table.',
  impact: 'none',
  parameters: {
    Property: any.array({
      help: 'Names, wildcards, or tables @{ Name = ...; Expression = ...; Width = ...; Alignment = ...; FormatString = ... }.',
      position: 0,
    }),
    AutoSize: switchParameter({ help: 'Columns as wide as their widest cell; waits for all records.' }),
    Wrap: switchParameter({ help: 'Breaks long cells into lines instead of cutting them.' }),
    HideTableHeaders: switchParameter({ help: 'Without the headings.' }),
    GroupBy: any({ help: 'A new table whenever this property changes.' }),
    RepeatHeader: switchParameter({ help: 'Accepted for compatibility.' }),
    Force: switchParameter({ help: 'Accepted for compatibility: nothing is hidden.' }),
    InputObject: any({ help: 'The records.', pipeline: 'value' }),
  },
  aliases: ['ft'],
  examples: [{ title: 'Two columns', command: '[pscustomobject]@{ A = 1; B = 2; C = 3 } | Format-Table A, C' }],
  state: (): State => ({ table: undefined, requested: undefined, lines: [], group: '' }),
  async process(p, ctx) {
    const { state } = ctx;
    const item = p.InputObject;
    if (item === null || item === undefined) return [];
    if (isScalar(item)) return [new FormattedLines(scalarText(item).split('\n'))];
    const write = (line: string): void => void state.lines.push(line);
    let group = typeNameOf(item);
    let heading: string | undefined;
    if (p.GroupBy !== undefined) {
      const [expression] = parsePropertyExpressions([p.GroupBy]);
      heading = `${expression!.name}: ${textOf(await readExpression(expression!, item))}`;
      group = heading;
    }
    if (!state.table || (group !== state.group && (heading !== undefined || !p.Property))) {
      await state.table?.end();
      state.group = group;
      write('');
      if (heading !== undefined) state.lines.push(`   ${heading}`, '');
      state.requested = p.Property ? requestedColumns(p.Property, item) : undefined;
      const columns: readonly Column[] = state.requested?.columns ?? columnsOf(item, 'table');
      const options = {
        width: ctx.host.width,
        color: false,
        autoSize: p.AutoSize,
        wrap: p.Wrap,
        hideHeaders: p.HideTableHeaders,
      };
      state.table = new TableWriter(columns, options, write);
    }
    for (const row of state.requested ? [await state.requested.prepare(item)] : rowsOf(item))
      await state.table.row(row);
    return state.lines.length > 1 ? [new FormattedLines(state.lines.splice(0))] : [];
  },
  async *end(_, ctx) {
    await ctx.state.table?.end();
    if (ctx.state.lines.length > 0) yield new FormattedLines(ctx.state.lines);
  },
});
