// The job cmdlets' way of saying which jobs: by Id, by Name, as records, or all.
import { didYouMean } from '../binder/near-miss.ts';
import { HostError } from '../host-error.ts';
import { any, int32, string } from '../parameter.ts';
import { wildcard } from '../value/wildcard.ts';
import { Job, type JobTable } from './job-table.ts';

/** Parameters of every cmdlet that takes jobs. */
export const jobSelection = {
  Job: any.array({ help: 'The jobs.', mandatory: ['Job'], position: 0, pipeline: 'value', sets: ['Job'] }),
  Id: int32.array({ help: 'The jobs by number.', mandatory: ['Id'], position: 0, sets: ['Id'] }),
  Name: string.array({ help: 'The jobs by name.', mandatory: ['Name'], sets: ['Name'], wildcards: true }),
} as const;

/** The jobs that the parameters name; `report` hears of those that do not exist. */
export function selectJobs(
  table: JobTable,
  given: {
    readonly Job?: readonly unknown[] | undefined;
    readonly Id?: readonly number[] | undefined;
    readonly Name?: readonly string[] | undefined;
  },
  report: (error: HostError) => void,
): Job[] {
  const chosen: Job[] = [];
  for (const item of given.Job ?? []) {
    const job =
      item instanceof Job
        ? item
        : table.list().find((one) => String(one.Id) === String(item) || one.Name === String(item));
    if (job) chosen.push(job);
    else report(new HostError('JobNotFound', `${String(item)} is not a job.`));
  }
  for (const id of given.Id ?? []) {
    const job = table.find(id);
    if (job) chosen.push(job);
    else report(new HostError('JobNotFound', `There is no job ${id}.`, { Target: String(id) }));
  }
  for (const name of given.Name ?? []) {
    const matches = wildcard(name);
    const found = table.list().filter((job) => matches(job.Name));
    if (found.length === 0)
      report(
        new HostError(
          'JobNotFound',
          `There is no job '${name}'.${didYouMean(
            name,
            table.list().map((job) => job.Name),
          )}`,
          { Target: name },
        ),
      );
    chosen.push(...found);
  }
  return chosen;
}
