// What a value is called and how it reads as text: string interpolation, casts to string, and the cells of tables.
import { FileTime } from '../../base/file-time.ts';
import { isInvocable } from '../invocable.ts';
import { recordTypeOf } from '../record.ts';
import { Char } from './char.ts';
import { formatDate } from './date-text.ts';
import { Hashtable } from './hashtable.ts';
import { formatNumber } from './number.ts';
import { TimeSpan } from './time-span.ts';
import { type Numeric, numberTypeOf, TypedNumber } from './typed-number.ts';

const typeNameKey = Symbol('type name');
const listTypes = new WeakMap<readonly unknown[], string>();
const namedPrototypes = new Map<string, object>();

/** A new plain object of a named type: the name lies on a shared prototype, so it costs nothing per object. */
export function newObject(typeName: string): Record<string, unknown> {
  let prototype = namedPrototypes.get(typeName);
  if (!prototype) {
    prototype = Object.create(Object.prototype, { [typeNameKey]: { value: typeName } }) as object;
    namedPrototypes.set(typeName, prototype);
  }
  return Object.create(prototype) as Record<string, unknown>;
}

/** A plain object's data as an object of a named type. */
export function setTypeName<T extends object>(object: T, typeName: string): T {
  return Object.assign(newObject(typeName), object) as T;
}

/** Notes what an array is an array of, by full name: `[string[]]`. */
export function setElementType(array: readonly unknown[], typeName: string): void {
  listTypes.set(array, `${typeName}[]`);
}

/** Notes what kind of list an array stands for, by full name. */
export function setListType<T extends readonly unknown[]>(array: T, typeName: string): T {
  listTypes.set(array, typeName);
  return array;
}

function numberTypeName(value: Numeric): string {
  const type = numberTypeOf(value);
  return type === 'BigInteger' ? 'System.Numerics.BigInteger' : `System.${type}`;
}

/** The .NET-style name of a value's type. */
export function typeNameOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 'System.String';
    case 'boolean':
      return 'System.Boolean';
    case 'bigint':
    case 'number':
      return numberTypeName(value);
    case 'object':
      break;
    default:
      return 'System.Object';
  }
  if (value === null) return '';
  const type = recordTypeOf(value);
  if (type) return type.typeName;
  if (Array.isArray(value)) return listTypes.get(value) ?? 'System.Object[]';
  if (value instanceof Date) return 'System.DateTime';
  if (value instanceof FileTime) return 'System.DateTime';
  if (value instanceof Hashtable)
    return value.ordered ? 'System.Collections.Specialized.OrderedDictionary' : 'System.Collections.Hashtable';
  if (value instanceof Uint8Array) return 'System.Byte[]';
  if (value instanceof TimeSpan) return 'System.TimeSpan';
  if (value instanceof TypedNumber) return numberTypeName(value);
  if (value instanceof Char) return 'System.Char';
  if (isInvocable(value)) return 'System.Management.Automation.ScriptBlock';
  const named = (value as { [typeNameKey]?: string })[typeNameKey];
  if (named) return named;
  const name = value.constructor?.name;
  return name === undefined || name === 'Object' ? 'System.Management.Automation.PSCustomObject' : name;
}

/** Whether a value is one item of a pipeline's data with properties of its own. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  if (recordTypeOf(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || typeNameKey in value;
}

/** A value as text, culture-free: what `"$value"` gives. */
export function textOf(value: unknown, separator = ' '): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return formatNumber(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'undefined':
      return '';
    case 'object':
      break;
    default:
      return String(value);
  }
  if (value === null) return '';
  if (Array.isArray(value)) return value.map((item) => textOf(item)).join(separator);
  if (value instanceof Uint8Array) return Array.from(value).join(separator);
  if (value instanceof Date || value instanceof FileTime) return formatDate(value, 'MM/dd/yyyy HH:mm:ss');
  if (value instanceof Hashtable) return typeNameOf(value);
  if (isPlainObject(value) && !recordTypeOf(value)) {
    const parts = Object.entries(value).map(([key, item]) => `${key}=${textOf(item)}`);
    return parts.length === 0 ? '' : `@{${parts.join('; ')}}`;
  }
  return String(value);
}
