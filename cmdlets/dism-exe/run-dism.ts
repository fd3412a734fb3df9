// One DISM.exe command line from beginning to end: parse, bind, run the cmdlet, print in DISM's layout, log, give the code.
import type { CmdletDefinition } from '../../lib/host/cmdlet.ts';
import type { CommandTable } from '../../lib/host/command-table.ts';
import { callCmdlet, resolveUserPath } from '../../lib/host/pipeline/call.ts';
import { checkAvailability } from './availability.ts';
import { bindCmdlet } from './bind-cmdlet.ts';
import type { DismCommand } from './command.ts';
import { parseArgument, splitCommandLine } from './command-line.ts';
import { CommandLineError, win32 } from './command-line-error.ts';
import { DismConsole, type DismOutput } from './dism-console.ts';
import { type DismHelp, type DismInvocation, type DismLine, parseDismLine } from './dism-line.ts';
import { type Failure, failureOf, inOptions } from './failure.ts';
import { helpLines } from './help.ts';
import { hostPath } from './host-path.ts';
import type { DismRecord, LayoutContext } from './layouts/layout.ts';
import { checkFolder, findTarget, type LineTarget } from './line-target.ts';
import { ProgressBar } from './progress-bar.ts';
import { Report } from './report.ts';
import { isServed } from './served.ts';
import { openSessionLog, type SessionLog } from './session-log.ts';
import { identifyTarget, type TargetWindows } from './target-windows.ts';

/** Where a run finds its commands and puts its text. */
export interface DismHost extends DismOutput {
  readonly commands: CommandTable;
  readonly signal: AbortSignal;
  readonly cwd: string;
  readonly platform: string;
  /** Waits until the output so far is taken; asked for between records. */
  readonly breathe?: () => Promise<void> | undefined;
}

class DismRun {
  readonly #host: DismHost;
  readonly #console: DismConsole;

  constructor(host: DismHost) {
    this.#host = host;
    this.#console = new DismConsole(host);
  }

  async run(args: readonly string[]): Promise<number> {
    let line: DismLine | DismHelp;
    try {
      line = parseDismLine(args);
    } catch (error) {
      return this.#refuse(error, args);
    }
    return 'help' in line ? this.#help(line, args) : this.#execute(line, args);
  }

  async #help(line: DismHelp, args: readonly string[]): Promise<number> {
    const { commands, platform } = this.#host;
    const { globals } = line;
    try {
      const target = globals.online
        ? ({ kind: 'online' } as const)
        : await findTarget(globals, platform, this.#absolute);
      const windows = await identifyTarget(target, globals.windowsDirectory);
      const lines = helpLines(line, (command) => isServed(command, commands), windows);
      this.#console.banner();
      this.#showVersion(windows);
      for (const text of lines) this.#console.line(text);
      return 0;
    } catch (error) {
      return this.#refuse(error, args);
    }
  }

