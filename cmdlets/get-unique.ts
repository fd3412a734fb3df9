// Get-Unique: leaves out what repeats the record before it.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { any, switchParameter } from '../lib/host/parameter.ts';
import { isEqual } from '../lib/host/value/compare.ts';
import { textOf, typeNameOf } from '../lib/host/value/text.ts';

export default defineCmdlet({
  name: 'Get-Unique',
  synopsis: 'Leaves out records that equal the one before; sort first to leave out all repetitions.',
  impact: 'none',
  parameters: {
    InputObject: any({ help: 'The records.', pipeline: 'value' }),
    AsString: switchParameter({ help: 'Compares records as text.' }),
    OnType: switchParameter({ help: 'Only one of each type.' }),
    CaseInsensitive: switchParameter({ help: 'Does not tell letters of different case apart.' }),
  },
  aliases: ['gu'],
  examples: [{ title: 'Sorted text', command: "'b', 'a', 'a' | Sort-Object | Get-Unique" }],
  state: () => ({ last: undefined as { readonly value: unknown } | undefined }),
  process(p, ctx) {
    const item = p.InputObject;
    const value = p.OnType ? typeNameOf(item) : p.AsString ? textOf(item) : item;
    const { last } = ctx.state;
    ctx.state.last = { value };
    return last && isEqual(last.value, value, !p.CaseInsensitive) ? undefined : [item];
  },
});
