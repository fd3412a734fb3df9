// A program of the machine as a stage of a pipeline: records go to its standard input as the lines the console would
// show, its standard output comes back as lines of text.
import { spawn } from 'node:child_process';
import { DismError } from '../../base/error.ts';
import { FormatStream } from '../format/format-stream.ts';
import type { Emit } from '../invocable.ts';
import type { Stage } from '../pipeline/stage.ts';
import { lineSplitter } from './line-splitter.ts';

export interface ProgramCall {
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Receives each line of standard error. */
  readonly onError: (line: string) => void;
  /** Receives the status: what the program said, 128 and the number for a signal. */
  readonly onExit: (status: number) => void;
}

/** Lines that wait for the pipeline before the program has to. */
const mostLines = 1000;
const signalNumbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 };

/** Starts the program when the pipeline begins, and makes the stage that feeds and drains it. */
export function makeProgramStage(call: ProgramCall, emit: Emit, expectsInput: boolean): Stage {
  const lines: string[] = [];
  let wake = (): void => {};
  let child: ReturnType<typeof spawn> | undefined;
  let failure: Error | undefined;
  let closed = false;
  let takesInput = true;
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  const stop = (): void => void child?.kill('SIGTERM');

  const start = (): void => {
    const { path, args, cwd, environment, signal } = call;
    child = spawn(path, args, { cwd, env: environment, stdio: [expectsInput ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
    const output = lineSplitter((line) => void lines.push(line));
    child.stdout!.on('data', (bytes: Buffer) => {
      output.write(bytes);
      if (lines.length > mostLines) child!.stdout!.pause();
      wake();
    });
    const errors = lineSplitter(call.onError);
    child.stderr!.on('data', (bytes: Buffer) => errors.write(bytes));
    // A program may end before it has read everything, like `head`.
    child.stdin?.on('error', () => {
      takesInput = false;
      wake();
    });
    child.stdin?.on('drain', () => wake());
    child.on('error', (error) => {
      failure = new DismError('IoError', `${path} did not start: ${error.message}`, { Target: path, cause: error });
      closed = true;
      wake();
    });
    child.on('close', (code, ended) => {
      output.end();
      errors.end();
      call.onExit(code ?? 128 + (signalNumbers[ended ?? ''] ?? 15));
      closed = true;
      wake();
    });
    signal.addEventListener('abort', stop, { once: true });
  };

  const passOn = async (): Promise<void> => {
    for (const line of lines.splice(0)) await emit(line);
    child?.stdout?.resume();
    if (failure) throw failure;
  };
  /** Passes on what comes until `done`. */
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) {
      const change = changed();
      await passOn();
      if (!done() && lines.length === 0) await change;
    }
    await passOn();
  };

  let needsDrain = false;
  const input = new FormatStream({ width: 120, listWidth: Number.POSITIVE_INFINITY, color: false }, (line) => {
    if (takesInput && child?.stdin?.write(line + '\n') === false) needsDrain = true;
  });
  return {
    begin: start,
    async write(item) {
      if (!child) start();
      if (!expectsInput) return;
      await input.write(item);
      if (needsDrain) await until(() => closed || !takesInput || child!.stdin!.writableNeedDrain === false);
      else if (lines.length > 0 || failure) await passOn();
      needsDrain = false;
    },
    async end() {
      await input.end();
      child?.stdin?.end();
      await until(() => closed);
    },
    clean() {
      call.signal.removeEventListener('abort', stop);
      if (!closed) stop();
    },
  };
}
