// ConvertFrom-Json: JSON text to records.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { HostError } from '../lib/host/host-error.ts';
import { int32, string, switchParameter } from '../lib/host/parameter.ts';
import { Hashtable } from '../lib/host/value/hashtable.ts';

function asTables(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTables);
  if (typeof value !== 'object' || value === null) return value;
  return new Hashtable(Object.entries(value).map(([key, item]) => [key, asTables(item)]));
}

export default defineCmdlet({
  name: 'ConvertFrom-Json',
  synopsis: 'Turns JSON into records.',
  impact: 'none',
  parameters: {
    InputObject: string({
      help: 'The JSON text; several lines are one text.',
      mandatory: true,
      position: 0,
      pipeline: 'value',
      allowNull: true,
    }),
    AsHashtable: switchParameter({ help: 'Tables instead of records.' }),
    NoEnumerate: switchParameter({ help: 'Passes an array on as one value.' }),
    Depth: int32({ help: 'Accepted for compatibility.' }),
  },
  examples: [{ title: 'A record', command: `'{ "Name": "a", "Size": 1 }' | ConvertFrom-Json` }],
  state: () => ({ lines: [] as string[] }),
  process(p, ctx) {
    ctx.state.lines.push(p.InputObject);
    return undefined;
  },
  *end(p, ctx) {
    const { lines } = ctx.state;
    const read = (text: string): unknown => {
      const value: unknown = JSON.parse(text);
      return p.AsHashtable ? asTables(value) : value;
    };
    const values: unknown[] = [];
    try {
      // Lines of JSON are records; anything else is one text.
      const separate = lines.length > 1 && lines.every((line) => /^\s*[[{]/.test(line) && /[\]}]\s*$/.test(line));
      if (separate) for (const line of lines) values.push(read(line));
      else if (lines.join('').trim() !== '') values.push(read(lines.join('\n')));
    } catch (error) {
      throw new HostError('JsonConversionFailed', `This is not JSON: ${(error as Error).message}`, {
        symbol: 'Corrupt',
        cause: error,
      });
    }
    for (const value of values) {
      if (Array.isArray(value) && !p.NoEnumerate) yield* value;
      else yield value;
    }
  },
});
