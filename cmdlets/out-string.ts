// Out-String: records as the text the console would show.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { FormatStream } from '../lib/host/format/format-stream.ts';
import { any, int32, switchParameter } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Out-String',
  synopsis: 'Turns records into the text the console would show.',
  impact: 'none',
  parameters: {
    Stream: switchParameter({ help: 'One text for each line.' }),
    Width: int32({
      help: 'The width of a line.',
      default: 120,
      validate: (n) => (n < 2 ? 'it must be at least 2.' : undefined),
    }),
    NoNewline: switchParameter({ help: 'Without line ends.' }),
    InputObject: any({ help: 'The records.', pipeline: 'value' }),
  },
  aliases: ['oss'],
  examples: [{ title: 'A table as text', command: '[pscustomobject]@{ A = 1 } | Format-Table | Out-String' }],
  state: () => ({ items: [] as unknown[] }),
  process(p, ctx) {
    ctx.state.items.push(p.InputObject);
    return undefined;
  },
  async *end(p, ctx) {
    const lines: string[] = [];
    const format = new FormatStream(
      { width: p.Width, listWidth: Number.POSITIVE_INFINITY, color: false },
      (line) => void lines.push(line),
    );
    for (const item of ctx.state.items) await format.write(item);
    await format.end();
    if (p.Stream) yield* lines;
    else yield p.NoNewline ? lines.join('') : lines.map((line) => line + '\n').join('');
  },
});
