// Get-Job: the background jobs of the session.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { selectJobs } from '../lib/host/jobs/select-jobs.ts';
import { enumeration, int32, string } from '../lib/host/parameter.ts';

export default defineCmdlet({
  name: 'Get-Job',
  synopsis: 'Lists background jobs.',
  impact: 'none',
  parameters: {
    Id: int32.array({ help: 'Only these.', position: 0 }),
    Name: string.array({ help: 'Only these.', wildcards: true }),
    State: enumeration(['Running', 'Completed', 'Failed', 'Stopped'], { help: 'Only jobs in this state.' }),
  },
  aliases: ['gjb'],
  examples: [{ title: 'All jobs', command: 'Get-Job' }],
  process(p, ctx) {
    const { jobs } = ctx.host;
    const all = p.Id || p.Name ? selectJobs(jobs, p, (error) => ctx.error(error)) : jobs.list();
    return all.filter((job) => p.State === undefined || job.State === p.State);
  },
});
