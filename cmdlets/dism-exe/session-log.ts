// dism.log of one run: the lines with which DISM.exe begins and ends a session, around those of the cmdlet.
import { arch, cpus, release, type } from 'node:os';
import { defaultLogPath, type LogLevel, openDismLog } from '../../lib/log/dism-log.ts';
import type { Logger } from '../../lib/log/logger.ts';
import { sourceLog } from '../../lib/log/source-log.ts';
import type { DismCommand } from './command.ts';
import { commandFamilies } from './commands/index.ts';
import type { GlobalOptions } from './global-options.ts';
import type { TargetWindows } from './target-windows.ts';

const levels: Readonly<Record<GlobalOptions['logLevel'], LogLevel>> = {
  1: 'Errors',
  2: 'Warnings',
  3: 'WarningsInfo',
  4: 'Debug',
};

/** PROCESSOR_ARCHITECTURE as Windows names it. */
function hostArchitecture(): string {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: 'x86' };
  return names[arch()] ?? arch();
}

/** A log with the frame of a session. */
export interface SessionLog {
  readonly path: string;
  /** Where the cmdlet of a command writes: its lines name the part of DISM that would write them. */
  logOf(command: DismCommand): Logger;
  /** Writes the first lines. */
  begin(version: string, args: readonly string[]): void;
  /** Writes which Windows is worked on. */
  target(windows: TargetWindows): void;
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
  let hasImage = false;
  const frame = (text: string): void => ['', text, ''].forEach(info);
  return {
    path: path ?? defaultLogPath(),
    logOf(command) {
      const family = commandFamilies.find(({ commands }) => commands.includes(command));
      return sourceLog(log, family?.provider ?? 'DISM Manager');
    },
    begin(version, args) {
      frame('<----- Starting Dism.exe session ----->');
      info(
        `Host machine information: OS Version=${type()} ${release()}, Running architecture=${hostArchitecture()}, Number of processors=${cpus().length}`,
      );
      info(`Dism.exe version: ${version}`);
      info(`Executing command line: ${loggedLine(['dism', ...args])}`);
    },
    target({ version, architecture }) {
      hasImage = true;
      info(
        `Target image information: OS Version=${version.join('.')}, Image architecture=${architecture ?? 'unknown'}`,
      );
    },
    fail(message, code) {
      const hresult = code > 0xffff ? code : 0x80070000 + code;
      log.error(`DISM.EXE: ${message} (hr:0x${hresult.toString(16)})`);
    },
    async end(restartNeeded) {
      if (hasImage) info(`Image session has been closed. Reboot required=${restartNeeded ? 'yes' : 'no'}.`);
      frame('<----- Ending Dism.exe session ----->');
      await log.flush();
    },
  };
}
