// Conversions between the kinds of values, as casts and parameter binding do them. `undefined` means: not possible.
import { FileTime } from '../../base/file-time.ts';
import { Char } from './char.ts';
import { formatDate, parseDate } from './date-text.ts';
import { Hashtable } from './hashtable.ts';
import { parseNumeric } from './number-literal.ts';
import { isPlainObject, textOf } from './text.ts';
import { TimeSpan } from './time-span.ts';
import { isNumeric, type Numeric, TypedNumber, toWhole } from './typed-number.ts';

/** Whether a value counts as true in a condition. */
export function isTruthy(value: unknown): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'number':
      return value !== 0 && !Number.isNaN(value);
    case 'string':
      return value.length > 0;
    case 'undefined':
      return false;
    default:
      if (value === null) return false;
      if (Array.isArray(value)) return value.length === 0 ? false : value.length === 1 ? isTruthy(value[0]) : true;
      if (typeof value === 'bigint' || value instanceof TypedNumber || value instanceof Char)
        return Number(value) !== 0;
      return true;
  }
}

/** A value as a number in its type; null is 0, text is read as the language writes numbers. */
export function toNumeric(value: unknown): Numeric | undefined {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'string':
      return value.trim() === '' ? 0 : parseNumeric(value.trim());
    default:
      if (value === null || value === undefined) return 0;
      if (value instanceof TypedNumber) return value;
      if (value instanceof Char) return value.code;
      if (Array.isArray(value) && value.length === 1) return toNumeric(value[0]);
      return undefined;
  }
}

/** A value as a JavaScript number; null is 0, a time span its milliseconds. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof TimeSpan) return value.TotalMilliseconds;
  const number = toNumeric(value);
  return number === undefined ? undefined : Number(number);
}

/** A value as text. */
export function toText(value: unknown): string {
  return textOf(value);
}

/** A value as a calendar date. */
export function toDate(value: unknown): Date | undefined {
  if (value instanceof Date) return value;
  if (value instanceof FileTime) return value.toDate();
  if (typeof value === 'string') return parseDate(value);
  if (isNumeric(value)) return new FileTime((toWhole(value) ?? 0n) - 504_911_232_000_000_000n).toDate();
  return undefined;
}

/** A value as a point in time that keeps 100 ns. */
export function toFileTime(value: unknown): FileTime | undefined {
  if (value instanceof FileTime) return value;
  if (value instanceof Date) return FileTime.fromDate(value);
  if (isNumeric(value) && Math.abs(Number(value)) >= 2 ** 53) return new FileTime(toWhole(value)!);
  if (typeof value !== 'string' || !/^\d{1,4}[-/.]/.test(value.trim())) return undefined;
  return FileTime.parse(value);
}

/** A value as a table: tables and plain objects are. */
export function toHashtable(value: unknown): Hashtable | undefined {
  if (value instanceof Hashtable) return value;
  if (value instanceof Map) return new Hashtable(value);
  if (isPlainObject(value)) return new Hashtable(Object.entries(value));
  return undefined;
}

/** A value as an array: null is empty, a single value becomes an array of one. */
export function toArray(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === null || value === undefined ? [] : [value];
}

/** The items a value gives when it enters a pipeline: arrays are taken apart, all else is one item, nothing none. */
export function enumerate(value: unknown): Iterable<unknown> {
  if (Array.isArray(value)) return value;
  if (value === undefined) return [];
  if (value instanceof Set) return value;
  return [value];
}

/** Several output values as a script sees them when assigned: null, the one, or an array. */
export function unroll(values: readonly unknown[]): unknown {
  return values.length === 0 ? null : values.length === 1 ? values[0] : values;
}

/** A date for text with a culture-free sortable form. */
export function isoDate(value: Date): string {
  return formatDate(value, 'o');
}
