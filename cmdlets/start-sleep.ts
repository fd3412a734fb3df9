// Start-Sleep: waits; Ctrl+C ends the wait.
import { setTimeout } from 'node:timers/promises';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { double, int32 } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Start-Sleep',
  synopsis: 'Waits for some time.',
  impact: 'none',
  parameters: {
    Seconds: double({ help: 'How many seconds.', mandatory: true, position: 0, pipeline: 'both', sets: ['Seconds'] }),
    Milliseconds: int32({
      help: 'How many milliseconds.',
      mandatory: true,
      pipeline: 'property',
      sets: ['Milliseconds'],
      aliases: ['ms'],
    }),
  },
  defaultSet: 'Seconds',
  aliases: ['sleep'],
  examples: [{ title: 'A moment', command: 'Start-Sleep -Milliseconds 10' }],
  async process(p, ctx) {
    await setTimeout(p.Milliseconds ?? p.Seconds! * 1000, undefined, { signal: ctx.signal }).catch(() => {});
    return undefined;
  },
});
