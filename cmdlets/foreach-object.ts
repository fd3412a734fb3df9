// ForEach-Object: runs code for each record, or reads a member of each.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { HostError, throwIfStopped } from '../lib/host/host-error.ts';
import type { Emit, Invocable } from '../lib/host/invocable.ts';
import { callMethod } from '../lib/host/language/methods.ts';
import { chain, forEach, type MaybePromise } from '../lib/host/maybe-promise.ts';
import { any, int32, scriptBlock, string, switchParameter } from '../lib/host/parameter.ts';
import { enumerate } from '../lib/host/value/convert.ts';
import { getProperty, readMember } from '../lib/host/value/property.ts';

function runAll(blocks: readonly Invocable[], item: unknown, emit: Emit): MaybePromise<undefined> {
  return chain(
    forEach(blocks, (block) => block.invoke(item, emit)),
    () => undefined,
  );
}

export default defineCmdlet({
  name: 'ForEach-Object',
  synopsis: 'Runs code for each record.',
  impact: 'none',
  parameters: {
    Process: scriptBlock.array({
      help: 'Runs for each record, which is $_.',
      mandatory: true,
      position: 0,
      sets: ['ScriptBlock'],
    }),
    Begin: scriptBlock({ help: 'Runs once before the first record.', sets: ['ScriptBlock'] }),
    End: scriptBlock({ help: 'Runs once after the last record.', sets: ['ScriptBlock'] }),
    RemainingScripts: scriptBlock.array({
      help: 'More blocks: the first of several is Begin, the last is End.',
      sets: ['ScriptBlock'],
      remaining: true,
    }),
    MemberName: string({
      help: 'The property to read or the method to call on each record.',
      mandatory: true,
      position: 0,
      sets: ['Member'],
    }),
    ArgumentList: any.array({
      help: 'The arguments of the method.',
      sets: ['Member'],
      aliases: ['Args'],
      remaining: true,
    }),
    Parallel: scriptBlock({
      help: 'Runs for several records at a time, each with its own copy of the variables.',
      mandatory: true,
      sets: ['Parallel'],
    }),
    ThrottleLimit: int32({
      help: 'How many run at a time.',
      sets: ['Parallel'],
      default: 5,
      validate: (n) => (n < 1 ? 'it must be at least 1.' : undefined),
    }),
    TimeoutSeconds: int32({
      help: 'Stops all that still run after so many seconds; 0 never does.',
      sets: ['Parallel'],
      default: 0,
      validate: (n) => (n < 0 ? 'it must not be negative.' : undefined),
    }),
    UseNewRunspace: switchParameter({
      help: 'Accepted for compatibility: each block has variables of its own.',
      sets: ['Parallel'],
    }),
    InputObject: any({ help: 'The records.', pipeline: 'value' }),
  },
  defaultSet: 'ScriptBlock',
  aliases: ['foreach', '%'],
  examples: [
    { title: 'Square numbers', command: '1..3 | ForEach-Object { $_ * $_ }' },
    { title: 'Read a property', command: "'a', 'abc' | ForEach-Object Length" },
  ],
  state: () => ({
    process: [] as readonly Invocable[],
    end: undefined as Invocable | undefined,
    running: new Set<Promise<void>>(),
    ready: [] as unknown[],
    limit: new AbortController(),
    timer: undefined as NodeJS.Timeout | undefined,
  }),
  begin(p, ctx) {
    const { state } = ctx;
    if (p.Parallel && p.TimeoutSeconds > 0) {
      state.timer = setTimeout(() => state.limit.abort(), p.TimeoutSeconds * 1000);
    }
    if (!p.Process) return undefined;
    // `% { begin } { process } { end }` by position, as PowerShell reads it.
    const all = [...p.Process, ...(p.RemainingScripts ?? [])];
    const begin = p.Begin ?? (all.length > 1 ? all.shift() : undefined);
    state.end = p.End ?? (all.length > 1 ? all.pop() : undefined);
    state.process = all;
    return begin ? runAll([begin], null, ctx.passOn) : undefined;
  },
  process(p, ctx) {
    const item = p.InputObject;
    const { process, running, ready, limit } = ctx.state;
    if (process.length > 0) return runAll(process, item, ctx.passOn);
    if (p.Parallel) {
      const block = p.Parallel;
      const start = (): unknown[] => {
        if (limit.signal.aborted) return [];
        const signal = AbortSignal.any([ctx.signal, limit.signal]);
        const task: Promise<void> = ctx.host
          .runIsolated(block, item, (value) => void ready.push(value), signal)
          .catch((error: unknown) => {
            if (!limit.signal.aborted) ctx.error(error);
          })
          .finally(() => running.delete(task));
        task.catch(() => {});
        running.add(task);
        return ready.splice(0);
      };
      return running.size < p.ThrottleLimit ? start() : Promise.race(running).then(start);
    }
    const name = p.MemberName!;
    const own = getProperty(item, name);
    if (p.ArgumentList === undefined && own !== undefined) return [...enumerate(own)];
    const isMethod = p.ArgumentList !== undefined || (typeof item === 'string' && !/^length$/i.test(name));
    return [...enumerate(isMethod ? callMethod(item, name, [...(p.ArgumentList ?? [])]) : readMember(item, name))];
  },
  async *end(p, ctx) {
    const { end, running, ready, limit } = ctx.state;
    if (end) await runAll([end], null, ctx.passOn);
    while (running.size > 0) {
      await Promise.race(running);
      throwIfStopped(ctx.signal);
      yield* ready.splice(0);
    }
    yield* ready;
    if (limit.signal.aborted)
      ctx.error(new HostError('TimedOut', `-Parallel was stopped after ${p.TimeoutSeconds} seconds.`));
  },
  clean(ctx) {
    clearTimeout(ctx.state.timer);
    ctx.state.limit.abort();
  },
});
