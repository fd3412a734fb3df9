// One DISM.exe command line from beginning to end: parse, bind, run the cmdlet, print in DISM's layout, log, give the code.
import { stat } from 'node:fs/promises';
import type { CommandTable } from '../../lib/host/command-table.ts';
import { callCmdlet, resolveUserPath } from '../../lib/host/pipeline/call.ts';
import { bindCmdlet, hostPath } from './bind-cmdlet.ts';
import { parseArgument, splitCommandLine } from './command-line.ts';
import { CommandLineError, win32 } from './command-line-error.ts';
import { type DismHelp, type DismInvocation, type DismLine, parseDismLine } from './dism-line.ts';
import { type Failure, failureLines, failureOf } from './failure.ts';
import { helpLines } from './help.ts';
import { imageVersion } from './image-version.ts';
import type { DismRecord } from './layouts/layout.ts';
import { ProgressBar } from './progress-bar.ts';
import { Report } from './report.ts';
import { isServed } from './served.ts';
import { openSessionLog, type SessionLog } from './session-log.ts';

/** Where a run finds its commands and puts its text. */
export interface DismHost {
  readonly commands: CommandTable;
  /** Standard output: reports, and errors as well, where scripts of DISM.exe look for them. */
  readonly write: (text: string) => void;
  /** Standard error: what was left out. */
  readonly warn: (text: string) => void;
  readonly isTerminal: boolean;
  readonly lineEnd: '\n' | '\r\n';
  readonly signal: AbortSignal;
  readonly cwd: string;
  /** Shown in the banner. */
  readonly version: string;
  readonly platform: string;
}

/** Waits until the output so far is taken, between records. */
type Breathe = () => Promise<void> | undefined;

class DismRun {
  readonly #host: DismHost;
  readonly #breathe: Breathe;
  #quiet = false;
  #bannerShown = false;

  constructor(host: DismHost, breathe: Breathe) {
    this.#host = host;
    this.#breathe = breathe;
  }

  readonly #line = (text: string): void => this.#host.write(text + this.#host.lineEnd);
  readonly #resolve = (path: string): string => resolveUserPath(path, this.#host.cwd);

