// Redirections of one pipeline stage: output or messages to a file, or messages into the output.

import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { DismError } from '../../base/error.ts';
import { FormatStream } from '../format/format-stream.ts';
import type { Emit } from '../invocable.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { messageRecords, type Streams } from '../pipeline/environment.ts';
import type { Stage, StageFactory } from '../pipeline/stage.ts';
import { textOf } from '../value/text.ts';
import type { Redirection } from './ast.ts';
import type { Frame } from './frame.ts';

const streamNumbers = { error: 2, warning: 3, verbose: 4, debug: 5, information: 6 } as const;

interface Sink {
  write(value: unknown): MaybePromise<void>;
  close(): MaybePromise<void>;
}

const nowhere: Sink = { write: () => {}, close: () => {} };

function fileSink(path: string, append: boolean): Sink {
  let stream: WriteStream | undefined;
  let failure: Error | undefined;
  const open = (): WriteStream => {
    if (!stream) {
      stream = createWriteStream(path, { flags: append ? 'a' : 'w' });
      stream.on('error', (error) => {
        failure = error;
      });
    }
    return stream;
  };
  const formatter = new FormatStream({ width: 120, listWidth: Infinity, color: false }, (line) => {
    if (failure)
      throw new DismError('IoError', `${path} cannot be written: ${failure.message}`, { Target: path, cause: failure });
    if (open().write(line + '\n')) return;
    return once(open(), 'drain').then(() => {});
  });
  return {
    write: (value) => formatter.write(value),
    close: async () => {
      await formatter.end();
      const ended = open();
      await new Promise<void>((resolve) => {
        if (failure) resolve();
        else {
          ended.once('error', () => resolve());
          ended.end(resolve);
        }
      });
      if (failure)
        throw new DismError('IoError', `${path} cannot be written: ${failure.message}`, {
          Target: path,
          cause: failure,
        });
    },
  };
}

/** The effect of redirections on a stage. */
export interface RedirectedStage {
  readonly streams: Streams;
  /** Wraps the making of the stage. */
  wrap(factory: StageFactory): StageFactory;
}

/** Prepares redirections; undefined when there are none. */
export function redirect(
  redirections: readonly Redirection[],
  frame: Frame,
): MaybePromise<RedirectedStage | undefined> {
  if (redirections.length === 0) return undefined;
  return prepare(redirections, frame);
}

async function prepare(redirections: readonly Redirection[], frame: Frame): Promise<RedirectedStage> {
  const sinks = new Map<number | '*', Sink | 'output'>();
  for (const { stream, append, target } of redirections) {
    if (target === 'output') {
      sinks.set(stream, 'output');
      continue;
    }
    const file = await frame.interpreter.expression(target, frame);
    const path = file === null || file === undefined ? '' : textOf(file);
    sinks.set(stream, path === '' ? nowhere : fileSink(frame.interpreter.session.resolvePath(path), append));
  }
  const pending: { readonly sink: Sink | 'output'; readonly value: unknown }[] = [];
  const sinkFor = (stream: number): Sink | 'output' | undefined => {
    const sink = sinks.get(stream) ?? sinks.get('*');
    // `2>&1 > file`: what goes to the output goes where the output goes.
    return sink === 'output' && sinks.get(1) !== undefined ? sinks.get(1) : sink;
  };
  const route = <T>(stream: number, otherwise: (value: T) => void) => {
    const sink = sinkFor(stream);
    return sink === undefined ? otherwise : (value: T): void => void pending.push({ sink, value });
  };
  const { streams } = frame;
  const message = (name: keyof typeof messageRecords): ((text: string) => void) => {
    const sink = sinkFor(streamNumbers[name]);
    if (sink === undefined) return (text) => streams[name](text);
    return (text) => void pending.push({ sink, value: messageRecords[name]({ Message: text }) });
  };
  const redirected: Streams = {
    takesAllInformation: streams.takesAllInformation || sinkFor(streamNumbers.information) !== undefined,
    error: route(streamNumbers.error, streams.error),
    warning: message('warning'),
    verbose: message('verbose'),
    debug: message('debug'),
    information: route(streamNumbers.information, streams.information),
    progress: streams.progress,
    collect: streams.collect,
  };
  const outputSink = sinks.get(1) ?? (sinks.get('*') === 'output' ? undefined : sinks.get('*'));
  const wrap =
    (factory: StageFactory): StageFactory =>
    (downstream, expectsInput) => {
      const flush = (): MaybePromise<void> => {
        const item = pending.shift();
        if (!item) return;
        return chain(item.sink === 'output' ? downstream(item.value) : item.sink.write(item.value), flush);
      };
      const emit: Emit = (value) =>
        chain(flush(), () => (outputSink && outputSink !== 'output' ? outputSink.write(value) : downstream(value)));
      const stage = factory(emit, expectsInput);
      const after = (step: () => MaybePromise<void>): MaybePromise<void> => chain(step(), flush);
      const wrapped: Stage = {
        begin: () => after(() => stage.begin()),
        write: (item) => after(() => stage.write(item)),
        end: () => after(() => stage.end()),
        clean: async () => {
          await stage.clean();
          for (const sink of new Set(sinks.values())) if (sink !== 'output') await sink.close();
        },
      };
      return wrapped;
    };
  return { streams: redirected, wrap };
}
