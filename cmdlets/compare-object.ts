// Compare-Object: what is in one list and not in the other.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { toJson } from '../lib/host/format/json.ts';
import { any, switchParameter } from '../lib/host/parameter.ts';
import { type PropertyExpression, parsePropertyExpressions, readExpression } from '../lib/host/property-expression.ts';
import { setOwn } from '../lib/host/value/hashtable.ts';
import { isPlainObject, textOf } from '../lib/host/value/text.ts';

export default defineCmdlet({
  name: 'Compare-Object',
  synopsis: 'Compares two lists.',
  description: '<= marks what only the reference has, => what only the difference has, == what both have.',
  impact: 'none',
  parameters: {
    ReferenceObject: any.array({ help: 'The list to compare with.', mandatory: true, position: 0 }),
    DifferenceObject: any.array({ help: 'The list to compare.', mandatory: true, position: 1, pipeline: 'value' }),
    Property: any.array({ help: 'The properties that count; without it, the whole record.', position: 2 }),
    IncludeEqual: switchParameter({ help: 'Also what both have.' }),
    ExcludeDifferent: switchParameter({ help: 'Only what both have.' }),
    CaseSensitive: switchParameter({ help: 'Tells letters of different case apart.' }),
    PassThru: switchParameter({ help: 'Gives the records themselves.' }),
  },
  aliases: ['compare', 'diff'],
  examples: [{ title: 'Two lists', command: 'Compare-Object 1, 2, 3 2, 3, 4' }],
  state: () => ({ items: [] as unknown[] }),
  process(p, ctx) {
    ctx.state.items.push(...p.DifferenceObject);
    return undefined;
  },
  async *end(p, ctx) {
    const expressions: PropertyExpression[] = p.Property ? parsePropertyExpressions(p.Property) : [];
    const row = async (item: unknown): Promise<{ key: string; item: unknown; cells: unknown[] }> => {
      const cells: unknown[] = [];
      for (const expression of expressions) cells.push(await readExpression(expression, item));
      const text =
        expressions.length > 0
          ? toJson(cells, { depth: 4, compress: true })
          : isPlainObject(item)
            ? toJson(item, { depth: 4, compress: true })
            : textOf(item);
      return { key: p.CaseSensitive ? text : text.toLowerCase(), item, cells };
    };
    const reference = await Promise.all(p.ReferenceObject.map(row));
    const difference = await Promise.all(ctx.state.items.map(row));
    const open = new Map<string, number>();
    for (const { key } of reference) open.set(key, (open.get(key) ?? 0) + 1);
    const result = ({ item, cells }: (typeof reference)[number], side: string): unknown => {
      if (p.PassThru) return item;
      const record: Record<string, unknown> = {};
      if (expressions.length === 0) record.InputObject = item;
      expressions.forEach(({ name }, i) => {
        setOwn(record, name, cells[i]);
      });
      return { ...record, SideIndicator: side };
    };
    const equal: unknown[] = [];
    const right: unknown[] = [];
    for (const one of difference) {
      const left = open.get(one.key) ?? 0;
      if (left > 0) {
        open.set(one.key, left - 1);
        equal.push(result(one, '=='));
      } else right.push(result(one, '=>'));
    }
    if (p.IncludeEqual || p.ExcludeDifferent) yield* equal;
    if (p.ExcludeDifferent) return;
    yield* right;
    // What is left open are the last of equal records of the reference.
    for (const one of [...reference]
      .reverse()
      .filter(({ key }) => {
        const left = open.get(key) ?? 0;
        if (left > 0) open.set(key, left - 1);
        return left > 0;
      })
      .reverse()) {
      yield result(one, '<=');
    }
  },
});
