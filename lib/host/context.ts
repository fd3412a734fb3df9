// What a running cmdlet may ask of its host. A cmdlet never prints, prompts or exits; it calls these.
import type { Logger } from '../log/logger.ts';
import type { StopUpstream } from './host-error.ts';
import type { HostServices } from './host-services.ts';
import type { Emit } from './invocable.ts';
import type { StaticContext } from './language/static-members.ts';
import type { MaybePromise } from './maybe-promise.ts';
import type { Variables } from './pipeline/environment.ts';

/** A state of progress; one activity at a time per cmdlet. */
export interface ProgressRecord {
  readonly Activity: string;
  readonly Phase?: string | undefined;
  readonly CompletedBytes?: number | undefined;
  readonly TotalBytes?: number | undefined;
  readonly CompletedItems?: number | undefined;
  readonly TotalItems?: number | undefined;
  /** The activity is over; its bar goes away. */
  readonly Completed?: boolean | undefined;
}

/** Raw bytes to standard output, for cmdlets whose result is a stream of bytes. */
export interface BinaryOutput {
  readonly isTerminal: boolean;
  /** Resolves when the bytes were taken; honours back-pressure. */
  write(bytes: Uint8Array): Promise<void>;
}

/** The host, as one running cmdlet sees it. */
export interface CmdletContext {
  /** The name it runs under. */
  readonly commandName: string;
  /** The chosen parameter set; empty while only the pipeline can decide it. */
  readonly parameterSet: string;
  /** Whether the caller or the pipeline gave the parameter. */
  isBound(parameter: string): boolean;
  /** Whether records come from a previous stage. */
  readonly expectsInput: boolean;
  /** Aborted by Ctrl+C, Stop-Job, or when the pipeline ends early. Pass it on to every job. */
  readonly signal: AbortSignal;
  /** The session's location, absolute. */
  readonly cwd: string;
  /** An absolute path: relative ones start at `cwd`, `~` is the home directory. */
  resolvePath(path: string): string;
  /** dism.log. */
  readonly log: Logger;
  /** Raw standard output. */
  readonly binaryOutput: BinaryOutput;

  /** Passes a record on at once, for cmdlets that run code whose output must not wait for the end of a step. */
  passOn(value: unknown): MaybePromise<void>;

  /** Reports a failure and goes on with the stream; under `-ErrorAction Stop` it throws. */
  error(error: unknown, target?: unknown): void;
  /** Something was left out and the rest goes on: a warning that names it, a terminating error under `-ErrorAction Stop`. */
  leftOut(error: Error): void;
  warning(text: string): void;
  verbose(text: string): void;
  debug(text: string): void;
  /** A message for people, beside the output. */
  information(message: unknown, tags?: readonly string[]): void;
  progress(record: ProgressRecord): void;
  /** Whether -WhatIf (or its preference) is in force, for cmdlets that have more to say than one line. */
  readonly isWhatIf: boolean;
  /** Asks before a change: false under `-WhatIf` (which prints) or when the answer is no. */
  shouldProcess(target: string, action: string): Promise<boolean>;
  /** The session, for cmdlets about the host itself; a usage error when called from TypeScript. */
  readonly host: HostServices;
  /** The caller's variables; a usage error when called from TypeScript. */
  readonly variables: Variables;
  /** Runs text as a script among the caller's variables; a usage error when called from TypeScript. */
  runText(text: string, emit: Emit): MaybePromise<void>;
  /** What static members of types need. */
  readonly statics: StaticContext;
  /** The value of a preference or other variable of the caller. */
  getVariable(name: string): unknown;
  setVariable(name: string, value: unknown): void;
  /** Throw this to end the stages before this one without an error. */
  stopUpstream(): StopUpstream;
}
