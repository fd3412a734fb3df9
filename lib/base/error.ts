// DismError: the one error class of the project. Code and place are stable and tested; the text is for people.
import { errorTable } from './error-table.ts';

/** The stable name of an error, a key of the table both languages share. */
export type ErrorSymbol = keyof typeof errorTable;

/** usage: nothing has run. input: bytes that are corrupt or unsupported. environment: disk, rights, files. */
export type ErrorCategory = 'usage' | 'input' | 'environment' | 'cancelled' | 'bug';

/** Where and why something failed, beside the message. */
export interface DismErrorDetails {
  /** What was worked on: a path, an image, a parameter. */
  readonly Target?: string | undefined;
  /** The file whose bytes are at fault. */
  readonly File?: string | undefined;
  /** Byte offset in `File`. */
  readonly Offset?: number | undefined;
  /** errno of the operating system, when it said no. */
  readonly Errno?: number | undefined;
  readonly cause?: unknown;
}

/** Every failure that OpenDISM reports. `message` says what failed, on what, where, and what to do next. */
export class DismError extends Error {
  readonly Symbol: ErrorSymbol;
  /** The unsigned 32-bit HRESULT that Windows uses for the condition. */
  readonly HResult: number;
  readonly Category: ErrorCategory;
  readonly Target: string | undefined;
  readonly File: string | undefined;
  readonly Offset: number | undefined;
  readonly Errno: number | undefined;

  constructor(symbol: ErrorSymbol, message: string, details: DismErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    const row = errorTable[symbol];
    this.name = 'DismError';
    this.Symbol = symbol;
    this.HResult = row.HResult;
    this.Category = row.Category;
    this.Target = details.Target ?? details.File;
    this.File = details.File;
    this.Offset = details.Offset;
    this.Errno = details.Errno;
  }
}

/** Whether a value is a DismError, also one of another copy of this module. */
export function isDismError(value: unknown): value is DismError {
  return value instanceof Error && value.name === 'DismError' && 'HResult' in value && 'Symbol' in value;
}

/** An HRESULT as Windows prints it: `0x80070002`. */
export function formatHResult(hresult: number): string {
  return '0x' + (hresult >>> 0).toString(16).toUpperCase().padStart(8, '0');
}
