// Values as JSON: FileTime and dates as ISO 8601, tables and records as objects, cut off at a depth.
import { FileTime } from '../../base/file-time.ts';
import { ErrorRecord } from '../error-record.ts';
import { isInvocable } from '../invocable.ts';
import { formatDate } from '../value/date-text.ts';
import { Hashtable } from '../value/hashtable.ts';
import { getProperty, propertyNames } from '../value/property.ts';
import { textOf } from '../value/text.ts';
import { TimeSpan } from '../value/time-span.ts';

export interface JsonOptions {
  /** How many levels of objects are written; deeper ones become text. */
  readonly depth: number;
  readonly compress: boolean;
  readonly enumsAsStrings?: boolean;
  /** Called once when something was deeper. */
  readonly truncated?: () => void;
}

function plain(value: unknown, depth: number, options: JsonOptions): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : textOf(value);
    case 'bigint':
      return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)
        ? Number(value)
        : value.toString();
    case 'object':
      break;
    default:
      return null;
  }
  if (value === null) return null;
  if (value instanceof FileTime) return value.toJSON();
  if (value instanceof Date) return formatDate(value, 'o');
  if (value instanceof TimeSpan || isInvocable(value)) return textOf(value);
  if (value instanceof ErrorRecord)
    return plain(
      {
        Message: value.Exception.Message,
        HResult: value.Exception.HResult,
        ErrorId: value.FullyQualifiedErrorId,
        Target: value.TargetObject,
      },
      depth,
      options,
    );
  if (depth < 0) {
    options.truncated?.();
    return textOf(value);
  }
  if (Array.isArray(value) || value instanceof Uint8Array)
    return Array.from(value, (item: unknown) => plain(item, depth - 1, options));
  const entries: [string, unknown][] =
    value instanceof Hashtable
      ? [...value].map(([key, item]) => [textOf(key), item])
      : propertyNames(value).map((name) => [name, getProperty(value, name)]);
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item, depth - 1, options)]));
}

/** A value as JSON text. */
export function toJson(value: unknown, options: JsonOptions): string {
  return JSON.stringify(plain(value, options.depth, options), null, options.compress ? undefined : 2);
}
