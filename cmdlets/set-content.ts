// Set-Content: writes text to a file.
import { writeFile } from 'node:fs/promises';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { any, enumeration, path, switchParameter } from '../lib/host/parameter.ts';
import { encodeText, encodingNames } from '../lib/host/text-file.ts';
import { textOf } from '../lib/host/value/text.ts';

export default defineCmdlet({
  name: 'Set-Content',
  synopsis: 'Writes text to a file, replacing what it held.',
  impact: 'medium',
  parameters: {
    Path: path.array({ help: 'The files.', mandatory: true, position: 0, aliases: ['LiteralPath'] }),
    Value: any.array({ help: 'The lines.', mandatory: true, position: 1, pipeline: 'value' }),
    NoNewline: switchParameter({ help: 'Without line ends.' }),
    AsByteStream: switchParameter({ help: 'The values are bytes.' }),
    Encoding: enumeration(encodingNames, { help: 'How characters are written; without it, UTF-8.' }),
    PassThru: switchParameter({ help: 'Gives the values.' }),
    Force: switchParameter({ help: 'Accepted for compatibility.' }),
  },
  aliases: ['sc'],
  examples: [{ title: 'One line', command: 'Set-Content note.txt "text" -WhatIf' }],
  state: () => ({ values: [] as unknown[] }),
  process(p, ctx) {
    ctx.state.values.push(...p.Value);
    return undefined;
  },
  async end(p, ctx) {
    const { values } = ctx.state;
    const content = p.AsByteStream
      ? Uint8Array.from(values.map(Number))
      : encodeText(values.map((value) => textOf(value) + (p.NoNewline ? '' : '\n')).join(''), p.Encoding);
    for (const file of p.Path) if (await ctx.shouldProcess(file, 'Set Content')) await writeFile(file, content);
    return p.PassThru ? values : undefined;
  },
});
