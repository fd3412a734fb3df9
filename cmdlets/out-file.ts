// Out-File: records, as the console would show them, to a file.
import { appendFile, stat, writeFile } from 'node:fs/promises';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { FormatStream } from '../lib/host/format/format-stream.ts';
import { any, enumeration, int32, path, switchParameter } from '../lib/host/parameter.ts';
import { encodeText, encodingNames } from '../lib/host/text-file.ts';

export default defineCmdlet({
  name: 'Out-File',
  synopsis: 'Writes records to a file as text.',
  impact: 'medium',
  parameters: {
    FilePath: path({ help: 'The file.', mandatory: true, position: 0, aliases: ['Path', 'LiteralPath'] }),
    Append: switchParameter({ help: 'Adds to the file.' }),
    NoClobber: switchParameter({ help: 'Refuses to replace a file.', aliases: ['NoOverwrite'] }),
    NoNewline: switchParameter({ help: 'Without line ends.' }),
    Width: int32({ help: 'The width of a line.', default: 120 }),
    Encoding: enumeration(encodingNames, { help: 'How characters are written; without it, UTF-8.' }),
    Force: switchParameter({ help: 'Accepted for compatibility.' }),
    InputObject: any({ help: 'The records.', pipeline: 'value' }),
  },
  examples: [{ title: 'A list to a file', command: '1..3 | Out-File numbers.txt -WhatIf' }],
  state: () => ({ items: [] as unknown[] }),
  process(p, ctx) {
    ctx.state.items.push(p.InputObject);
    return undefined;
  },
  async end(p, ctx) {
    if (!(await ctx.shouldProcess(p.FilePath, 'Output to File'))) return undefined;
    let text = '';
    const format = new FormatStream({ width: p.Width, listWidth: Number.POSITIVE_INFINITY, color: false }, (line) => {
      text += p.NoNewline ? line : line + '\n';
    });
    for (const item of ctx.state.items) await format.write(item);
    await format.end();
    const isNew = !p.Append || ((await stat(p.FilePath).catch(() => undefined))?.size ?? 0) === 0;
    const content = encodeText(text, p.Encoding, isNew);
    if (p.Append) await appendFile(p.FilePath, content);
    else await writeFile(p.FilePath, content, { flag: p.NoClobber ? 'wx' : 'w' });
    return undefined;
  },
});
