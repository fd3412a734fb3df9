// The console of the command: output to standard output, all messages to standard error.
import { once } from 'node:events';
import type { BinaryOutput } from './context.ts';
import type { ErrorRecord } from './error-record.ts';
import { FormatStream, FormattedLines } from './format/format-stream.ts';
import { toJson } from './format/json.ts';
import type { Emit } from './invocable.ts';
import { ParseError } from './language/scanner.ts';
import { forEach, type MaybePromise } from './maybe-promise.ts';
import type { Streams } from './pipeline/environment.ts';
import type { ProgressDisplay } from './progress.ts';
import { textOf } from './value/text.ts';

/** A stream of the process, or a stand-in. */
export interface ConsoleOutput {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(chunk: string | Uint8Array): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

const colors = { error: '\x1b[31;1m', warning: '\x1b[33;1m', message: '\x1b[33;1m' } as const;

/** The lines an error prints: what failed, its code, where in the script. */
export function errorText(record: ErrorRecord): string {
  const { thrown } = record;
  const code = record.code === '' ? '' : ` (${record.code})`;
  const name = record.InvocationInfo?.MyCommand || record.FullyQualifiedErrorId.split(',')[1] || '';
  const head = `${name === '' || record.Exception.Message.startsWith(name) ? '' : name + ': '}${record.Exception.Message}${code}`;
  const position = thrown instanceof ParseError ? thrown.positionMessage : record.InvocationInfo?.PositionMessage;
  return position ? `${head}\n${position}` : head;
}

/** An error as one line of JSON, for programs; the HRESULT is signed, as exceptions of .NET hold it. */
export function errorJson(record: ErrorRecord): string {
  const { Exception, FullyQualifiedErrorId, TargetObject, CategoryInfo } = record;
  return JSON.stringify({
    Kind: 'Error',
    Message: Exception.Message,
    Id: FullyQualifiedErrorId,
    Category: CategoryInfo.Category,
    Target: typeof TargetObject === 'string' ? TargetObject : null,
    HResult: Exception.HResult | 0,
  });
}

/** Writes with back-pressure: a slow reader slows the pipeline. Characters are gathered into blocks. */
export class BufferedOutput {
  readonly #target: ConsoleOutput;
  #text = '';

  constructor(target: ConsoleOutput) {
    this.#target = target;
  }

  line(text: string): MaybePromise<void> {
    this.#text += text + '\n';
    // A terminal sees each line at once; a file or pipe gets blocks.
    if (this.#target.isTTY || this.#text.length > 32_768) return this.flush();
  }

  flush(): MaybePromise<void> {
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    if (this.#target.write(text)) return;
    return new Promise((resolve) => {
      this.#target.once('drain', () => resolve());
    });
  }
}

/** The end of every pipeline of the command. */
export interface ConsoleSink {
  readonly emit: Emit;
  end(): Promise<void>;
}

/** Shows values as text by their views, or as one line of JSON each. */
export function makeConsoleSink(output: BufferedOutput, target: ConsoleOutput, format: 'Text' | 'Json'): ConsoleSink {
  if (format === 'Json') {
    const line = (value: unknown): MaybePromise<void> => output.line(toJson(value, { depth: 10, compress: true }));
    return {
      emit(value) {
        if (value === null || value === undefined) return;
        return value instanceof FormattedLines ? forEach(value.lines, line) : line(value);
      },
      end: async () => output.flush(),
    };
  }
  const isTerminal = target.isTTY === true;
  const stream = new FormatStream(
    {
      width: isTerminal ? (target.columns ?? 120) : 120,
      listWidth: isTerminal ? (target.columns ?? 120) : Infinity,
      color: isTerminal,
    },
    (line) => output.line(line),
  );
  return {
    emit: (value) => stream.write(value),
    async end() {
      await stream.end();
      await output.flush();
    },
  };
}

/** Messages of a session on standard error. `flush` brings the output so far before them. */
export function makeConsoleStreams(target: ConsoleOutput, progress: ProgressDisplay, flush: () => void): Streams {
  const write = (text: string, color: string): void => {
    flush();
    progress.clear();
    target.write((target.isTTY && color !== '' ? color + text + '\x1b[0m' : text) + '\n');
  };
  return {
    error: (record) => write(errorText(record), colors.error),
    warning: (text) => write(`WARNING: ${text}`, colors.warning),
    verbose: (text) => write(`VERBOSE: ${text}`, colors.message),
    debug: (text) => write(`DEBUG: ${text}`, colors.message),
    information: (record) => write(textOf(record.MessageData), ''),
    progress: (source, record) => progress.report(source, record),
  };
}

/** Raw standard output for cmdlets that write bytes. */
export function makeBinaryOutput(
  target: ConsoleOutput & NodeJS.EventEmitter,
  flush: () => MaybePromise<void>,
): BinaryOutput {
  return {
    isTerminal: target.isTTY === true,
    async write(bytes) {
      await flush();
      if (!target.write(bytes)) await once(target, 'drain');
    },
  };
}
