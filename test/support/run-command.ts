// Starts the built `opendism` command (or another program) as a process and captures what it prints and how it ends.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The built command; `npm test` compiles it before vitest starts. */
export const builtCommand = fileURLToPath(new URL('../../dist/cmdlets/main.js', import.meta.url));

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit status, or null when a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Written to standard input; without it standard input is empty. */
  readonly input?: string | Uint8Array;
  /** After this many milliseconds the process is killed and the promise rejected. Default 60,000. */
  readonly timeout?: number;
  /** Called once with the running process, for example to send it a signal. */
  readonly onStart?: (process: RunningProcess) => void;
}

export interface RunningProcess {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Resolves as soon as standard output or standard error matches. */
  printed(pattern: RegExp): Promise<void>;
}

/** Runs a program to its end. A non-zero status is a result, not an error; a timeout is an error. */
export function runProgram(program: string, args: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    const waiting = new Set<() => void>();
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8');
      child[name].on('data', (text: string) => {
        output[name] += text;
        for (const check of waiting) check();
      });
    }
    child.stdin.on('error', () => {}); // The process may end before it has read everything.
    child.stdin.end(options.input ?? '');

    const timeout = options.timeout ?? 60_000;
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      const shown = `${output.stdout}${output.stderr}`.slice(-2000);
      reject(new Error(`${program} ${args.join(' ')} ran for more than ${timeout} ms; it had printed:\n${shown}`));
    }, timeout);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ ...output, code, signal });
    });
    if (options.onStart && child.pid !== undefined) {
      options.onStart({
        pid: child.pid,
        kill: (signal) => child.kill(signal),
        printed: (pattern) =>
          new Promise((matched) => {
            const check = () => {
              if (!pattern.test(output.stdout) && !pattern.test(output.stderr)) return;
              waiting.delete(check);
              matched();
            };
            waiting.add(check);
            check();
          }),
      });
    }
  });
}

/** Runs `opendism` with these arguments, as a user would: `runCommand(['-Command', 'Get-WindowsImage ...'])`. */
export function runCommand(args: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
  return runProgram(process.execPath, [builtCommand, ...args], options);
}
