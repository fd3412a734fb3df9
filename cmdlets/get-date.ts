// Get-Date: now, or a date, or either as text.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { dateTime, int32, string, switchParameter } from '../lib/host/parameter.ts';
import { formatDate } from '../lib/host/value/date-text.ts';
import { formatUnixDate } from '../lib/host/value/unix-date-text.ts';
import { sameKind, UtcDate } from '../lib/host/value/utc-date.ts';

export default defineCmdlet({
  name: 'Get-Date',
  synopsis: 'Gives the date and time.',
  impact: 'none',
  parameters: {
    Date: dateTime({ help: 'This date instead of now.', position: 0, pipeline: 'both' }),
    Format: string({ help: 'As text in this .NET format.' }),
    Year: int32({ help: 'With this year.' }),
    Month: int32({ help: 'With this month.' }),
    Day: int32({ help: 'With this day.' }),
    Hour: int32({ help: 'With this hour.' }),
    Minute: int32({ help: 'With this minute.' }),
    Second: int32({ help: 'With this second.' }),
    Millisecond: int32({ help: 'With this millisecond.' }),
    UFormat: string({ help: 'As text in this format of the Unix command date: %Y-%m-%d.' }),
    UnixTimeSeconds: int32({ help: 'So many seconds after 1970-01-01 in UTC.', aliases: ['UnixTime'] }),
    AsUTC: switchParameter({ help: 'In UTC.' }),
  },
  examples: [{ title: 'As a file name', command: 'Get-Date -Format yyyyMMdd-HHmmss' }],
  process(p) {
    const given = p.UnixTimeSeconds === undefined ? (p.Date ?? new Date()) : new Date(p.UnixTimeSeconds * 1000);
    const date = sameKind(given, given.getTime());
    if (p.Year !== undefined) date.setFullYear(p.Year);
    if (p.Month !== undefined) date.setMonth(p.Month - 1);
    if (p.Day !== undefined) date.setDate(p.Day);
    if (p.Hour !== undefined) date.setHours(p.Hour);
    if (p.Minute !== undefined) date.setMinutes(p.Minute);
    if (p.Second !== undefined) date.setSeconds(p.Second, 0);
    if (p.Millisecond !== undefined) date.setMilliseconds(p.Millisecond);
    const result = p.AsUTC ? new UtcDate(date.getTime()) : date;
    if (p.UFormat !== undefined) return [formatUnixDate(result, p.UFormat)];
    return [p.Format === undefined ? result : formatDate(result, p.Format)];
  },
});
