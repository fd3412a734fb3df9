// ConvertTo-Html: records as a page with a table.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { cellText } from '../lib/host/format/cell-text.ts';
import { any, enumeration, string, switchParameter } from '../lib/host/parameter.ts';
import {
  expandWildcards,
  type PropertyExpression,
  parsePropertyExpressions,
  readExpression,
  spelledName,
} from '../lib/host/property-expression.ts';

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);

export default defineCmdlet({
  name: 'ConvertTo-Html',
  synopsis: 'Turns records into an HTML page.',
  impact: 'none',
  parameters: {
    InputObject: any({ help: 'The records.', pipeline: 'value' }),
    Property: any.array({ help: 'The columns.', position: 0 }),
    Title: string({ help: 'The title of the page.', default: 'HTML TABLE' }),
    PreContent: string.array({ help: 'HTML before the table.' }),
    PostContent: string.array({ help: 'HTML after the table.' }),
    As: enumeration(['Table', 'List'], { help: 'One row a record, or one row a property.', default: 'Table' }),
    Fragment: switchParameter({ help: 'Only the table.' }),
  },
  examples: [{ title: 'A table', command: '[pscustomobject]@{ A = 1 } | ConvertTo-Html -Fragment' }],
  state: () => ({ items: [] as unknown[] }),
  process(p, ctx) {
    ctx.state.items.push(p.InputObject);
    return undefined;
  },
  async *end(p, ctx) {
    const { items } = ctx.state;
    const columns: PropertyExpression[] = expandWildcards(parsePropertyExpressions(p.Property ?? ['*']), items[0]);
    const cell = async (column: PropertyExpression, item: unknown): Promise<string> =>
      escapeHtml(cellText(await readExpression(column, item)));
    if (!p.Fragment) {
      yield '<!DOCTYPE html>';
      yield `<html><head><meta charset="utf-8"><title>${escapeHtml(p.Title)}</title></head><body>`;
    }
    yield* p.PreContent ?? [];
    yield '<table>';
    if (p.As === 'Table')
      yield `<tr>${columns.map((column) => `<th>${escapeHtml(spelledName(column, items[0]))}</th>`).join('')}</tr>`;
    for (const item of items) {
      const cells = await Promise.all(columns.map((column) => cell(column, item)));
      if (p.As === 'Table') yield `<tr>${cells.map((text) => `<td>${text}</td>`).join('')}</tr>`;
      else
        for (const [i, text] of cells.entries())
          yield `<tr><td>${escapeHtml(spelledName(columns[i]!, item))}:</td><td>${text}</td></tr>`;
    }
    yield '</table>';
    yield* p.PostContent ?? [];
    if (!p.Fragment) yield '</body></html>';
  },
});
