// Comparing values as the language does: the left side decides how, text ignores case, null comes first.
import { FileTime } from '../../base/file-time.ts';
import { HostError } from '../host-error.ts';
import { Char } from './char.ts';
import { toDate, toNumber, toNumeric } from './convert.ts';
import { textOf, typeNameOf } from './text.ts';
import { TimeSpan } from './time-span.ts';
import { compareNumbers, isNumeric } from './typed-number.ts';
import { Version } from './version.ts';

const folding = new Intl.Collator('en-US', { sensitivity: 'accent' });
const exact = new Intl.Collator('en-US', { sensitivity: 'variant' });
const ascii = /^[\x20-\x7e]*$/;

/** Orders two texts: by letters first, regardless of case unless asked. */
export function compareText(a: string, b: string, caseSensitive: boolean): number {
  if (a === b) return 0;
  return (caseSensitive ? exact : folding).compare(a, b);
}

/** Whether two texts are equal. */
export function equalText(a: string, b: string, caseSensitive: boolean): boolean {
  if (a === b) return true;
  if (caseSensitive) return false;
  if (ascii.test(a) && ascii.test(b)) return a.length === b.length && a.toLowerCase() === b.toLowerCase();
  return a.toLowerCase() === b.toLowerCase();
}

function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** Whether two single values are equal. */
export function isEqual(a: unknown, b: unknown, caseSensitive = false): boolean {
  if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b);
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  if (typeof a === 'string') return equalText(a, textOf(b), caseSensitive);
  if (a instanceof Char) {
    if (b instanceof Char || typeof b === 'string') return equalText(textOf(a), textOf(b), caseSensitive);
    return isEqual(a.code, b);
  }
  if (isNumeric(a)) {
    const right = b instanceof TimeSpan ? b.TotalMilliseconds : toNumeric(b);
    return right !== undefined && compareNumbers(a, right) === 0;
  }
  if (typeof a === 'boolean') {
    if (typeof b === 'boolean') return a === b;
    return a === (typeof b === 'string' ? b.length > 0 : (toNumber(b) ?? 1) !== 0);
  }
  if (a instanceof FileTime || a instanceof Date) {
    if (a instanceof FileTime && b instanceof FileTime) return a.Ticks === b.Ticks;
    return toDate(a)?.getTime() === toDate(b)?.getTime();
  }
  if (a instanceof TimeSpan) return a.TotalMilliseconds === toNumber(b);
  if (a instanceof Version && b instanceof Version) return a.valueOf() === b.valueOf();
  if (typeof b === 'string') return equalText(textOf(a), b, caseSensitive);
  return a === b;
}

/** Orders two single values; throws when they cannot be ordered. */
export function compare(a: unknown, b: unknown, caseSensitive = false): number {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : a === b ? 0 : Number.NaN;
  if (isNothing(a)) return isNothing(b) ? 0 : isNumeric(b) ? Math.sign(-Number(b)) || -1 : -1;
  if (isNothing(b)) return isNumeric(a) ? Math.sign(Number(a)) || 1 : 1;
  if (typeof a === 'string' || (a instanceof Char && (b instanceof Char || typeof b === 'string')))
    return compareText(textOf(a), textOf(b), caseSensitive);
  if (isNumeric(a) || typeof a === 'boolean' || a instanceof Char) {
    const right = b instanceof TimeSpan ? b.TotalMilliseconds : toNumeric(b);
    if (right !== undefined) return compareNumbers(toNumeric(a)!, right);
    throw incomparable(a, b);
  }
  if (a instanceof FileTime && b instanceof FileTime) return a.compare(b);
  if (a instanceof Date || a instanceof FileTime) {
    const right = toDate(b)?.getTime();
    if (right === undefined) throw incomparable(a, b);
    return Math.sign(toDate(a)!.getTime() - right);
  }
  if (a instanceof TimeSpan) {
    const right = toNumber(b);
    if (right === undefined) throw incomparable(a, b);
    return Math.sign(a.TotalMilliseconds - right);
  }
  if (a instanceof Version) {
    const right = b instanceof Version ? b : versionOf(b);
    if (!right) throw incomparable(a, b);
    return Math.sign(a.valueOf() - right.valueOf());
  }
  if (a === b) return 0;
  throw incomparable(a, b);
}

function versionOf(value: unknown): Version | undefined {
  try {
    return new Version(textOf(value));
  } catch {
    return undefined;
  }
}

function incomparable(a: unknown, b: unknown): HostError {
  return new HostError(
    'NotIcomparable',
    `Cannot compare "${textOf(a)}" (${typeNameOf(a)}) with "${textOf(b)}" (${typeNameOf(b)}).`,
  );
}

/** Orders values of any mixture for sorting: null first, and what cannot be compared by its text. */
export function compareForSort(a: unknown, b: unknown, caseSensitive = false): number {
  if (isNothing(a) || isNothing(b)) return (isNothing(a) ? 0 : 1) - (isNothing(b) ? 0 : 1);
  try {
    return compare(a, b, caseSensitive);
  } catch {
    return compareText(textOf(a), textOf(b), caseSensitive);
  }
}
