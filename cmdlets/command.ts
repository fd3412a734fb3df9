// What the `opendism` command does with its arguments. Exit status: 0 success, 1 an error, 2 wrong usage, 130 interrupted,
// or what the script's `exit` says.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packageRoot } from '../lib/base/package-root.ts';
import { type CommandLine, parseCommandLine } from '../lib/host/command-line.ts';
import { CommandTable } from '../lib/host/command-table.ts';
import {
  BufferedOutput,
  errorJson,
  errorText,
  makeBinaryOutput,
  makeConsoleSink,
  makeConsoleStreams,
} from '../lib/host/console.ts';
import { ErrorRecord } from '../lib/host/error-record.ts';
import { HostError, PipelineStopped } from '../lib/host/host-error.ts';
import { ProgressDisplay } from '../lib/host/progress.ts';
import { Session } from '../lib/host/session.ts';
import { askAtTerminal } from '../lib/host/shell/ask-at-terminal.ts';
import type { Ask } from '../lib/host/shell/confirm.ts';
import type { LogLevel } from '../lib/log/dism-log.ts';
import { lazyLog } from '../lib/log/lazy-log.ts';
import { cmdletList } from './index.ts';

const status = { success: 0, error: 1, usage: 2, interrupted: 130 } as const;

const usage = `opendism                          an interactive shell
opendism Get-Help Get-Command     one pipeline
opendism -Command "..."           a script
opendism -File script.ps1 args    a script file
opendism -                        a script from standard input
  -OutputFormat Json              one line of JSON for each record
  -Progress Auto|None|Json        progress on standard error
  -ErrorFormat Json               one line of JSON for each error
  -NonInteractive                 never ask
  -Version, -Help
Exit status: 0 success, 1 an error, 2 wrong usage, 130 interrupted, or what the script's exit says.`;

function version(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

/** Runs the command; gives its exit status. `exit` ends the process at once: a second Ctrl+C, a reader that is gone. */
export async function runCommandLine(argv: readonly string[], exit: (status: number) => never): Promise<number> {
  let line: CommandLine;
  try {
    line = parseCommandLine(argv);
  } catch (error) {
    process.stderr.write((error as Error).message + '\n');
    return status.usage;
  }
  const { stdout, stderr } = process;
  if (line.mode === 'help' || line.mode === 'version') {
    stdout.write((line.mode === 'help' ? usage : version()) + '\n');
    return status.success;
  }
  const output = new BufferedOutput(stdout);
  const mode = line.progress === 'Json' ? 'Json' : line.progress === 'Auto' && stderr.isTTY ? 'Bar' : 'None';
  const progress = new ProgressDisplay(
    mode,
    (text) => void stderr.write(text),
    () => stderr.columns ?? 80,
  );
  const streams = makeConsoleStreams(stderr, progress, () => void output.flush());
  const showError = (record: ErrorRecord): void => {
    if (line.errorFormat === 'Text') streams.error(record);
    else stderr.write(errorJson(record) + '\n');
  };
  let worst: number = status.success;
  const note = (record: ErrorRecord): void => {
    if (record.severity === 'error') worst = status.error;
    else if (worst === status.success) worst = status.usage;
  };
  const interactive = !line.nonInteractive && process.stdin.isTTY === true && line.mode !== 'stdin';
  let ask: Ask | undefined;
  // The end of the pipeline that runs now; Out-Host shows its records there too.
  let shown = makeConsoleSink(output, stdout, line.outputFormat);
  const session = new Session({
    commands: new CommandTable(cmdletList),
    streams: {
      ...streams,
      error: (record) => {
        note(record);
        showError(record);
      },
    },
    binaryOutput: makeBinaryOutput(stdout, () => output.flush()),
    openLog: (parameters, warn) =>
      lazyLog(parameters.LogPath as string | undefined, parameters.LogLevel as LogLevel | undefined, warn),
    confirm: async (message, caption) => {
      if (!interactive)
        throw new HostError(
          'NoConfirmation',
          `Nobody can be asked without a terminal: ${message} Add -Confirm:$false or -WhatIf.`,
        );
      const { askConfirmation } = await import('../lib/host/shell/confirm.ts');
      await output.flush();
      progress.clear();
      return askConfirmation(message, caption, ask);
    },
    ...(interactive && {
      readLine: async (prompt: string) => {
        const { askAlone } = await import('../lib/host/shell/confirm.ts');
        await output.flush();
        progress.clear();
        return (ask ?? askAlone)(prompt);
      },
      inquire: (message: string) => {
        void output.flush();
        progress.clear();
        return askAtTerminal(message);
      },
    }),
    showOutput: (value) => shown.emit(value),
    width: () => stdout.columns ?? 120,
    version,
  });

  const controller = new AbortController();
  let interrupts = 0;
  const onInterrupt = (): void => {
    if (++interrupts > 1) exit(status.interrupted);
    controller.abort();
  };
  const isShell = line.mode === 'shell' && process.stdin.isTTY === true;
  if (!isShell) process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  // A reader that has enough (`| head`) ends the pipeline quietly.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    exit(status.success);
  });

  if (isShell) {
    const { runShell } = await import('../lib/host/shell/shell.ts');
    const { defaultLogPath } = await import('../lib/log/dism-log.ts');
    const asked = await runShell({
      session,
      input: process.stdin,
      output: stdout,
      makeSink: () => {
        shown = makeConsoleSink(output, stdout, line.outputFormat);
        return shown;
      },
      showError,
      offerAsk: (own) => {
        ask = own;
      },
      historyFile: resolve(defaultLogPath(), '..', 'history'),
    });
    await session.close();
    return asked;
  }
  const sink = shown;
  try {
    const text =
      line.mode === 'command'
        ? line.text
        : line.mode === 'file'
          ? readFileSync(resolve(line.text), 'utf8')
          : await readAll(process.stdin);
    const asked = await session.run(
      text,
      sink.emit,
      controller.signal,
      line.mode === 'file' ? resolve(line.text) : '',
      line.args,
    );
    await sink.end();
    return asked ?? worst;
  } catch (thrown) {
    await sink.end();
    if (thrown instanceof PipelineStopped) {
      progress.clear();
      return status.interrupted;
    }
    const record = ErrorRecord.from(thrown);
    note(record);
    progress.clear();
    stderr.write((line.errorFormat === 'Json' ? errorJson(record) : errorText(record)) + '\n');
    return worst;
  } finally {
    await session.close();
    await output.flush();
  }
}
