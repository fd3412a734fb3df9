// dism.log: lines as DISM writes them, rotation to .bak, written behind the caller's back in order. A log that cannot
// be written is a warning, never a failure.
import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Logger } from './logger.ts';

/** What a log keeps, as Microsoft's -LogLevel names it; Debug is more than any of them. */
export type LogLevel = 'Errors' | 'Warnings' | 'WarningsInfo' | 'Debug';

export interface DismLogOptions {
  readonly path?: string | undefined;
  readonly level?: LogLevel | undefined;
  /** Hears, once, that the log cannot be written. */
  readonly warn: (text: string) => void;
  readonly now?: () => Date;
}

/** A log longer than this starts anew; the old one becomes `.bak`. */
export const rotationBytes = 16 * 1024 * 1024;

const ranks: Readonly<Record<LogLevel, number>> = { Errors: 0, Warnings: 1, WarningsInfo: 2, Debug: 3 };

/** `$XDG_STATE_HOME/opendism/dism.log`, below the home directory without that variable. */
export function defaultLogPath(variables: Readonly<Record<string, string | undefined>> = process.env): string {
  const state = variables.XDG_STATE_HOME;
  return join(state?.startsWith('/') ? state : join(homedir(), '.local', 'state'), 'opendism', 'dism.log');
}

/** One line of the log. */
export function logLine(level: string, text: string, now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  return `${date} ${time}, ${level.padEnd(21)} DISM   ${text.replace(/[\r\n]+/g, ' ')}\n`;
}

/** Opens a log; nothing touches the disk before the first line. */
export function openDismLog(options: DismLogOptions): Logger {
  const path = options.path ?? defaultLogPath();
  const keep = ranks[options.level ?? 'WarningsInfo'];
  const now = options.now ?? (() => new Date());
  let waiting = '';
  let writing: Promise<void> | undefined;
  let broken = false;
  let prepared = false;

  const prepare = async (): Promise<void> => {
    prepared = true;
    await mkdir(dirname(path), { recursive: true });
    const found = await stat(path).catch(() => undefined);
    if (found && found.size > rotationBytes) await rename(path, `${path}.bak`);
  };
  const write = async (): Promise<void> => {
    try {
      if (!prepared) await prepare();
      while (waiting !== '') {
        const text = waiting;
        waiting = '';
        await appendFile(path, text);
      }
    } catch (error) {
      broken = true;
      waiting = '';
      options.warn(`The log ${path} cannot be written: ${(error as Error).message}`);
    } finally {
      writing = undefined;
    }
  };
  const add = (level: string, rank: number, text: string): void => {
    if (rank > keep || broken) return;
    waiting += logLine(level, text, now());
    writing ??= write();
  };
  return {
    error: (text) => add('Error', 0, text),
    warning: (text) => add('Warning', 1, text),
    info: (text) => add('Info', 2, text),
    debug: (text) => add('Debug', 3, text),
    flush: async () => {
      while (writing) await writing;
    },
  };
}
