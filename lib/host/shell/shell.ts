// The interactive shell: a prompt with history and completion. Ctrl+C stops the running pipeline, not the shell.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { ConsoleSink } from '../console.ts';
import { ErrorRecord } from '../error-record.ts';
import { PipelineStopped } from '../host-error.ts';
import { parse } from '../language/parse.ts';
import { ParseError } from '../language/scanner.ts';
import type { Session } from '../session.ts';
import { complete } from './complete.ts';
import type { Ask } from './confirm.ts';

export interface ShellOptions {
  readonly session: Session;
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** A fresh end of the pipeline for each line. */
  readonly makeSink: () => ConsoleSink;
  readonly showError: (record: ErrorRecord) => void;
  /** Receives the way to ask a question while the shell reads the terminal. */
  readonly offerAsk?: (ask: Ask) => void;
  /** Keeps the lines between sessions; absent keeps none. */
  readonly historyFile?: string;
}

const historyLines = 1000;

function isIncomplete(text: string): boolean {
  try {
    parse(text);
    return false;
  } catch (error) {
    return error instanceof ParseError && error.incomplete;
  }
}

/** Reads and runs lines until the input ends or a script says exit; gives the exit status. */
export async function runShell(options: ShellOptions): Promise<number> {
  const { session, historyFile } = options;
  const known = historyFile === undefined ? '' : await readFile(historyFile, 'utf8').catch(() => '');
  const terminal = createInterface({
    input: options.input,
    output: options.output,
    history: known.split('\n').filter((line) => line !== ''),
    historySize: historyLines,
    removeHistoryDuplicates: true,
    completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
      complete(session, line).then(
        ({ words, replaced }) => done(null, [[...words], replaced]),
        () => done(null, [[], line]),
      );
    },
  });
  let history: readonly string[] = [];
  let running: AbortController | undefined;
  let asking = false;
  terminal.on('history', (lines: string[]) => {
    // An answer is no command.
    if (asking) lines.shift();
    history = [...lines];
  });
  options.offerAsk?.(
    (question) =>
      new Promise((resolve, reject) => {
        const { signal } = running ?? new AbortController();
        const finish = (end: () => void): void => {
          asking = false;
          end();
        };
        asking = true;
        signal.addEventListener('abort', () => finish(() => reject(new PipelineStopped())), { once: true });
        terminal.once('close', () => finish(() => reject(new PipelineStopped())));
        terminal.question(question, { signal }, (answer) => finish(() => resolve(answer)));
      }),
  );
  let text = '';
  let ended = false;
  terminal.on('SIGINT', () => {
    if (running) running.abort();
    else {
      text = '';
      // What was typed goes: to the end of the line, and back over all of it.
      terminal.write(null, { ctrl: true, name: 'e' });
      terminal.write(null, { ctrl: true, name: 'u' });
      options.output.write('\n');
      prompt();
    }
  });
  const prompt = (): void => {
    terminal.setPrompt(text === '' ? `${session.cwd}> ` : '>> ');
    terminal.prompt();
  };
  const runText = async (script: string): Promise<number | undefined> => {
    const controller = new AbortController();
    running = controller;
    const sink = options.makeSink();
    try {
      return await session.run(script, sink.emit, controller.signal);
    } catch (thrown) {
      if (!(thrown instanceof PipelineStopped)) options.showError(ErrorRecord.from(thrown));
      return undefined;
    } finally {
      await sink.end();
      running = undefined;
    }
  };
  let status = 0;
  prompt();
  for await (const line of terminal) {
    text += (text === '' ? '' : '\n') + line;
    // An empty line gives up waiting for the rest.
    if (text.trim() !== '' && !(isIncomplete(text) && line !== '')) {
      const script = text;
      text = '';
      session.history.push(script);
      const asked = await runText(script);
      if (asked !== undefined) {
        status = asked;
        ended = true;
        break;
      }
    }
    prompt();
  }
  if (!ended) options.output.write('\n');
  terminal.close();
  if (historyFile !== undefined) {
    await mkdir(dirname(historyFile), { recursive: true }).catch(() => {});
    await writeFile(historyFile, history.slice(0, historyLines).join('\n') + '\n').catch(() => {});
  }
  return status;
}
