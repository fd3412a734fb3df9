// Get-History: the lines of this session of the shell.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { int32 } from '../lib/host/parameter.ts';
import { defineRecord } from '../lib/host/record.ts';

interface HistoryInfo {
  readonly Id: number;
  readonly CommandLine: string;
}

const historyInfo = defineRecord<HistoryInfo>('Microsoft.PowerShell.Commands.HistoryInfo', {
  table: ['Id', 'CommandLine'],
  text: ({ CommandLine }) => CommandLine,
});

export default defineCmdlet({
  name: 'Get-History',
  synopsis: 'Lists the lines that ran in this session.',
  impact: 'none',
  parameters: { Count: int32({ help: 'Only so many of the last.' }) },
  output: historyInfo,
  aliases: ['ghy', 'history', 'h'],
  examples: [{ title: 'The last line', command: 'Get-History -Count 1' }],
  process(p, ctx) {
    const all = ctx.host.history.map((CommandLine, i) => historyInfo({ Id: i + 1, CommandLine }));
    return p.Count === undefined ? all : p.Count > 0 ? all.slice(-p.Count) : [];
  },
});
