// A session of the language: its variables, functions, commands, errors and jobs. One per process for the command,
// as many as somebody likes in tests.

import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Logger } from '../log/logger.ts';
import { didYouMean } from './binder/near-miss.ts';
import type { CmdletDefinition } from './cmdlet.ts';
import type { CommandTable } from './command-table.ts';
import type { BinaryOutput } from './context.ts';
import type { ErrorRecord } from './error-record.ts';
import { HostError, PipelineStopped, type SourceSpan } from './host-error.ts';
import type { FunctionSummary, HostServices } from './host-services.ts';
import type { Emit, Invocable } from './invocable.ts';
import { type Job, JobTable } from './jobs/job-table.ts';
import type { ScriptBlockNode, Statement } from './language/ast.ts';
import { automaticVariable } from './language/automatic-variables.ts';
import { ExitSignal, LoopSignal, ReturnSignal } from './language/control-flow.ts';
import { makeInterpreter } from './language/evaluator.ts';
import type { Frame } from './language/frame.ts';
import { callStage } from './language/function-stage.ts';
import type { Interpreter } from './language/interpreter.ts';
import { parse } from './language/parse.ts';
import { Scope } from './language/scope.ts';
import { ScriptBlock } from './language/script-block.ts';
import { chain, forEach, type MaybePromise } from './maybe-promise.ts';
import { resolveUserPath } from './pipeline/call.ts';
import type { ConfirmAnswer, Environment, Streams, Variables } from './pipeline/environment.ts';
import { type Inquire, type InquireAnswer, nobodyToAsk } from './pipeline/inquire.ts';
import { runPipeline } from './pipeline/run.ts';
import { findProgram } from './programs/find-program.ts';

/** What a session needs from outside. */
export interface SessionOptions {
  readonly commands: CommandTable;
  readonly streams: Streams;
  readonly binaryOutput: BinaryOutput;
  readonly openLog: Environment['openLog'];
  readonly confirm: (message: string, caption: string) => Promise<ConfirmAnswer>;
  /** Asks for a line; absent where nobody can be asked. */
  readonly readLine?: (prompt: string) => Promise<string>;
  /** Asks whether to go on after a message, for the preference Inquire; absent where nobody can be asked. */
  readonly inquire?: Inquire;
  /** Shows a value at the console; without it, values shown so go nowhere. */
  readonly showOutput?: Emit;
  readonly cwd?: string;
  readonly width?: () => number;
  readonly environmentVariables?: Record<string, string | undefined>;
  /** Gives $PSVersionTable.OpenDismVersion. */
  readonly version?: () => string;
}

/** What a name stands for. */
export type Command =
  | { readonly kind: 'cmdlet'; readonly definition: CmdletDefinition }
  | {
      readonly kind: 'block';
      readonly name: string;
      readonly block: ScriptBlockNode;
      readonly filter?: boolean;
      readonly script?: boolean;
    }
  | { readonly kind: 'program'; readonly path: string };

const maximumErrors = 256;

