// Sort-Object: a stable sort by properties or code.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { any, int32, switchParameter } from '../lib/host/parameter.ts';
import { asksDescending, parsePropertyExpressions, readExpression } from '../lib/host/property-expression.ts';
import { compareForSort } from '../lib/host/value/compare.ts';

export default defineCmdlet({
  name: 'Sort-Object',
  synopsis: 'Sorts records.',
  description: 'Text is compared regardless of case. Records that compare equal keep their order.',
  impact: 'none',
  parameters: {
    Property: any.array({
      help: 'Names, script blocks, or tables @{ Expression = ...; Descending = $true }.',
      position: 0,
    }),
    Descending: switchParameter({ help: 'Largest first.' }),
    Unique: switchParameter({ help: 'Only the first of records that compare equal.' }),
    CaseSensitive: switchParameter({ help: 'Tells letters of different case apart.' }),
    Top: int32({
      help: 'Only so many from the start.',
      validate: (n) => (n < 1 ? 'it must be at least 1.' : undefined),
    }),
    Bottom: int32({
      help: 'Only so many from the end.',
      validate: (n) => (n < 1 ? 'it must be at least 1.' : undefined),
    }),
    Stable: switchParameter({ help: 'Accepted for compatibility; sorting is always stable.' }),
    InputObject: any({ help: 'The records.', pipeline: 'value' }),
  },
  aliases: ['sort'],
  examples: [{ title: 'Longest first', command: "'bb', 'a', 'ccc' | Sort-Object Length -Descending" }],
  state: () => ({ items: [] as unknown[] }),
  process(p, ctx) {
    ctx.state.items.push(p.InputObject);
    return undefined;
  },
  async *end(p, ctx) {
    const expressions = p.Property ? parsePropertyExpressions(p.Property) : [];
    const rows: { readonly item: unknown; readonly keys: readonly unknown[] }[] = [];
    for (const item of ctx.state.items) {
      const keys: unknown[] = [];
      for (const expression of expressions) keys.push(await readExpression(expression, item));
      rows.push({ item, keys: expressions.length === 0 ? [item] : keys });
    }
    const descending =
      expressions.length === 0
        ? [p.Descending]
        : expressions.map((expression) => asksDescending(expression) ?? p.Descending);
    const order = (a: readonly unknown[], b: readonly unknown[]): number => {
      for (let i = 0; i < a.length; i++) {
        const difference = compareForSort(a[i], b[i], p.CaseSensitive);
        if (difference !== 0) return descending[i] ? -difference : difference;
      }
      return 0;
    };
    rows.sort((a, b) => order(a.keys, b.keys));
    let sorted = p.Unique ? rows.filter((row, i) => i === 0 || order(rows[i - 1]!.keys, row.keys) !== 0) : rows;
    if (p.Top !== undefined) sorted = sorted.slice(0, p.Top);
    if (p.Bottom !== undefined) sorted = sorted.slice(-p.Bottom);
    for (const { item } of sorted) yield item;
  },
});
