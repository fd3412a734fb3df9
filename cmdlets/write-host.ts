// Write-Host: a message for people, on the information stream.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { any, enumeration, string, switchParameter } from '../lib/host/parameter.ts';
import { textOf } from '../lib/host/value/text.ts';

const colors = [
  'Black',
  'DarkBlue',
  'DarkGreen',
  'DarkCyan',
  'DarkRed',
  'DarkMagenta',
  'DarkYellow',
  'Gray',
  'DarkGray',
  'Blue',
  'Green',
  'Cyan',
  'Red',
  'Magenta',
  'Yellow',
  'White',
] as const;

export default defineCmdlet({
  name: 'Write-Host',
  synopsis: 'Shows a message to the person at the console.',
  impact: 'none',
  parameters: {
    Object: any({ help: 'The message.', pipeline: 'value', remaining: true, position: 0, aliases: ['Msg', 'Message'] }),
    Separator: string({ help: 'Stands between several values.', default: ' ' }),
    NoNewline: switchParameter({ help: 'Accepted for compatibility: messages are whole lines.' }),
    ForegroundColor: enumeration(colors, { help: 'Accepted for compatibility.' }),
    BackgroundColor: enumeration(colors, { help: 'Accepted for compatibility.' }),
  },
  examples: [{ title: 'A message', command: 'Write-Host "done"' }],
  process(p, ctx) {
    ctx.information(textOf(p.Object ?? '', p.Separator), ['PSHOST']);
    return undefined;
  },
});
