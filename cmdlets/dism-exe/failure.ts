// How a failure ends the command: the code that DISM.exe would give, and the lines it prints.
import { isDismError } from '../../lib/base/error.ts';
import type { DismCommand } from './command.ts';
import { CommandLineError, win32 } from './command-line-error.ts';

/** A code and what to say about it. */
export interface Failure {
  /** A Win32 code, or an HRESULT that is none. Unsigned. */
  readonly code: number;
  readonly message: string;
}

/** What DISM.exe ends with where an image of a file does not exist: an error of its own WIM provider. */
const noSuchImage = 0xc1510113;

/** FACILITY_WIN32: the low word is the code of Win32. */
function win32OrHResult(hresult: number): number {
  return hresult >>> 16 === 0x8007 ? hresult & 0xffff : hresult >>> 0;
}

/** `-Compact` of a cmdlet's message is `/Compact` to whoever wrote a DISM line. */
function inOptions(message: string, command: DismCommand | undefined): string {
  return (command?.options ?? []).reduce((text, { name, parameter }) => {
    if (parameter === undefined) return text;
    return text.replace(new RegExp(`(?<![\\w-])-${parameter}\\b`, 'g'), `/${name}`);
  }, message);
}

/** What was thrown, as DISM.exe reports it. */
export function failureOf(thrown: unknown, command?: DismCommand): Failure {
  if (thrown instanceof CommandLineError) return { code: thrown.code, message: thrown.message };
  if (isDismError(thrown) && thrown.Symbol === 'Cancelled')
    return { code: win32.cancelled, message: 'Operation was incomplete because of a cancel request.' };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (isDismError(thrown)) {
    const code = thrown.Symbol === 'ImageNotFound' ? noSuchImage : win32OrHResult(thrown.HResult);
    return { code, message: inOptions(message, command) };
  }
  return { code: 0x8000ffff, message };
}

/** `87`, or `0xc1420117`. */
export function codeText(code: number): string {
  return code > 0xffff ? `0x${code.toString(16)}` : String(code);
}

/** The lines of an error. */
export function failureLines({ code, message }: Failure, logPath: string): string[] {
  return [
    '',
    `Error: ${codeText(code)}`,
    '',
    ...message.split('\n'),
    '',
    `The DISM log file can be found at ${logPath}`,
  ];
}

/**
 * The status of the process. Windows takes the code as it is; elsewhere a status has eight bits: 0, 194 for a restart
 * that is due, Win32 codes that fit, 1 for everything else.
 */
export function processStatus(code: number, platform: string = process.platform): number {
  if (platform === 'win32') return code | 0;
  if (code === win32.restartRequired) return 194;
  return code <= 255 ? code : 1;
}
