// Remove-Job: forgets jobs that have ended.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { HostError } from '../lib/host/host-error.ts';
import { jobSelection, selectJobs } from '../lib/host/jobs/select-jobs.ts';
import { switchParameter } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Remove-Job',
  synopsis: 'Removes background jobs.',
  impact: 'medium',
  parameters: { ...jobSelection, Force: switchParameter({ help: 'Stops a running job first.' }) },
  defaultSet: 'Job',
  aliases: ['rjb'],
  examples: [{ title: 'All that have ended', command: 'Get-Job -State Completed | Remove-Job' }],
  async process(p, ctx) {
    for (const job of selectJobs(ctx.host.jobs, p, (error) => ctx.error(error))) {
      if (job.State === 'Running' && !p.Force) {
        ctx.error(
          new HostError('JobRunning', `${job.Name} is running. Stop it first, or use -Force.`, { Target: job.Name }),
        );
        continue;
      }
      if (!(await ctx.shouldProcess(job.Name, 'Remove-Job'))) continue;
      job.controller.abort();
      await job.finished;
      ctx.host.jobs.remove(job);
    }
    return undefined;
  },
});
