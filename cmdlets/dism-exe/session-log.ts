// dism.log of one run: the lines with which DISM.exe begins and ends a session, around those of the cmdlet.
import { arch, cpus, release, type } from 'node:os';
import { defaultLogPath, type LogLevel, openDismLog } from '../../lib/log/dism-log.ts';
import type { Logger } from '../../lib/log/logger.ts';
import type { GlobalOptions } from './global-options.ts';

const levels: Readonly<Record<GlobalOptions['logLevel'], LogLevel>> = {
  1: 'Errors',
  2: 'Warnings',
  3: 'WarningsInfo',
  4: 'Debug',
};

/** A log with the frame of a session. */
export interface SessionLog {
  readonly path: string;
  readonly log: Logger;
  /** Writes the first lines. */
  begin(version: string, args: readonly string[]): void;
  /** Writes an error with its code. */
  fail(message: string, code: number): void;
  /** Writes the last lines and waits for the disk. */
  end(restartNeeded: boolean): Promise<void>;
}

/** The line as it goes to the log: product keys are left out. */
export function loggedLine(args: readonly string[]): string {
  return args
    .map((argument) => argument.replace(/^([/-](?:set-)?productkey[:=]).+$/i, '$1*****'))
    .map((argument) => (/\s/.test(argument) ? `"${argument}"` : argument))
    .join(' ');
}

/** Opens the log; `warn` hears, once, that it cannot be written. */
export function openSessionLog(
  path: string | undefined,
  level: GlobalOptions['logLevel'],
  warn: (text: string) => void,
): SessionLog {
  const log = openDismLog({ path, level: levels[level], warn });
  const info = (text: string): void => log.info(`DISM.EXE: ${text}`);
  return {
    path: path ?? defaultLogPath(),
    log,
    begin(version, args) {
      info('<----- Starting Dism.exe session ----->');
      info(
        `Host machine information: OS Version=${type()} ${release()}, Running architecture=${arch()}, Number of processors=${cpus().length}`,
      );
      info(`Dism.exe version: ${version}`);
      info(`Executing command line: ${loggedLine(['dism', ...args])}`);
    },
    fail(message, code) {
      const hresult = code > 0xffff ? code : 0x80070000 + code;
      log.error(`DISM.EXE: ${message} (hr:0x${hresult.toString(16)})`);
    },
    async end(restartNeeded) {
      info(`Image session has been closed. Reboot required=${restartNeeded ? 'yes' : 'no'}.`);
      info('<----- Ending Dism.exe session ----->');
      await log.flush();
    },
  };
}
