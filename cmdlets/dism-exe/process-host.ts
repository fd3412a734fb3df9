// The process around a DISM command line: output in blocks but without delay, Ctrl+C, a reader that leaves.
import { CommandTable } from '../../lib/host/command-table.ts';
import { cmdletList } from '../index.ts';
import { processStatus } from './failure.ts';
import { packageVersion } from './package-version.ts';
import type { DismHost } from './run-dism.ts';

/** More than this waits for the reader. */
const blockSize = 32_768;

/** Text that is written together within one turn of the event loop. */
class Output {
  readonly #stream: NodeJS.WriteStream;
  #text = '';
  #scheduled = false;

  /** Resolves when the reader has left: the work goes on, its text goes nowhere. */
  readonly #closed: Promise<void>;
  #isClosed = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#closed = new Promise((resolve) => {
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error;
        this.#isClosed = true;
        resolve();
      });
    });
  }

  readonly write = (text: string): void => {
    this.#text += text;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => void this.flush());
  };

  /** Undefined while there is no need to wait. */
  breathe(): Promise<void> | undefined {
    return this.#text.length > blockSize ? this.flush() : undefined;
  }

  async flush(): Promise<void> {
    this.#scheduled = false;
    const text = this.#text;
    this.#text = '';
    if (text === '' || this.#isClosed || this.#stream.write(text)) return;
    await Promise.race([new Promise((resolve) => this.#stream.once('drain', resolve)), this.#closed]);
  }
}

/** Runs `body`, which gives a code of DISM.exe, and ends the process with the status for it. */
export async function runProcess(body: (host: DismHost, args: readonly string[]) => Promise<number>): Promise<void> {
  const { stdout, stderr } = process;
  const controller = new AbortController();
  let interrupts = 0;
  const stop = (): void => {
    if (++interrupts > 1) process.exit(1);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const output = new Output(stdout);
  const code = await body(
    {
      commands: new CommandTable(cmdletList),
      write: output.write,
      warn: (text) => {
        void output.flush();
        stderr.write(text);
      },
      isTerminal: stdout.isTTY === true,
      lineEnd: process.platform === 'win32' ? '\r\n' : '\n',
      signal: controller.signal,
      cwd: process.cwd(),
      version: packageVersion(),
      platform: process.platform,
      breathe: () => output.breathe(),
    },
    process.argv.slice(2),
  );
  await output.flush();
  process.exitCode = processStatus(code);
  process.exit();
}
