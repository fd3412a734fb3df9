// Receive-Job: the output of jobs since it was last received.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { jobSelection, selectJobs } from '../lib/host/jobs/select-jobs.ts';
import { switchParameter } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Receive-Job',
  synopsis: 'Gives the output of background jobs.',
  impact: 'none',
  parameters: {
    ...jobSelection,
    Keep: switchParameter({ help: 'Leaves the output for the next time.' }),
    Wait: switchParameter({ help: 'Waits until the job has ended.' }),
    AutoRemoveJob: switchParameter({ help: 'Removes the job afterwards; with -Wait.' }),
  },
  defaultSet: 'Job',
  aliases: ['rcjb'],
  examples: [{ title: 'A result', command: '1..3 | Write-Output -AsJob | Receive-Job -Wait' }],
  async *process(p, ctx) {
    for (const job of selectJobs(ctx.host.jobs, p, (error) => ctx.error(error))) {
      if (p.Wait) await job.finished;
      const output = p.Keep ? [...job.output] : job.output.splice(0);
      const errors = p.Keep ? [...job.errors] : job.errors.splice(0);
      yield* output;
      for (const error of errors) ctx.error(error);
      if (p.AutoRemoveJob && p.Wait) ctx.host.jobs.remove(job);
    }
  },
});
