import { DismError, type ErrorSymbol } from '../base/error.ts';

/** An error that names the file and the offset in it. */
export function cabError(symbol: ErrorSymbol, file: string, offset: number, problem: string): DismError {
  return new DismError(symbol, `${file}: ${problem} (offset ${offset}).`, { File: file, Offset: offset });
}
