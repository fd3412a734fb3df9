// Values as JSON: FileTime and dates as ISO 8601, tables and records as objects, cut off at a depth.
import { FileTime } from '../../base/file-time.ts';
import { ErrorRecord } from '../error-record.ts';
import { isInvocable } from '../invocable.ts';
import { formatDate } from '../value/date-text.ts';
import { Hashtable } from '../value/hashtable.ts';
import { getProperty, propertyNames } from '../value/property.ts';
import { isPlainObject, textOf } from '../value/text.ts';
import { TimeSpan } from '../value/time-span.ts';
import { isIntegerType, type Numeric, TypedNumber } from '../value/typed-number.ts';
import { Version } from '../value/version.ts';

export interface JsonOptions {
  /** How many levels of objects are written; deeper ones become text. */
  readonly depth: number;
  readonly compress: boolean;
  readonly enumsAsStrings?: boolean;
  /** Called once when something was deeper. */
  readonly truncated?: () => void;
}

/** JSON of a number: a Double shows that it is one. */
function numberText(value: Numeric): string {
  const number = Number(value);
  if (!Number.isFinite(number)) return JSON.stringify(textOf(value));
  if (!(value instanceof TypedNumber) || isIntegerType(value.type) || value.type === 'Decimal')
    return typeof value === 'number' ? String(value) : value.toString();
  const text = String(number);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Objects and lists that are inside each other; a value inside itself is cut off by the depth. */
function write(value: unknown, depth: number, indent: string, options: JsonOptions): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'number':
    case 'bigint':
      return numberText(value);
    case 'object':
      break;
    default:
      return 'null';
  }
  if (value === null) return 'null';
  if (value instanceof TypedNumber) return numberText(value);
  if (value instanceof FileTime) return JSON.stringify(value.toJSON());
  if (value instanceof Date) return JSON.stringify(dateText(value));
  if (isInvocable(value) || value instanceof TimeSpan) return JSON.stringify(textOf(value));
  if (value instanceof ErrorRecord) {
    const { Exception, FullyQualifiedErrorId, TargetObject } = value;
    const shown = {
      Message: Exception.Message,
      HResult: Exception.HResult,
      ErrorId: FullyQualifiedErrorId,
      Target: TargetObject,
    };
    return write(shown, depth, indent, options);
  }
  const isList = Array.isArray(value) || value instanceof Uint8Array;
  const isTable = value instanceof Hashtable;
  const names = isList || isTable ? [] : propertyNames(value);
  // What has no properties is text: a character, a GUID, a version, a pattern.
  if (!isList && !isTable && (names.length === 0 || value instanceof Version) && !isPlainObject(value))
    return JSON.stringify(textOf(value));
  if (depth < 0) {
    options.truncated?.();
    return JSON.stringify(textOf(value));
  }
  const inner = indent + '  ';
  const colon = options.compress ? ':' : ': ';
  const parts = isList
    ? Array.from(value as ArrayLike<unknown>, (item) => write(item, depth - 1, inner, options))
    : isTable
      ? [...value].map(([key, item]) => JSON.stringify(textOf(key)) + colon + write(item, depth - 1, inner, options))
      : names.map((name) => JSON.stringify(name) + colon + write(getProperty(value, name), depth - 1, inner, options));
  const [open, close] = isList ? '[]' : '{}';
  if (parts.length === 0) return `${open}${close}`;
  if (options.compress) return `${open}${parts.join(',')}${close}`;
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`;
}

function dateText(value: Date): string {
  const text = formatDate(value, 'o');
  return text.replace(/\.0+(?=Z|[+-]|$)/, '').replace(/(\.\d*?)0+(?=Z|[+-]|$)/, '$1');
}

/** A value as JSON text. */
export function toJson(value: unknown, options: JsonOptions): string {
  return write(value, options.depth, '', options);
}