export class Session implements HostServices {
  readonly commands: CommandTable;
  readonly jobs = new JobTable();
  readonly globals = new Scope();
  readonly errors: ErrorRecord[] = [];
  readonly environmentVariables: Record<string, string | undefined>;
  readonly history: string[] = [];
  readonly locations: string[] = [];
  cwd: string;
  lastSucceeded = true;
  lastExitCode = 0;
  /** Counts all errors and failed programs ever, for `$?`. */
  reportedErrors = 0;
  readonly #options: SessionOptions;
  readonly #interpreter: Interpreter;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.commands = options.commands;
    this.cwd = options.cwd ?? process.cwd();
    this.environmentVariables = options.environmentVariables ?? process.env;
    this.#interpreter = makeInterpreter(this);
    const preferences: Readonly<Record<string, unknown>> = {
      ErrorActionPreference: 'Continue',
      WarningPreference: 'Continue',
      VerbosePreference: 'SilentlyContinue',
      DebugPreference: 'SilentlyContinue',
      InformationPreference: 'SilentlyContinue',
      ProgressPreference: 'Continue',
      ConfirmPreference: 'High',
      WhatIfPreference: false,
    };
    for (const [name, value] of Object.entries(preferences)) this.globals.set(name, value);
  }

  get width(): number {
    return this.#options.width?.() ?? 120;
  }

  resolvePath(path: string): string {
    return resolveUserPath(path, this.cwd);
  }

  setLocation(path: string): void {
    this.cwd = path;
  }

  /** Variables that are computed where they are read; undefined for all other names. */
  automaticVariable(name: string): unknown {
    return automaticVariable(name, this, this.#options.version);
  }

  rememberError(record: ErrorRecord): void {
    this.reportedErrors++;
    if (this.errors[0] === record) return;
    this.errors.unshift(record);
    if (this.errors.length > maximumErrors) this.errors.pop();
  }

  /** The status of a program that has ended: $LASTEXITCODE, and $? is false for all but 0. */
  noteProgramStatus(status: number): void {
    this.lastExitCode = status;
    if (status !== 0) this.reportedErrors++;
  }

  getVariable(name: string): unknown {
    return this.globals.get(name) ?? this.automaticVariable(name.toLowerCase());
  }

  setVariable(name: string, value: unknown): void {
    this.globals.set(name, value);
  }

  variableNames(): readonly string[] {
    return this.globals.names();
  }

  functions(): readonly FunctionSummary[] {
    return [...this.globals.functions.values()].map(({ name, block }) => ({
      name,
      parameters: (block.parameters ?? []).map((parameter) => parameter.name),
      source: block.source.text.slice(block.span.start, block.span.end),
    }));
  }

  /** What a command's name stands for; throws a usage error with the near miss when it stands for nothing. */
  findCommand(name: string, scope: Scope, span?: SourceSpan): MaybePromise<Command> {
    const target = this.commands.resolveAlias(name) ?? name;
    const own = scope.findFunction(name) ?? scope.findFunction(target);
    if (own) return { kind: 'block', name: own.name, block: own.block, filter: own.filter };
    const found = this.commands.find(name);
    if (found) return chain(found, (definition) => ({ kind: 'cmdlet', definition }));
    if (/\.ps1$/i.test(name) && (isAbsolute(name) || /[\\/]/.test(name))) {
      const path = this.resolvePath(name.replaceAll('\\', '/'));
      if (existsSync(path))
        return { kind: 'block', name, block: parse(readFileSync(path, 'utf8'), path), script: true };
      throw new HostError('CommandNotFoundException', `The script ${path} does not exist.`, { Target: name, span });
    }
    const program = findProgram(name, this.environmentVariables.PATH, (path) => this.resolvePath(path));
    if (program !== undefined) return { kind: 'program', path: program };
    const functions = this.functions().map((item) => item.name);
    const known = [...this.commands.names(), ...this.commands.aliases().map(({ alias }) => alias), ...functions];
    throw new HostError(
      'CommandNotFoundException',
      `There is no command '${name}'.${didYouMean(name, known)} Get-Command lists what there is.`,
      { Target: name, span },
    );
  }

  /** A command's surroundings. */
  environmentFor(frame: Frame): Environment {
    const options = this.#options;
    return {
      cwd: this.cwd,
      resolvePath: (path) => this.resolvePath(path),
      signal: frame.signal,
      binaryOutput: options.binaryOutput,
      streams: frame.streams,
      openLog: (parameters, warn): Logger => options.openLog(parameters, warn),
      preference: (name) => frame.scope.get(name),
      setVariable: (name, value) => frame.scope.set(name, value),
      getVariable: (name) => frame.scope.get(name),
      variables: this.#variablesOf(frame),
      rememberError: (record) => this.rememberError(record),
      confirm: options.confirm,
      inquire: options.inquire,
      environmentVariables: this.environmentVariables,
      runText: (text, emit) =>
        runPipeline([callStage(parse(text), '', [], frame, { sameScope: true })], undefined, emit, frame.signal),
      host: this,
    };
  }

  #variablesOf({ scope }: Frame): Variables {
    return {
      names: () => scope.names(),
      get: (name, at = '') =>
        at === '' ? (scope.get(name) ?? this.automaticVariable(name.toLowerCase())) : scope.at(at).get(name),
      set: (name, value, at = '') => scope.at(at).set(name, value),
      remove: (name, at = '') => scope.at(at).remove(name),
    };
  }

  callBlock(
    block: Invocable,
    args: readonly unknown[],
    emit: Emit,
    { sameScope, input }: { readonly sameScope: boolean; readonly input: readonly unknown[] | undefined },
  ): MaybePromise<void> {
    if (!(block instanceof ScriptBlock)) return block.invoke(null, emit, args);
    const given = args.map((value) => ({ value }));
    const stage = callStage(block.node, '', given, block.frame, { sameScope });
    return runPipeline([stage], input && ((write) => forEach(input, write)), emit, block.frame.signal);
  }

  async readLine(prompt: string): Promise<string> {
    const { readLine } = this.#options;
    if (!readLine)
      throw new HostError('NoConfirmation', `Nobody can be asked without a terminal: ${prompt || 'a line is wanted.'}`);
    return readLine(prompt);
  }

  /** Asks whether to go on after a message; throws where nobody can be asked. */
  inquire(message: string): InquireAnswer {
    return (this.#options.inquire ?? nobodyToAsk)(message);
  }

  showOutput(value: unknown): MaybePromise<void> {
    return this.#options.showOutput?.(value);
  }

  frame(signal: AbortSignal, scope: Scope = this.globals, streams: Streams = this.#options.streams): Frame {
    return {
      interpreter: this.#interpreter,
      scope,
      streams,
      signal,
      source: { text: '', file: '' },
      insideTry: false,
      depth: 0,
      commandName: '',
    };
  }

  /** Starts a pipeline in the background, with a copy of the variables it can see. */
  startJob(node: Statement, frame: Frame): Job {
    const scope = frame.scope.copy();
    const command = frame.source.text.slice(node.span.start, node.span.end);
    return this.jobs.start(command, async (job, emit) => {
      const { signal } = job.controller;
      const streams = jobStreams(job, frame.streams);
      await this.#interpreter.statement(node, { ...frame, scope, streams, signal, insideTry: true }, emit);
    });
  }

  startBlock(block: Invocable, args: readonly unknown[], name: string | undefined): Job {
    const run = async (job: Job, emit: Emit): Promise<void> => {
      if (!(block instanceof ScriptBlock)) return block.invoke(null, emit, args);
      const { signal } = job.controller;
      const streams = jobStreams(job, block.frame.streams);
      const frame: Frame = { ...block.frame, scope: block.frame.scope.copy(), streams, signal, insideTry: true };
      const given = args.map((value) => ({ value }));
      await runPipeline([callStage(block.node, '', given, frame, {})], undefined, emit, signal);
    };
    return this.jobs.start(block.toString(), run, name);
  }

  async runIsolated(block: Invocable, item: unknown, emit: Emit, signal: AbortSignal): Promise<void> {
    if (!(block instanceof ScriptBlock)) return block.invoke(item, emit);
    const frame: Frame = { ...block.frame, scope: block.frame.scope.copy(), signal };
    await block.rebind(frame).invoke(item, emit);
  }

  /**
   * Runs a script in the global scope. Gives the status that `exit` asked for, undefined without one. Throws
   * ParseError, PipelineStopped, or what the script threw.
   */
  async run(
    text: string,
    emit: Emit,
    signal: AbortSignal,
    file = '',
    args: readonly unknown[] = [],
  ): Promise<number | undefined> {
    const node = parse(text, file);
    const frame: Frame = { ...this.frame(signal), source: node.source };
    if (file !== '') this.globals.set('PSScriptRoot', file.replace(/\/[^/]*$/, ''));
    this.globals.set('args', args);
    try {
      if (file !== '' || node.parameters || node.begin || node.process) {
        const given = args.map((value) =>
          typeof value === 'string' && /^-\p{L}/u.test(value) ? { parameter: value.slice(1) } : { value },
        );
        await runPipeline([callStage(node, file, given, frame, { script: true })], undefined, emit, signal);
      } else if (node.end) await this.#interpreter.block(node.end, frame, emit);
    } catch (thrown) {
      if (thrown instanceof ExitSignal) {
        this.lastExitCode = thrown.status;
        return thrown.status;
      }
      if (thrown instanceof ReturnSignal || thrown instanceof LoopSignal) return undefined;
      if (thrown instanceof RangeError)
        throw new HostError('CallDepthOverflow', 'The script nests or recurses too deeply.', { cause: thrown });
      throw thrown;
    }
    if (signal.aborted) throw new PipelineStopped();
    return undefined;
  }

  /** Ends the jobs. */
  async close(): Promise<void> {
    await this.jobs.stopAll();
  }
}

/** A job keeps its errors for Receive-Job. */
function jobStreams(job: Job, streams: Streams): Streams {
  return { ...streams, error: (record) => void job.errors.push(record), progress: () => {} };
}
