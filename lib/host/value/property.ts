// Reading and listing the properties of any value, in any letter case. Only data is reachable: no property of a
// JavaScript prototype ever shows.
import { FileTime } from '../../base/file-time.ts';
import { Hashtable, setOwn } from './hashtable.ts';
import { isPlainObject } from './text.ts';
import { TimeSpan, timeSpanProperties } from './time-span.ts';
import { makeInteger, type Numeric } from './typed-number.ts';
import { sameKind, UtcDate } from './utc-date.ts';

const datePropertyNames = [
  'Date',
  'Day',
  'DayOfWeek',
  'DayOfYear',
  'Hour',
  'Kind',
  'Millisecond',
  'Minute',
  'Month',
  'Second',
  'Ticks',
  'TimeOfDay',
  'Year',
] as const;
const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** The names of a value's properties, in order. */
export function propertyNames(value: unknown): readonly string[] {
  if (typeof value === 'string' || Array.isArray(value)) return ['Length'];
  if (typeof value !== 'object' || value === null) return [];
  if (value instanceof Hashtable) return ['Count', 'Keys', 'Values'];
  if (value instanceof Date || value instanceof FileTime) return datePropertyNames;
  if (value instanceof TimeSpan) return timeSpanProperties;
  return Object.keys(value);
}

/** The property's name as the value spells it; undefined when it has none of that name. */
export function findProperty(value: object, name: string): string | undefined {
  if (Object.hasOwn(value, name)) return name;
  const lower = name.toLowerCase();
  for (const key of Object.keys(value)) if (key.length === lower.length && key.toLowerCase() === lower) return key;
  return undefined;
}

function ticksOf(value: Date | FileTime): Numeric {
  const since1601 = value instanceof FileTime ? value.Ticks : FileTime.fromDate(value).Ticks;
  return makeInteger('Int64', since1601 + 504_911_232_000_000_000n);
}

function dateProperty(value: Date | FileTime, name: string): unknown {
  const date = value instanceof FileTime ? value.toDate() : value;
  switch (name.toLowerCase()) {
    case 'year':
      return date.getFullYear();
    case 'month':
      return date.getMonth() + 1;
    case 'day':
      return date.getDate();
    case 'hour':
      return date.getHours();
    case 'minute':
      return date.getMinutes();
    case 'second':
      return date.getSeconds();
    case 'millisecond':
      return date.getMilliseconds();
    case 'dayofweek':
      return dayNames[date.getDay()];
    case 'dayofyear':
      return Math.round(
        (Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 0)) /
          86_400_000,
      );
    case 'date':
      return sameKind(date, sameKind(date, date.getTime()).setHours(0, 0, 0, 0));
    case 'timeofday':
      return new TimeSpan(date.getTime() - sameKind(date, date.getTime()).setHours(0, 0, 0, 0));
    case 'kind':
      return date instanceof UtcDate ? 'Utc' : 'Local';
    case 'ticks':
      return ticksOf(value);
    default:
      return undefined;
  }
}

/** The value of a property, or undefined when there is none; tables answer with their entries first. */
export function getProperty(value: unknown, name: string): unknown {
  if (typeof value === 'string') return name.toLowerCase() === 'length' ? value.length : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Hashtable) {
    if (value.has(name)) return value.get(name);
    switch (name.toLowerCase()) {
      case 'count':
        return value.size;
      case 'keys':
        return [...value.keys()];
      case 'values':
        return [...value.values()];
      default:
        return undefined;
    }
  }
  if (Array.isArray(value) || value instanceof Uint8Array) {
    return /^(length|count|longlength)$/i.test(name) ? value.length : undefined;
  }
  if (value instanceof Date || value instanceof FileTime) return dateProperty(value, name);
  if (value instanceof TimeSpan) {
    const found = timeSpanProperties.find((property) => property.toLowerCase() === name.toLowerCase());
    return found && value[found];
  }
  const key = findProperty(value, name);
  return key === undefined ? undefined : (value as Record<string, unknown>)[key];
}

/** A property as scripts read it: members of all items of an array when the array itself has none; null when missing. */
export function readMember(value: unknown, name: string): unknown {
  const own = getProperty(value, name);
  if (own !== undefined) return own;
  if (Array.isArray(value)) {
    const found: unknown[] = [];
    for (const item of value) {
      const member = readMember(item, name);
      if (Array.isArray(member)) found.push(...member);
      else if (member !== null) found.push(member);
    }
    return found.length === 0 ? null : found.length === 1 ? found[0] : found;
  }
  if (/^(count|length)$/i.test(name)) return value === null || value === undefined ? 0 : 1;
  if (typeof value === 'boolean' && /^ispresent$/i.test(name)) return value;
  return null;
}

/** Sets a property of a plain object or table; false when the value is read-only or has no such property. */
export function writeMember(value: unknown, name: string, content: unknown): boolean {
  if (value instanceof Hashtable) {
    value.set(name, content);
    return true;
  }
  if (!isPlainObject(value) || Object.isFrozen(value)) return false;
  const key = findProperty(value, name);
  if (key === undefined) return false;
  setOwn(value, key, content);
  return true;
}
