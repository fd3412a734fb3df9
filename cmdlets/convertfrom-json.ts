// ConvertFrom-Json: JSON text to records.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { readJson } from '../lib/host/format/json-reader.ts';
import { int32, string, switchParameter } from '../lib/host/parameter.ts';

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
    const values: unknown[] = [];
    // Lines of JSON are records; anything else is one text.
    const separate = lines.length > 1 && lines.every((line) => /^\s*[[{]/.test(line) && /[\]}]\s*$/.test(line));
    if (separate) for (const line of lines) values.push(readJson(line, p.AsHashtable));
    else if (lines.join('').trim() !== '') values.push(readJson(lines.join('\n'), p.AsHashtable));
    for (const value of values) {
      if (Array.isArray(value) && !p.NoEnumerate) yield* value;
      else yield value;
    }
  },
});
