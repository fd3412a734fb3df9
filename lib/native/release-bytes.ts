// Gives the memory of large buffers back when they are no longer needed instead of with some later garbage collection. The
// JavaScript heap stays small whatever lies in buffers, so that collections are rare and hundreds of megabytes wait for one.
import { addon } from './addon.ts';

/** Smaller ones are left to the garbage collection. */
const WORTHWHILE = 1 << 20;

/** Frees bytes that nobody uses any more: they and all views of the same buffer are empty afterwards. */
export function releaseBytes(bytes: Uint8Array): void {
  const isWhole = bytes.byteLength === bytes.buffer.byteLength;
  if (isWhole && bytes.byteLength >= WORTHWHILE && bytes.buffer instanceof ArrayBuffer) addon().releaseBytes(bytes);
}
