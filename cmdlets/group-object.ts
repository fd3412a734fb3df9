// Group-Object: records that share the value of a property.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { any, switchParameter } from '../lib/host/parameter.ts';
import { parsePropertyExpressions, readExpression } from '../lib/host/property-expression.ts';
import { compareForSort, isEqual } from '../lib/host/value/compare.ts';
import { unroll } from '../lib/host/value/convert.ts';
import { Hashtable } from '../lib/host/value/hashtable.ts';
import { setTypeName, textOf } from '../lib/host/value/text.ts';

interface Group {
  readonly values: readonly unknown[];
  readonly items: unknown[];
}

export default defineCmdlet({
  name: 'Group-Object',
  synopsis: 'Groups records by the value of a property.',
  impact: 'none',
  parameters: {
    Property: any.array({ help: 'What to group by; without it, the records themselves.', position: 0 }),
    NoElement: switchParameter({ help: 'Leaves the records out of the groups.' }),
    AsHashTable: switchParameter({ help: 'One table from value to records.', aliases: ['AHT'] }),
    AsString: switchParameter({ help: 'The keys of the table are text.' }),
    CaseSensitive: switchParameter({ help: 'Tells letters of different case apart.' }),
    InputObject: any({ help: 'The records.', pipeline: 'value' }),
  },
  aliases: ['group'],
  examples: [{ title: 'By length', command: "'a', 'bb', 'c' | Group-Object Length" }],
  state: () => ({ items: [] as unknown[] }),
  process(p, ctx) {
    ctx.state.items.push(p.InputObject);
    return undefined;
  },
  async *end(p, ctx) {
    const expressions = p.Property ? parsePropertyExpressions(p.Property) : [];
    const groups: Group[] = [];
    const byText = new Map<string, Group[]>();
    for (const item of ctx.state.items) {
      const values: unknown[] = [];
      for (const expression of expressions) values.push(await readExpression(expression, item));
      if (expressions.length === 0) values.push(item);
      const text = values
        .map((value) => textOf(value))
        .join(', ')
        .toLowerCase();
      const candidates = byText.get(text) ?? [];
      let group = candidates.find((one) => one.values.every((value, i) => isEqual(value, values[i], p.CaseSensitive)));
      if (!group) {
        group = { values, items: [] };
        groups.push(group);
        byText.set(text, [...candidates, group]);
      }
      group.items.push(item);
    }
    if (p.AsHashTable) {
      if (groups.length > 0)
        yield new Hashtable(
          groups.map(({ values, items }) => [
            p.AsString ? values.map((value) => textOf(value)).join(', ') : unroll(values),
            items,
          ]),
        );
      return;
    }
    groups.sort(
      (a, b) =>
        a.values.map((value, i) => compareForSort(value, b.values[i], p.CaseSensitive)).find((order) => order !== 0) ??
        0,
    );
    for (const { values, items } of groups) {
      const Name = values.map((value) => textOf(value)).join(', ');
      yield setTypeName(
        p.NoElement ? { Count: items.length, Name } : { Count: items.length, Name, Group: items, Values: values },
        'Microsoft.PowerShell.Commands.GroupInfo',
      );
    }
  },
});
