// ForEach-Object: runs code for each record, or reads a member of each.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { throwIfStopped } from '../lib/host/host-error.ts';
import type { Invocable } from '../lib/host/invocable.ts';
import { callMethod } from '../lib/host/language/methods.ts';
import { chain, forEach, type MaybePromise } from '../lib/host/maybe-promise.ts';
import { any, int32, scriptBlock, string } from '../lib/host/parameter.ts';
import { enumerate } from '../lib/host/value/convert.ts';
import { getProperty, readMember } from '../lib/host/value/property.ts';

function outputOf(blocks: readonly Invocable[], item: unknown): MaybePromise<unknown[]> {
  const values: unknown[] = [];
  return chain(
    forEach(blocks, (block) => block.invoke(item, (value) => void values.push(value))),
    () => values,
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
    items: [] as unknown[],
  }),
  begin(p, ctx) {
    if (!p.Process) return undefined;
    // `% { begin } { process } { end }` by position, as PowerShell reads it.
    const all = [...p.Process, ...(p.RemainingScripts ?? [])];
    const begin = p.Begin ?? (all.length > 1 ? all.shift() : undefined);
    ctx.state.end = p.End ?? (all.length > 1 ? all.pop() : undefined);
    ctx.state.process = all;
    return begin ? outputOf([begin], null) : undefined;
  },
  process(p, ctx) {
    const item = p.InputObject;
    const { process } = ctx.state;
    if (process.length > 0) {
      const sole = process.length === 1 ? process[0]! : undefined;
      return sole ? outputOf([sole], item) : outputOf(process, item);
    }
    if (p.Parallel) {
      ctx.state.items.push(item);
      return undefined;
    }
    const name = p.MemberName!;
    const own = getProperty(item, name);
    if (p.ArgumentList === undefined && own !== undefined) return [...enumerate(own)];
    const isMethod = p.ArgumentList !== undefined || (typeof item === 'string' && !/^length$/i.test(name));
    return [...enumerate(isMethod ? callMethod(item, name, [...(p.ArgumentList ?? [])]) : readMember(item, name))];
  },
  async *end(p, ctx) {
    if (ctx.state.end) yield* await outputOf([ctx.state.end], null);
    if (!p.Parallel) return;
    const block = p.Parallel;
    const waiting = ctx.state.items;
    const ready: unknown[] = [];
    const running = new Set<Promise<void>>();
    let next = 0;
    while (next < waiting.length || running.size > 0) {
      throwIfStopped(ctx.signal);
      while (next < waiting.length && running.size < p.ThrottleLimit) {
        const task = ctx.host
          .runIsolated(block, waiting[next++], (value) => void ready.push(value), ctx.signal)
          .catch((error: unknown) => ctx.error(error))
          .finally(() => running.delete(task));
        running.add(task);
      }
      await Promise.race(running);
      yield* ready.splice(0);
    }
    yield* ready;
  },
});
