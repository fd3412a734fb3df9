// How a failure ends the command: the code that DISM.exe would give, and the lines it prints.
import { isDismError } from '../../lib/base/error.ts';
import type { DismCommand } from './command.ts';
import { CommandLineError, win32 } from './command-line-error.ts';
import { allCommands } from './commands/index.ts';

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

/** Commands by the cmdlet that they are the plain use of. */
const commandOf = new Map<string, string>();
for (const { name, cmdlet, fixed } of allCommands)
  if (cmdlet !== undefined && fixed === undefined && !commandOf.has(cmdlet)) commandOf.set(cmdlet, name);

/**
 * A cmdlet's message for whoever wrote a DISM line: `-Compact` is `/Compact`, `Add-WindowsImage` is `/Append-Image`, and
 * advice to use a parameter that no option stands for is left out.
 */
export function inOptions(message: string, command: DismCommand | undefined): string {
  const options = new Map((command?.options ?? []).map((option) => [option.parameter, option.name]));
  return message
    .replace(/,? or -([A-Z]\w+)[^.,;:]*/g, (advice, parameter: string) => (options.has(parameter) ? advice : ''))
    .replace(/(?<![\w-])-([A-Z]\w+)\b/g, (text, parameter: string) => {
      const option = options.get(parameter);
      return option === undefined ? text : `/${option}`;
    })
    .replace(/\b[A-Z][a-z]+-[A-Z]\w+\b/g, (cmdlet) => {
      const name = commandOf.get(cmdlet);
      return name === undefined ? cmdlet : `/${name}`;
    });
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
