// What the cmdlets about the host itself (Get-Command, Get-Help, Get-Job, Out-String ...) may ask of a session.
import type { CommandTable } from './command-table.ts';
import type { Emit, Invocable } from './invocable.ts';
import type { Job, JobTable } from './jobs/job-table.ts';
import type { MaybePromise } from './maybe-promise.ts';

/** A function defined by a script. */
export interface FunctionSummary {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly source: string;
}

/** The session behind a running cmdlet. */
export interface HostServices {
  readonly commands: CommandTable;
  readonly jobs: JobTable;
  /** Cells in a line of the terminal, or of text made without one. */
  readonly width: number;
  functions(): readonly FunctionSummary[];
  getVariable(name: string): unknown;
  setVariable(name: string, value: unknown): void;
  variableNames(): readonly string[];
  setLocation(path: string): void;
  /** Shows a value at the console now, whatever the pipeline does with its output. */
  showOutput(value: unknown): MaybePromise<void>;
  /** Starts a job that runs a block with a copy of the variables; `args` fill its parameters. */
  startBlock(block: Invocable, args: readonly unknown[], name: string | undefined): Job;
  /** Runs code apart from the session's variables but with a copy of them: -Parallel. */
  runIsolated(block: Invocable, item: unknown, emit: Emit, signal: AbortSignal): Promise<void>;
  readonly history: readonly string[];
  /** Locations that Push-Location remembers. */
  readonly locations: string[];
  /** Runs a block with arguments, in variables of its own or in the caller's. */
  callBlock(
    block: Invocable,
    args: readonly unknown[],
    emit: Emit,
    options: { readonly sameScope: boolean; readonly input: readonly unknown[] | undefined },
  ): MaybePromise<void>;
  /** Asks for a line at the terminal; rejects with a usage error where there is none. */
  readLine(prompt: string): Promise<string>;
}
