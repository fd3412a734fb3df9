// Add-Content: adds text to a file.
import { appendFile, stat } from 'node:fs/promises';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { any, enumeration, path, switchParameter } from '../lib/host/parameter.ts';
import { encodeText, encodingNames } from '../lib/host/text-file.ts';
import { textOf } from '../lib/host/value/text.ts';

export default defineCmdlet({
  name: 'Add-Content',
  synopsis: 'Adds text to the end of a file.',
  impact: 'medium',
  parameters: {
    Path: path.array({ help: 'The files.', mandatory: true, position: 0, aliases: ['LiteralPath'] }),
    Value: any.array({ help: 'The lines.', mandatory: true, position: 1, pipeline: 'value' }),
    NoNewline: switchParameter({ help: 'Without line ends.' }),
    Encoding: enumeration(encodingNames, { help: 'How characters are written; without it, UTF-8.' }),
    Force: switchParameter({ help: 'Accepted for compatibility.' }),
  },
  aliases: ['ac'],
  examples: [{ title: 'One line', command: 'Add-Content note.txt "text" -WhatIf' }],
  state: () => ({ lines: [] as string[] }),
  process(p, ctx) {
    for (const value of p.Value) ctx.state.lines.push(textOf(value) + (p.NoNewline ? '' : '\n'));
    return undefined;
  },
  async end(p, ctx) {
    for (const file of p.Path)
      if (await ctx.shouldProcess(file, 'Add Content')) {
        const isNew = ((await stat(file).catch(() => undefined))?.size ?? 0) === 0;
        await appendFile(file, encodeText(ctx.state.lines.join(''), p.Encoding, isNew));
      }
    return undefined;
  },
});
