// Background jobs of a session: a running pipeline whose output waits until somebody receives it.
import { ErrorRecord } from '../error-record.ts';
import { PipelineStopped } from '../host-error.ts';
import type { Emit } from '../invocable.ts';

export type JobState = 'Running' | 'Completed' | 'Failed' | 'Stopped';

/** One background pipeline. */
export class Job {
  readonly Id: number;
  Name: string;
  State: JobState = 'Running';
  readonly Command: string;
  readonly PSBeginTime: Date = new Date();
  PSEndTime: Date | null = null;
  /** Errors since the last Receive-Job. */
  declare readonly errors: ErrorRecord[];
  /** Output since the last Receive-Job. */
  declare readonly output: unknown[];
  declare readonly controller: AbortController;
  declare finished: Promise<void>;

  constructor(id: number, name: string, command: string) {
    this.Id = id;
    this.Name = name;
    this.Command = command;
    for (const [key, value] of Object.entries({
      errors: [],
      output: [],
      controller: new AbortController(),
      finished: Promise.resolve(),
    })) {
      Object.defineProperty(this, key, { value, enumerable: false, writable: true });
    }
  }

  get HasMoreData(): boolean {
    return this.output.length > 0 || this.errors.length > 0;
  }

  toString(): string {
    return this.Name;
  }
}

/** The jobs of one session. */
export class JobTable {
  readonly #jobs = new Map<number, Job>();
  #next = 1;

  /** Starts a job; `run` reports errors through `job.errors` and ends with the pipeline. */
  start(command: string, run: (job: Job, emit: Emit) => Promise<void>, name?: string): Job {
    const id = this.#next++;
    const job = new Job(id, name ?? `Job${id}`, command);
    this.#jobs.set(id, job);
    const emit: Emit = (value) => void job.output.push(value);
    job.finished = (async () => {
      // The caller gets its job before anything of it runs.
      await new Promise<void>((resolve) => setImmediate(resolve));
      try {
        await run(job, emit);
        job.State = job.controller.signal.aborted ? 'Stopped' : 'Completed';
      } catch (thrown) {
        job.State = thrown instanceof PipelineStopped || job.controller.signal.aborted ? 'Stopped' : 'Failed';
        if (job.State === 'Failed') job.errors.push(ErrorRecord.from(thrown));
      }
      job.PSEndTime = new Date();
    })();
    return job;
  }

  list(): readonly Job[] {
    return [...this.#jobs.values()];
  }

  find(id: number): Job | undefined {
    return this.#jobs.get(id);
  }

  remove(job: Job): void {
    this.#jobs.delete(job.Id);
  }

  /** Stops everything, for the end of the session. */
  async stopAll(): Promise<void> {
    for (const job of this.#jobs.values()) job.controller.abort();
    await Promise.all(this.list().map((job) => job.finished));
  }
}
