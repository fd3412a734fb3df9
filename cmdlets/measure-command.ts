// Measure-Command: how long code takes.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { any, scriptBlock } from '../lib/host/parameter.ts';
import { TimeSpan } from '../lib/host/value/time-span.ts';

export default defineCmdlet({
  name: 'Measure-Command',
  synopsis: 'Measures how long code takes.',
  impact: 'none',
  parameters: {
    Expression: scriptBlock({ help: 'The code.', mandatory: true, position: 0 }),
    InputObject: any({ help: 'Each record is $_ of one run.', pipeline: 'value' }),
  },
  examples: [{ title: 'A loop', command: 'Measure-Command { 1..100 | Out-Null }' }],
  state: () => ({ milliseconds: 0 }),
  async process(p, ctx) {
    const started = performance.now();
    await p.Expression.invoke(p.InputObject ?? null, () => {});
    ctx.state.milliseconds += performance.now() - started;
    return undefined;
  },
  end: (_, ctx) => [new TimeSpan(ctx.state.milliseconds)],
});
