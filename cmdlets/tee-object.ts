// Tee-Object: passes records on and keeps a copy in a file or a variable.
import { appendFile, writeFile } from 'node:fs/promises';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { FormatStream } from '../lib/host/format/format-stream.ts';
import { any, path, string, switchParameter } from '../lib/host/parameter.ts';
import { unroll } from '../lib/host/value/convert.ts';

export default defineCmdlet({
  name: 'Tee-Object',
  synopsis: 'Passes records on and keeps a copy.',
  impact: 'none',
  parameters: {
    FilePath: path({
      help: 'The file that receives the records as text.',
      mandatory: true,
      position: 0,
      sets: ['File'],
      aliases: ['Path', 'LiteralPath'],
    }),
    Append: switchParameter({ help: 'Adds to the file.', sets: ['File'] }),
    Variable: string({ help: 'The variable that receives the records.', mandatory: true, sets: ['Variable'] }),
    InputObject: any({ help: 'The records.', pipeline: 'value' }),
  },
  defaultSet: 'File',
  aliases: ['tee'],
  examples: [{ title: 'Keep a copy', command: '1..3 | Tee-Object -Variable numbers' }],
  state: () => ({ items: [] as unknown[] }),
  process(p, ctx) {
    ctx.state.items.push(p.InputObject);
    return [p.InputObject];
  },
  async end(p, ctx) {
    const { items } = ctx.state;
    if (p.Variable !== undefined) ctx.setVariable(p.Variable, unroll(items));
    if (p.FilePath === undefined) return undefined;
    let text = '';
    const format = new FormatStream({ width: 120, listWidth: Number.POSITIVE_INFINITY, color: false }, (line) => {
      text += line + '\n';
    });
    for (const item of items) await format.write(item);
    await format.end();
    await (p.Append ? appendFile : writeFile)(p.FilePath, text);
    return undefined;
  },
});
