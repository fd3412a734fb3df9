// Comparing values as the language does: the left side decides how, text ignores case, null comes first.
import { FileTime } from '../../base/file-time.ts';
import { HostError } from '../host-error.ts';
import { toDate, toNumber } from './convert.ts';
import { textOf, typeNameOf } from './text.ts';
import { TimeSpan } from './time-span.ts';

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
  if (typeof a === 'string') return equalText(a, textOf(b), caseSensitive);
  if (typeof a === 'number' || typeof a === 'bigint') {
    if (typeof b === 'string' && b.trim() === '') return Number(a) === 0;
    return Number(a) === toNumber(b);
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
  if (typeof b === 'string') return equalText(textOf(a), b, caseSensitive);
  return a === b;
}

/** Orders two single values; throws when they cannot be ordered. */
export function compare(a: unknown, b: unknown, caseSensitive = false): number {
  if (isNothing(a)) return isNothing(b) ? 0 : typeof b === 'number' ? Math.sign(-b) || -1 : -1;
  if (isNothing(b)) return typeof a === 'number' ? Math.sign(a) || 1 : 1;
  if (typeof a === 'string') return compareText(a, textOf(b), caseSensitive);
  if (typeof a === 'number' || typeof a === 'bigint' || typeof a === 'boolean') {
    const left = Number(a);
    const right = toNumber(b);
    if (right !== undefined) return left < right ? -1 : left > right ? 1 : 0;
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
  if (a === b) return 0;
  throw incomparable(a, b);
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
