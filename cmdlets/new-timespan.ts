// New-TimeSpan: a span of time.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { dateTime, double } from '../lib/host/parameter.ts';
import { TimeSpan } from '../lib/host/value/time-span.ts';

export default defineCmdlet({
  name: 'New-TimeSpan',
  synopsis: 'Makes a span of time.',
  impact: 'none',
  parameters: {
    Start: dateTime({ help: 'Its start; the default is now.', sets: ['Date'], position: 0, pipeline: 'value' }),
    End: dateTime({ help: 'Its end; the default is now.', sets: ['Date'], position: 1 }),
    Days: double({ help: 'So many days.', sets: ['Time'], default: 0 }),
    Hours: double({ help: 'So many hours.', sets: ['Time'], default: 0 }),
    Minutes: double({ help: 'So many minutes.', sets: ['Time'], default: 0 }),
    Seconds: double({ help: 'So many seconds.', sets: ['Time'], default: 0 }),
    Milliseconds: double({ help: 'So many milliseconds.', sets: ['Time'], default: 0 }),
  },
  defaultSet: 'Time',
  examples: [{ title: 'An hour and a half', command: 'New-TimeSpan -Hours 1 -Minutes 30' }],
  process(p) {
    if (p.Start || p.End) {
      const now = Date.now();
      return [new TimeSpan((p.End?.getTime() ?? now) - (p.Start?.getTime() ?? now))];
    }
    const [days, hours, minutes] = [p.Days ?? 0, p.Hours ?? 0, p.Minutes ?? 0];
    const seconds = ((days * 24 + hours) * 60 + minutes) * 60 + (p.Seconds ?? 0);
    return [new TimeSpan(seconds * 1000 + (p.Milliseconds ?? 0))];
  },
});
