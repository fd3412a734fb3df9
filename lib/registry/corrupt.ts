// The errors of this folder: what is wrong with a hive, and at which byte of the file.
import { DismError, type ErrorSymbol } from '../base/error.ts';

/** An error about the bytes of a hive. `offset` counts from the start of the file. */
export function hiveError(symbol: ErrorSymbol, file: string | undefined, offset: number, message: string): DismError {
  const name = file === undefined ? 'The hive' : `The hive ${file}`;
  return new DismError(symbol, `${name}: ${message} (byte 0x${offset.toString(16)}).`, { File: file, Offset: offset });
}