  async #execute({ globals: given, invocations }: DismLine, args: readonly string[]): Promise<number> {
    this.#console.quiet = given.quiet;
    const globals = { ...given, logPath: this.#logPath(given.logPath) };
    const line = { globals, invocations };
    const log = openSessionLog(globals.logPath, globals.logLevel, this.#console.warn);
    log.begin(this.#host.version, args);
    this.#console.banner();
    let restart = false;
    let code = 0;
    try {
      const { target, windows } = await this.#openTarget(line, log);
      for (const { command, values } of invocations) checkAvailability(command, values, windows);
      for (const invocation of invocations) restart = (await this.#invoke(invocation, line, target, log)) || restart;
      this.#console.line('The operation completed successfully.');
      if (restart && !globals.noRestart) this.#console.line('Restart Windows to complete this operation.');
      code = restart ? win32.restartRequired : 0;
    } catch (error) {
      code = this.#fail(failureOf(error, invocations[0]?.command), log);
    }
    await log.end(restart);
    return code;
  }

  /** A line that cannot be understood: nothing has run. */
  async #refuse(error: unknown, args: readonly string[]): Promise<number> {
    this.#console.quiet = args.some((text) => /^[/-]quiet$/i.test(text));
    const logArgument = args.find((text) => /^[/-]logpath[:=]./i.test(text));
    const logPath = logArgument === undefined ? undefined : parseArgument(logArgument).value;
    const log = openSessionLog(this.#logPath(logPath || undefined), 3, this.#console.warn);
    log.begin(this.#host.version, args);
    this.#console.banner();
    const code = this.#fail(failureOf(error), log);
    await log.end(false);
    return code;
  }

  /** Runs the cmdlet of a command; true when Windows must be restarted. */
  async #invoke(invocation: DismInvocation, line: DismLine, target: LineTarget, log: SessionLog): Promise<boolean> {
    const { command, values } = invocation;
    const definition = await this.#definitionOf(command);
    const { parameters, records } = bindCmdlet(invocation, line.globals, target, definition, this.#resolve);

    if (command.progress) this.#console.line(command.progress);
    const { isTerminal, lineEnd, signal, cwd, breathe } = this.#host;
    const bar = command.progress === undefined ? undefined : new ProgressBar(this.#console.print, isTerminal, lineEnd);
    const layout = typeof command.layout === 'function' ? command.layout(values.names()) : command.layout;
    const context: LayoutContext = {
      valueOf: (option) => values.first(option) ?? '',
      valuesOf: (option) => values.all(option),
    };
    const report = layout && new Report(layout, context, line.globals.table, this.#console.line);
    report?.open();
    const failures: Failure[] = [];
    let restart = false;
    const call = callCmdlet(definition, parameters, {
      signal,
      cwd,
      log: log.logOf(command),
      onError: (record) => failures.push(failureOf(record.thrown, command)),
      onWarning: (text) => {
        bar?.end();
        this.#console.warn(inOptions(text, command));
      },
      onProgress: (record) => bar?.report(record),
    });
    try {
      for await (const record of (records ? call(eachOf(records)) : call) as AsyncIterable<DismRecord>) {
        if (record.RestartNeeded === true) restart = true;
        report?.add(record);
        await breathe?.();
      }
    } finally {
      bar?.end();
    }
    const last = failures.pop();
    for (const failure of failures) this.#fail(failure, log);
    if (!last) bar?.finish();
    report?.end(last === undefined);
    if (last) throw new CommandLineError(last.code, last.message);
    if (layout?.nothing !== undefined && !report?.hadRecord) throw layout.nothing();
    return restart;
  }

  async #definitionOf(command: DismCommand): Promise<CmdletDefinition> {
    const { commands } = this.#host;
    const definition = isServed(command, commands) ? await commands.find(command.cmdlet ?? '') : undefined;
    if (definition) return definition;
    throw new CommandLineError(
      win32.notSupported,
      `The /${command.name} command is not supported by this version of OpenDISM.`,
    );
  }

  /** What the line works on; prints its version. */
  async #openTarget(
    { globals, invocations }: DismLine,
    log: SessionLog,
  ): Promise<{ readonly target: LineTarget; readonly windows: TargetWindows | undefined }> {
    await checkFolder('ScratchDir', globals.scratchDirectory, this.#absolute);
    // The name of a command without a cmdlet says more than that there is no running Windows.
    if (globals.online) for (const { command } of invocations) await this.#definitionOf(command);
    const target = await findTarget(globals, this.#host.platform, this.#absolute);
    const windows = await identifyTarget(target, globals.windowsDirectory);
    this.#showVersion(windows);
    if (windows !== undefined) log.target(windows);
    return { target, windows };
  }

  #showVersion(windows: TargetWindows | undefined): void {
    if (windows === undefined) return;
    this.#console.line(`Image Version: ${windows.version.join('.')}`);
    this.#console.line('');
  }

  #fail(failure: Failure, log: SessionLog): number {
    log.fail(failure.message, failure.code);
    this.#console.fail(failure, log.path);
    return failure.code;
  }

  readonly #resolve = (path: string): string => resolveUserPath(path, this.#host.cwd);

  /** The log of a drive that is not here is the usual one. */
  #logPath(path: string | undefined): string | undefined {
    try {
      return this.#absolute(path);
    } catch (error) {
      this.#console.warn(failureOf(error).message.replace('\n', ' '));
      return undefined;
    }
  }

  readonly #absolute = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : this.#resolve(hostPath(path, this.#resolve));
}

async function* eachOf<T>(items: readonly T[]): AsyncGenerator<T, void, void> {
  yield* items;
}

/**
 * Runs one line, given as arguments or as text in the quoting of Windows, with or without `dism` in front.
 * Gives the code that DISM.exe would end with: 0, 3010, a Win32 code, or an HRESULT (unsigned). Never throws.
 */
export async function runDism(line: string | readonly string[], host: DismHost): Promise<number> {
  const args = typeof line === 'string' ? splitCommandLine(line) : line;
  const isProgram = /^(?![/-])(?:.*[\\/])?dism(?:\.exe)?$/i.test(args[0] ?? '');
  return new DismRun(host).run(isProgram ? args.slice(1) : args);
}
