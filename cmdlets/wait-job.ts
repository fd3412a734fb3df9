// Wait-Job: waits until jobs have ended.
import { setTimeout } from 'node:timers/promises';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { throwIfStopped } from '../lib/host/host-error.ts';
import { jobSelection, selectJobs } from '../lib/host/jobs/select-jobs.ts';
import { double, switchParameter } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Wait-Job',
  synopsis: 'Waits until background jobs have ended.',
  impact: 'none',
  parameters: {
    ...jobSelection,
    Timeout: double({ help: 'Waits at most so many seconds.', aliases: ['TimeoutSec'] }),
    Any: switchParameter({ help: 'Waits for one of them.' }),
  },
  defaultSet: 'Job',
  aliases: ['wjb'],
  examples: [{ title: 'A job', command: '1..3 | Write-Output -AsJob | Wait-Job' }],
  state: () => ({ jobs: [] as ReturnType<typeof selectJobs> }),
  process(p, ctx) {
    ctx.state.jobs.push(...selectJobs(ctx.host.jobs, p, (error) => ctx.error(error)));
    return undefined;
  },
  async *end(p, ctx) {
    const { jobs } = ctx.state;
    const done = jobs.map((job) => job.finished);
    const limit = new AbortController();
    const all = p.Any ? Promise.race(done) : Promise.all(done);
    const stop = setTimeout(p.Timeout === undefined ? 2 ** 31 - 1 : p.Timeout * 1000, undefined, {
      signal: AbortSignal.any([limit.signal, ctx.signal]),
    }).catch(() => {});
    await Promise.race([all, stop]);
    limit.abort();
    throwIfStopped(ctx.signal);
    yield* jobs.filter((job) => job.State !== 'Running');
  },
});
