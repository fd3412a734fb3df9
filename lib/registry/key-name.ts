// Names of keys and values: order, hash, hint, and how they lie in a cell (Latin-1 when every unit fits, else UTF-16LE).
import { upcase } from '../base/upcase.ts';

/** The longest key name Windows accepts, in UTF-16 units. */
export const MAX_KEY_NAME = 255;
/** The longest value name Windows accepts, in UTF-16 units. */
export const MAX_VALUE_NAME = 16_383;

/** Order of a subkey list: upper-cased names, unit by unit, a prefix first. */
export function compareNames(a: string, b: string): number {
  const left = upcase(a);
  const right = upcase(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The hash beside an entry of an `lh` list: h = h * 37 + unit over the upper-cased name. */
export function hashName(name: string): number {
  const text = upcase(name);
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 37) + text.charCodeAt(i)) >>> 0;
  return hash;
}

/** The hint beside an entry of an `lf` list: the first four characters as bytes, case kept; zero when one does not fit. */
export function nameHint(name: string): number {
  let hint = 0;
  for (let i = 0; i < 4 && i < name.length; i++) {
    const unit = name.charCodeAt(i);
    if (unit > 0xff) return 0;
    hint |= unit << (8 * i);
  }
  return hint >>> 0;
}

/** A name as stored: its bytes and whether the "compressed" (one byte a character) flag belongs to it. */
export function encodeName(name: string): { readonly bytes: Buffer; readonly compressed: boolean } {
  for (let i = 0; i < name.length; i++) {
    if (name.charCodeAt(i) > 0xff) return { bytes: Buffer.from(name, 'utf16le'), compressed: false };
  }
  return { bytes: Buffer.from(name, 'latin1'), compressed: true };
}
