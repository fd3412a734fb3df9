// A pseudo terminal around a program, by python3's pty module: what a person types, and what the screen gets.
import { spawn, spawnSync } from 'node:child_process';

const relay = 'import pty, sys\nsys.exit(pty.spawn(sys.argv[1:]) >> 8)';

/** Whether this machine can make pseudo terminals for tests. */
export const hasTerminal =
  process.platform !== 'win32' && spawnSync('python3', ['-c', 'import pty'], { stdio: 'ignore' }).status === 0;

export interface TestTerminal {
  /** Types text; end a line with `\r`. */
  type(text: string): void;
  /** Resolves once the screen has got a match since the last call; rejects after ten seconds. */
  shows(pattern: RegExp): Promise<string>;
  /** The exit status, once the program has ended. */
  readonly ended: Promise<number | null>;
  kill(): void;
}

/** Starts a program on a terminal. */
export function openTerminal(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): TestTerminal {
  const child = spawn('python3', ['-c', relay, program, ...args], {
    cwd: options.cwd,
    env: { ...process.env, TERM: 'xterm', ...options.env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let screen = '';
  let check = (): void => {};
  child.stdin.on('error', () => {});
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    check();
  });
  return {
    type: (text) => void child.stdin.write(text),
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(new Error(`The screen does not show ${pattern}: ${JSON.stringify(screen.slice(-1000))}`));
        }, 10_000);
        check = () => {
          const match = pattern.exec(screen);
          if (!match) return;
          clearTimeout(timer);
          screen = screen.slice(match.index + match[0].length);
          check = () => {};
          resolve(match[0]);
        };
        check();
      }),
    ended: new Promise((resolve) => child.on('close', (code) => resolve(code))),
    kill: () => void child.kill('SIGKILL'),
  };
}
