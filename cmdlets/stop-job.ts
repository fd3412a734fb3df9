// Stop-Job: ends jobs and waits until they have unwound.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { jobSelection, selectJobs } from '../lib/host/jobs/select-jobs.ts';
import { switchParameter } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Stop-Job',
  synopsis: 'Stops background jobs.',
  impact: 'medium',
  parameters: { ...jobSelection, PassThru: switchParameter({ help: 'Gives the jobs.' }) },
  defaultSet: 'Job',
  aliases: ['spjb'],
  examples: [{ title: 'A job', command: 'Start-Sleep 60 -AsJob | Stop-Job' }],
  async *process(p, ctx) {
    for (const job of selectJobs(ctx.host.jobs, p, (error) => ctx.error(error))) {
      if (!(await ctx.shouldProcess(job.Name, 'Stop-Job'))) continue;
      job.controller.abort();
      await job.finished;
      if (p.PassThru) yield job;
    }
  },
});