  async run(args: readonly string[]): Promise<number> {
    let line: DismLine | DismHelp;
    try {
      line = parseDismLine(args);
    } catch (error) {
      return this.#refuse(error, args);
    }
    if ('help' in line) {
      this.#banner();
      const { commands } = this.#host;
      for (const text of helpLines(line, (command) => isServed(command, commands))) this.#line(text);
      return 0;
    }
    const { globals } = line;
    this.#quiet = globals.quiet;
    const logPath = globals.logPath && this.#resolve(hostPath(globals.logPath, this.#resolve));
    const log = openSessionLog(logPath, globals.logLevel, (text) => this.#warn(text));
    log.begin(this.#host.version, args);
    let restart = false;
    let code = 0;
    try {
      this.#banner();
      for (const invocation of line.invocations) restart = (await this.#invoke(invocation, line, log)) || restart;
      if (restart) this.#say('Restart Windows to complete this operation.');
      this.#say('The operation completed successfully.');
      code = restart ? win32.restartRequired : 0;
    } catch (error) {
      code = this.#fail(failureOf(error, line.invocations[0]?.command), log);
    }
    await log.end(restart);
    return code;
  }

  /** Runs the cmdlet of a command; true when Windows must be restarted. */
  async #invoke(invocation: DismInvocation, line: DismLine, log: SessionLog): Promise<boolean> {
    const { command, values } = invocation;
    const { commands, platform, signal, cwd } = this.#host;
    const definition = isServed(command, commands) ? await commands.find(command.cmdlet ?? '') : undefined;
    if (!definition) {
      throw new CommandLineError(
        win32.notSupported,
        `The /${command.name} command is not supported by this version of OpenDISM.`,
      );
    }
    const { parameters, records } = bindCmdlet(invocation, line.globals, definition, this.#resolve);
    if (line.globals.online && platform !== 'win32') {
      throw new CommandLineError(
        win32.notSupported,
        'The /Online option needs a running Windows: use /Image with the root directory of an offline image.',
      );
    }
    await this.#checkFolders(line);
    await this.#showImageVersion(line);

    if (command.progress) this.#say(command.progress);
    const bar = new ProgressBar((text) => this.#print(text), this.#host.isTerminal, this.#host.lineEnd);
    const context = { valueOf: (option: string): string => values.first(option) ?? '' };
    const layout = typeof command.layout === 'function' ? command.layout(values.names()) : command.layout;
    const report = layout && new Report(layout, context, line.globals.table, (text) => this.#say(text));
    const failures: Failure[] = [];
    let restart = false;
    const call = callCmdlet(definition, parameters, {
      signal,
      cwd,
      log: log.log,
      onError: (record) => failures.push(failureOf(record.thrown, command)),
      onWarning: (text) => {
        bar.end();
        this.#warn(text);
      },
      onProgress: (record) => {
        if (command.progress !== undefined) bar.report(record);
      },
    });
    const source = records ? call(eachOf(records)) : call;
    try {
      for await (const record of source as AsyncIterable<DismRecord>) {
        if (record.RestartNeeded === true) restart = true;
        report?.add(record);
        await this.#breathe();
      }
    } finally {
      bar.end();
    }
    for (const failure of failures.slice(0, -1)) this.#fail(failure, log);
    const last = failures.at(-1);
    if (last) {
      report?.end();
      throw new CommandLineError(last.code, last.message);
    }
    if (command.progress !== undefined) bar.finish();
    report?.end();
    return restart;
  }

  async #showImageVersion({ globals }: DismLine): Promise<void> {
    if (globals.image === undefined || this.#quiet) return;
    const root = this.#resolve(hostPath(globals.image, this.#resolve));
    const version = await imageVersion(root, globals.windowsDirectory);
    if (version === undefined) return;
    this.#line(`Image Version: ${version}`);
    this.#line('');
  }

  async #checkFolders({ globals }: DismLine): Promise<void> {
    for (const [option, path] of [
      ['Image', globals.image],
      ['ScratchDir', globals.scratchDirectory],
    ] as const) {
      if (path === undefined) continue;
      const found = await stat(this.#resolve(hostPath(path, this.#resolve))).catch(() => undefined);
      if (found?.isDirectory()) continue;
      throw new CommandLineError(
        win32.pathNotFound,
        `Unable to access ${path}: the /${option} option needs a directory that exists.`,
      );
    }
  }

  /** A line that cannot be understood: nothing has run. */
  async #refuse(error: unknown, args: readonly string[]): Promise<number> {
    const log = openSessionLog(this.#writtenLogPath(args), 3, (text) => this.#warn(text));
    log.begin(this.#host.version, args);
    this.#quiet = args.some((text) => /^[/-]quiet$/i.test(text));
    this.#banner();
    const code = this.#fail(failureOf(error), log);
    await log.end(false);
    return code;
  }

  /** /LogPath of a line that is wrong elsewhere. */
  #writtenLogPath(args: readonly string[]): string | undefined {
    const argument = args.find((text) => /^[/-]logpath[:=]./i.test(text));
    const path = argument === undefined ? undefined : parseArgument(argument).value;
    return path ? this.#resolve(hostPath(path, this.#resolve)) : undefined;
  }

  #fail(failure: Failure, log: SessionLog): number {
    log.fail(failure.message, failure.code);
    for (const text of failureLines(failure, log.path)) this.#line(text);
    return failure.code;
  }

  #banner(): void {
    if (this.#quiet || this.#bannerShown) return;
    this.#bannerShown = true;
    for (const text of ['', 'Deployment Image Servicing and Management tool', `Version: ${this.#host.version}`, ''])
      this.#line(text);
  }

  /** Prints unless /Quiet forbids. */
  #say(text: string): void {
    if (!this.#quiet) this.#line(text);
  }

  #print(text: string): void {
    if (!this.#quiet) this.#host.write(text);
  }

  #warn(text: string): void {
    if (!this.#quiet) this.#host.warn(`Warning: ${text}\n`);
  }
}

async function* eachOf<T>(items: readonly T[]): AsyncGenerator<T, void, void> {
  yield* items;
}

/**
 * Runs one line, given as arguments or as text in the quoting of Windows, with or without `dism` in front.
 * Gives the code that DISM.exe would end with: 0, 3010, a Win32 code, or an HRESULT (unsigned). Never throws.
 */
export async function runDism(
  line: string | readonly string[],
  host: DismHost,
  breathe: Breathe = () => undefined,
): Promise<number> {
  const args = typeof line === 'string' ? splitCommandLine(line) : line;
  const named = /^(?:.*[\\/])?dism(?:\.exe)?$/i.test(args[0] ?? '') && !args[0]!.startsWith('/');
  return new DismRun(host, breathe).run(named ? args.slice(1) : args);
}
