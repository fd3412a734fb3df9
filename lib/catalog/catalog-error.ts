// The errors of this folder: what is wrong with a catalog or certificate, and at which byte.
import { DismError, type ErrorSymbol } from '../base/error.ts';

/** An error about the bytes of a catalog. `offset` counts from the start of the file. */
export function catalogError(
  symbol: ErrorSymbol,
  file: string | undefined,
  offset: number,
  message: string,
): DismError {
  const name = file === undefined ? 'The catalog' : `The catalog ${file}`;
  return new DismError(symbol, `${name}: ${message} (byte 0x${offset.toString(16)}).`, { File: file, Offset: offset });
}
