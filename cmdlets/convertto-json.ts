// ConvertTo-Json: all records as one JSON text.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { toJson } from '../lib/host/format/json.ts';
import { any, int32, switchParameter } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'ConvertTo-Json',
  synopsis: 'Turns records into JSON.',
  impact: 'none',
  parameters: {
    InputObject: any({ help: 'The records.', mandatory: true, position: 0, pipeline: 'value', allowNull: true }),
    Depth: int32({
      help: 'How many levels of objects are written.',
      default: 2,
      validate: (n) => (n < 0 || n > 100 ? 'it must be between 0 and 100.' : undefined),
    }),
    Compress: switchParameter({ help: 'On one line.' }),
    AsArray: switchParameter({ help: 'An array even of one record.' }),
    EnumsAsStrings: switchParameter({ help: 'Accepted for compatibility; enumerations are always text.' }),
  },
  examples: [{ title: 'A record', command: '[pscustomobject]@{ Name = "a"; Size = 1 } | ConvertTo-Json -Compress' }],
  state: () => ({ items: [] as unknown[] }),
  process(p, ctx) {
    ctx.state.items.push(p.InputObject);
    return undefined;
  },
  *end(p, ctx) {
    const { items } = ctx.state;
    const value = items.length === 1 && !p.AsArray ? items[0] : items;
    let warned = false;
    yield toJson(value, {
      depth: Array.isArray(value) && value === items ? p.Depth + 1 : p.Depth,
      compress: p.Compress,
      truncated: () => {
        if (!warned)
          ctx.warning(`Resulting JSON is truncated as serialization has exceeded the set depth of ${p.Depth}.`);
        warned = true;
      },
    });
  },
});
