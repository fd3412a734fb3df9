// Format-Wide: one property of many records, in columns.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { cellText, cellWidth, pad, safeText, truncate } from '../lib/host/format/cell-text.ts';
import { FormattedLines } from '../lib/host/format/format-stream.ts';
import { columnsOf, isScalar } from '../lib/host/format/view.ts';
import { any, int32, switchParameter } from '../lib/host/parameter.ts';
import { parsePropertyExpressions, readExpression } from '../lib/host/property-expression.ts';

export default defineCmdlet({
  name: 'Format-Wide',
  synopsis: 'Shows one property of records in columns.',
  impact: 'none',
  parameters: {
    Property: any({ help: 'The property; without it, the first one.', position: 0 }),
    Column: int32({ help: 'How many columns.', validate: (n) => (n < 1 ? 'it must be at least 1.' : undefined) }),
    AutoSize: switchParameter({ help: 'As many columns as fit.' }),
    InputObject: any({ help: 'The records.', pipeline: 'value' }),
  },
  aliases: ['fw'],
  examples: [{ title: 'Three columns', command: '1..9 | Format-Wide -Column 3' }],
  state: () => ({ cells: [] as string[] }),
  async process(p, ctx) {
    const item = p.InputObject;
    const [expression] = p.Property === undefined ? [] : parsePropertyExpressions([p.Property]);
    const text = expression
      ? cellText(await readExpression(expression, item))
      : isScalar(item)
        ? cellText(item)
        : (columnsOf(item, 'table')[0]?.text(item) ?? '');
    ctx.state.cells.push(safeText(text));
    return undefined;
  },
  *end(p, ctx) {
    const { cells } = ctx.state;
    const { width } = ctx.host;
    const widest = Math.max(1, ...cells.map(cellWidth));
    const columns = p.Column ?? (p.AutoSize ? Math.max(1, Math.floor((width + 1) / (widest + 1))) : 2);
    const room = Math.max(1, Math.floor((width - columns + 1) / columns));
    const lines = [''];
    for (let i = 0; i < cells.length; i += columns) {
      const row = cells
        .slice(i, i + columns)
        .map((cell) => pad(truncate(cell, room), p.AutoSize ? Math.min(room, widest) : room, 'left'));
      lines.push(row.join(' ').trimEnd());
    }
    yield new FormattedLines([...lines, '']);
  },
});
