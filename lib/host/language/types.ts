// The types that scripts may name in [ ]: casts, -is and -as. A short list of data types; none gives access to the
// platform.

import { DismError } from '../../base/error.ts';
import { FileTime } from '../../base/file-time.ts';
import { didYouMean } from '../binder/near-miss.ts';
import { ErrorRecord } from '../error-record.ts';
import { HostError } from '../host-error.ts';
import { isInvocable } from '../invocable.ts';
import { Char } from '../value/char.ts';
import { isTruthy, toDate, toFileTime, toHashtable } from '../value/convert.ts';
import { Guid } from '../value/guid.ts';
import { Hashtable } from '../value/hashtable.ts';
import { castNumber } from '../value/number-cast.ts';
import { isPlainObject, setElementType, textOf, typeNameOf } from '../value/text.ts';
import { TimeSpan } from '../value/time-span.ts';
import { fits, isNumeric, numberTypeOf, toWhole } from '../value/typed-number.ts';
import { Version } from '../value/version.ts';
import { enumerationMember } from './enumerations.ts';
import { Reference } from './reference.ts';
import { Regex } from './regex-value.ts';
import { canonicalType, numberTypes, TypeValue } from './type-names.ts';

const known = [
  ...Object.keys(numberTypes),
  'boolean',
  'switch',
  'string',
  'char',
  'datetime',
  'filetime',
  'timespan',
  'hashtable',
  'pscustomobject',
  'object',
  'array',
  'scriptblock',
  'version',
  'guid',
  'regex',
  'void',
  'ref',
  'errorrecord',
  'math',
  'convert',
  'datetime',
  'io.path',
  'environment',
  'type',
  'xml',
  'uri',
];

/** Converts to a type by name; throws when the value cannot become it. */
export function castTo(typeName: string, value: unknown): unknown {
  const type = canonicalType(typeName);
  if (type.endsWith('[]')) return castArray(type, value);
  const failure = (): never => {
    const near = known.includes(type) ? '' : ` The type is not known here.${didYouMean(type, known)}`;
    const shown = textOf(value).slice(0, 80);
    throw new HostError(
      known.includes(type) ? 'InvalidCast' : 'TypeNotFound',
      `Cannot convert '${shown}' to [${typeName}].${near}`,
    );
  };
  const number = numberTypes[type];
  if (number) return castNumber(number, value) ?? failure();
  switch (type) {
    case 'object':
      return value;
    case 'ordered':
      return value instanceof Hashtable && !value.ordered ? new Hashtable(value, true) : (value ?? failure());
    case 'string':
      return textOf(value);
    case 'char': {
      if (value instanceof Char) return value;
      const code = isNumeric(value) ? toWhole(value) : undefined;
      if (code !== undefined) return fits('UInt16', code) ? Char.of(Number(code)) : failure();
      const text = textOf(value);
      return text.length === 1 ? Char.of(text.charCodeAt(0)) : failure();
    }
    case 'boolean':
    case 'switch':
      return isTruthy(value);
    case 'datetime':
      return toDate(value) ?? failure();
    case 'filetime':
      return toFileTime(value) ?? failure();
    case 'timespan':
      return toTimeSpan(value) ?? failure();
    case 'list':
    case 'array':
      return Array.isArray(value) ? value : value === null || value === undefined ? null : [value];
    case 'hashtable':
      return value === null ? null : (toHashtable(value) ?? failure());
    case 'pscustomobject':
      return value instanceof Hashtable ? value.toObject() : value;
    case 'scriptblock':
      return isInvocable(value) ? value : failure();
    case 'version':
      try {
        return value instanceof Version ? value : new Version(textOf(value));
      } catch {
        return failure();
      }
    case 'guid':
      return value instanceof Guid ? value : (Guid.parse(textOf(value)) ?? failure());
    case 'regex':
      return value instanceof Regex ? value : new Regex(textOf(value));
    case 'void':
      return undefined;
    case 'ref':
      return value instanceof Reference ? value : failure();
    case 'type':
      return value instanceof TypeValue ? value : TypeValue.of(textOf(value));
    case 'uri':
      return textOf(value);
    default: {
      const member = enumerationMember(type, textOf(value));
      if (member !== undefined) return member;
      const exception = /(?:^|\.)(\w*exception)$/.exec(type);
      if (exception) return value instanceof DismError ? value : new HostError(typeName, textOf(value), thrownByScript);
      return failure();
    }
  }
}

const thrownByScript = { symbol: 'Internal' } as const;

/** An array of a type: all items converted. */
function castArray(type: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  const item = type.slice(0, -2);
  if (item === 'byte' && value instanceof Uint8Array) return value;
  if (item === 'char' && typeof value === 'string') return typedArray(item, Char.all(value));
  return typedArray(
    item,
    (Array.isArray(value) ? value : value instanceof Uint8Array ? [...value] : [value]).map((one) => castTo(item, one)),
  );
}

function typedArray(item: string, items: unknown[]): unknown[] {
  if (item !== 'object') setElementType(items, TypeValue.of(item).FullName);
  return items;
}

function toTimeSpan(value: unknown): TimeSpan | undefined {
  if (value instanceof TimeSpan) return value;
  if (isNumeric(value)) return new TimeSpan(Number(value) / 10_000);
  const match = /^(-)?(?:(\d+)\.)?(\d+):(\d\d)(?::(\d\d(?:\.\d{1,7})?))?$/.exec(textOf(value));
  if (!match) return undefined;
  const [, sign, days = '0', hours, minutes, seconds = '0'] = match;
  const total = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000;
  return new TimeSpan(sign ? -total : total);
}

/** Whether a value is of a type, as -is answers. */
export function isOfType(value: unknown, typeName: string): boolean {
  if (value === null || value === undefined) return false;
  const type = canonicalType(typeName);
  const number = numberTypes[type];
  if (number) return isNumeric(value) && numberTypeOf(value) === number;
  switch (type) {
    case 'object':
      return true;
    case 'string':
      return typeof value === 'string';
    case 'char':
      return value instanceof Char;
    case 'boolean':
    case 'switch':
      return typeof value === 'boolean';
    case 'datetime':
      return value instanceof Date || value instanceof FileTime;
    case 'filetime':
      return value instanceof FileTime;
    case 'timespan':
      return value instanceof TimeSpan;
    case 'array':
    case 'list':
    case 'collections.ienumerable':
    case 'collections.icollection':
    case 'collections.ilist':
      return Array.isArray(value) || value instanceof Uint8Array;
    case 'hashtable':
      return value instanceof Hashtable;
    case 'ordered':
      return value instanceof Hashtable && value.ordered;
    case 'guid':
      return value instanceof Guid;
    case 'regex':
      return value instanceof Regex;
    case 'type':
      return value instanceof TypeValue;
    case 'scriptblock':
      return isInvocable(value);
    case 'version':
      return value instanceof Version;
    case 'errorrecord':
      return value instanceof ErrorRecord;
    case 'exception':
      return value instanceof DismError;
    case 'valuetype':
      return (
        isNumeric(value) ||
        typeof value === 'boolean' ||
        value instanceof Char ||
        value instanceof Date ||
        value instanceof FileTime ||
        value instanceof TimeSpan ||
        value instanceof Guid
      );
    case 'pscustomobject':
      return isPlainObject(value);
    default: {
      if (type.endsWith('[]') && Array.isArray(value)) return typeNameOf(value) === TypeValue.of(type).FullName;
      const own = typeNameOf(value).toLowerCase();
      return own === type || own.endsWith('.' + type) || own === `system.${type}`;
    }
  }
}
