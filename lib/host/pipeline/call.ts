// Cmdlets as TypeScript functions: `for await (const image of getWindowsImage({ ImagePath }))`, and `pipe`.
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { type Logger, noLog } from '../../log/logger.ts';
import { type Argument, bindArguments } from '../binder/bind-arguments.ts';
import type { ActionPreference } from '../binder/common-parameters.ts';
import { signatureOf } from '../binder/signature.ts';
import type { CmdletDefinition } from '../cmdlet.ts';
import type { BinaryOutput, ProgressRecord } from '../context.ts';
import type { ErrorRecord } from '../error-record.ts';
import { HostError } from '../host-error.ts';
import { makeCmdletStage } from './cmdlet-stage.ts';
import type { ConfirmAnswer, Environment } from './environment.ts';
import { pull } from './pull.ts';
import { runPipeline } from './run.ts';

/** The common parameters that mean something in TypeScript, beside a cmdlet's own. */
export type CallInput<I> = I & {
  readonly WhatIf?: boolean;
  readonly Confirm?: boolean;
  readonly ErrorAction?: ActionPreference;
};

/** What a TypeScript caller may want to hear and decide. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Without it, the first error that would not end the command is thrown. */
  readonly onError?: (record: ErrorRecord) => void;
  readonly onWarning?: (text: string) => void;
  readonly onVerbose?: (text: string) => void;
  readonly onInformation?: (message: unknown) => void;
  readonly onProgress?: (record: ProgressRecord) => void;
  /** Receives raw bytes of cmdlets that write some. */
  readonly onBytes?: (bytes: Uint8Array) => void | Promise<void>;
  readonly confirm?: (message: string) => Promise<ConfirmAnswer>;
  readonly cwd?: string;
  readonly log?: Logger;
}

/** A function from one stream of records to another. */
export type PipelineStage<In, Out> = (input: AsyncIterable<In>) => AsyncIterable<Out>;

/** A cmdlet call that has not started: iterate it, use it as a stage of `pipe`, or pipe from it. */
export interface CmdletCall<T> extends AsyncIterable<T> {
  (input: AsyncIterable<unknown>): AsyncIterable<T>;
  pipe<A>(a: PipelineStage<T, A>): CmdletCall<A>;
  pipe<A, B>(a: PipelineStage<T, A>, b: PipelineStage<A, B>): CmdletCall<B>;
  pipe<A, B, C>(a: PipelineStage<T, A>, b: PipelineStage<A, B>, c: PipelineStage<B, C>): CmdletCall<C>;
  /** All records at once. */
  toArray(): Promise<T[]>;
}

/** An absolute path from what a person writes. */
export function resolveUserPath(path: string, cwd: string): string {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return path;
  if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1));
  return isAbsolute(path) ? path : resolve(cwd, path);
}

const noBytes: BinaryOutput = {
  isTerminal: false,
  write: () =>
    Promise.reject(new HostError('NoBinaryOutput', 'This cmdlet writes bytes: pass onBytes to receive them.')),
};

function environmentFor(options: CallOptions, signal: AbortSignal): Environment {
  const cwd = options.cwd ?? process.cwd();
  const onBytes = options.onBytes;
  return {
    cwd,
    resolvePath: (path) => resolveUserPath(path, cwd),
    signal,
    binaryOutput: onBytes ? { isTerminal: false, write: async (bytes) => onBytes(bytes) } : noBytes,
    streams: {
      error: (record) => options.onError?.(record),
      warning: (text) => options.onWarning?.(text),
      verbose: (text) => options.onVerbose?.(text),
      debug: () => {},
      information: (record) => options.onInformation?.(record.MessageData),
      progress: (_, record) => options.onProgress?.(record),
    },
    openLog: () => options.log ?? noLog,
    preference: (name) => {
      if (name === 'ErrorActionPreference') return options.onError ? 'Continue' : 'Stop';
      if (name === 'VerbosePreference' && !options.onVerbose) return 'SilentlyContinue';
      return name === 'ConfirmPreference' ? 'None' : undefined;
    },
    setVariable: () => {},
    getVariable: () => undefined,
    rememberError: () => {},
    confirm: async (message) => {
      if (!options.confirm)
        throw new HostError(
          'NoConfirmation',
          `Nobody can be asked: ${message} Pass Confirm: false or a confirm function.`,
        );
      return options.confirm(message);
    },
  };
}

async function* unwrapThrown(source: AsyncIterable<unknown>): AsyncGenerator<unknown, void, void> {
  try {
    yield* source;
  } catch (error) {
    // -ErrorAction Stop wraps for scripts; TypeScript callers want the error itself.
    if (error instanceof Error && error.name === 'ThrownValue' && error.cause instanceof Error) throw error.cause;
    throw error;
  }
}

/** Runs a cmdlet over `input`, or alone. */
function stream(
  definition: CmdletDefinition,
  parameters: CallInput<Record<string, unknown>>,
  options: CallOptions,
  input: AsyncIterable<unknown> | undefined,
): AsyncIterable<unknown> {
  const controller = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, controller.signal]) : controller.signal;
  const environment = environmentFor(options, signal);
  return unwrapThrown(
    pull(
      (emit) => {
        const given: Argument[] = Object.entries(parameters)
          .filter(([, value]) => value !== undefined)
          .map(([parameter, value]) => ({ parameter, value, attached: true }));
        const bound = bindArguments(signatureOf(definition), given, environment);
        return runPipeline(
          [(next, expectsInput) => makeCmdletStage(definition, bound, environment, next, expectsInput)],
          input &&
            (async (write) => {
              for await (const item of input) await write(item);
            }),
          emit,
          signal,
        );
      },
      () => controller.abort(),
    ),
  );
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** Gives an async iterable the conveniences of a call. */
export function asCall<T>(open: (input?: AsyncIterable<unknown>) => AsyncIterable<T>): CmdletCall<T> {
  const call = Object.assign((input: AsyncIterable<unknown>) => open(input), {
    [Symbol.asyncIterator]: () => open()[Symbol.asyncIterator](),
    pipe: (...stages: PipelineStage<unknown, unknown>[]) =>
      asCall(() => stages.reduce<AsyncIterable<unknown>>((source, stage) => stage(source), open())),
    toArray: () => collect(open()),
  });
  return call as unknown as CmdletCall<T>;
}

/** Calls a cmdlet from TypeScript. Nothing runs before the result is iterated. */
export function callCmdlet(
  definition: CmdletDefinition,
  parameters: CallInput<Record<string, unknown>> = {},
  options: CallOptions = {},
): CmdletCall<unknown> {
  return asCall((input) => stream(definition, parameters, options, input));
}
