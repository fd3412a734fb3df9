// The types that scripts may name in [ ]: casts, -is and -as. A short list of data types; none gives access to the
// platform.

import { DismError } from '../../base/error.ts';
import { FileTime } from '../../base/file-time.ts';
import { didYouMean } from '../binder/near-miss.ts';
import { ErrorRecord } from '../error-record.ts';
import { HostError } from '../host-error.ts';
import { isInvocable } from '../invocable.ts';
import { isTruthy, toDate, toFileTime, toHashtable, toNumber } from '../value/convert.ts';
import { Hashtable } from '../value/hashtable.ts';
import { roundHalfEven } from '../value/number.ts';
import { textOf, typeNameOf } from '../value/text.ts';
import { TimeSpan } from '../value/time-span.ts';
import { Version } from '../value/version.ts';
import { makeRegex } from './regex.ts';

/** The value of `[name]` standing alone. */
export class TypeValue {
  readonly Name: string;
  constructor(name: string) {
    this.Name = name;
  }
  toString(): string {
    return this.Name;
  }
}

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  byte: [0, 255],
  sbyte: [-128, 127],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-0x80000000, 0x7fffffff],
  uint32: [0, 0xffffffff],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint64: [0, Number.MAX_SAFE_INTEGER],
};

const aliases: Readonly<Record<string, string>> = {
  int: 'int32',
  long: 'int64',
  short: 'int16',
  uint: 'uint32',
  ulong: 'uint64',
  ushort: 'uint16',
  bigint: 'int64',
  float: 'double',
  single: 'double',
  decimal: 'double',
  bool: 'boolean',
  datetimeoffset: 'datetime',
  psobject: 'object',
  pscustomobject: 'pscustomobject',
  'management.automation.scriptblock': 'scriptblock',
  'collections.hashtable': 'hashtable',
  'collections.idictionary': 'hashtable',
  dictionary: 'hashtable',
  'management.automation.psobject': 'object',
  'management.automation.pscustomobject': 'pscustomobject',
  'management.automation.switchparameter': 'switch',
  switchparameter: 'switch',
  ordered: 'hashtable',
  'collections.arraylist': 'array',
  'collections.generic.list': 'array',
  arraylist: 'array',
  'text.regularexpressions.regex': 'regex',
  'management.automation.errorrecord': 'errorrecord',
  'object[]': 'array',
};

const known = [
  ...Object.keys(ranges),
  'double',
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

/** A type name in its one spelling: lower case, without `System.`, aliases resolved. */
export function canonicalType(name: string): string {
  const lower = name
    .toLowerCase()
    .replace(/^system\./, '')
    .replace(/\[.*[^\]]\]$|\[\w[^\]]*\]$/, '');
  if (lower.endsWith('[]') && lower !== 'object[]') return canonicalType(lower.slice(0, -2)) + '[]';
  return aliases[lower] ?? lower;
}

/** The least and greatest value of a type of whole numbers; undefined for other types. */
export function rangeOfType(name: string): readonly [number, number] | undefined {
  return ranges[canonicalType(name)];
}

/** Converts to a type by name; throws when the value cannot become it. */
export function castTo(typeName: string, value: unknown): unknown {
  const type = canonicalType(typeName);
  if (type.endsWith('[]')) {
    if (value === null || value === undefined) return null;
    if (type === 'byte[]' && value instanceof Uint8Array) return value;
    if (type === 'char[]' && typeof value === 'string') return [...value];
    return (Array.isArray(value) ? value : [value]).map((item) => castTo(type.slice(0, -2), item));
  }
  const failure = (): never => {
    const near = known.includes(type) ? '' : ` The type is not known here.${didYouMean(type, known)}`;
    const shown = textOf(value).slice(0, 80);
    throw new HostError(
      known.includes(type) ? 'InvalidCast' : 'TypeNotFound',
      `Cannot convert '${shown}' to [${typeName}].${near}`,
    );
  };
  const range = ranges[type];
  if (range) {
    const number = value instanceof Date || value instanceof FileTime ? undefined : toNumber(value);
    if (number === undefined || Number.isNaN(number)) return failure();
    const whole = roundHalfEven(number);
    return whole < range[0] || whole > range[1] ? failure() : whole;
  }
  switch (type) {
    case 'object':
    case 'ordered':
      return value;
    case 'string':
      return textOf(value);
    case 'char': {
      if (typeof value === 'number') return String.fromCharCode(value);
      const text = textOf(value);
      return text.length === 1 ? text : failure();
    }
    case 'double':
      return toNumber(value) ?? failure();
    case 'boolean':
    case 'switch':
      return isTruthy(value);
    case 'datetime':
      return toDate(value) ?? failure();
    case 'filetime':
      return toFileTime(value) ?? failure();
    case 'timespan':
      return toTimeSpan(value) ?? failure();
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
    case 'guid': {
      const match = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i.exec(
        textOf(value).trim(),
      );
      return match ? match[1]!.toLowerCase() : failure();
    }
    case 'regex':
      return makeRegex(textOf(value), true, false).source;
    case 'void':
      return undefined;
    case 'type':
      return new TypeValue(textOf(value));
    case 'uri':
      return textOf(value);
    default: {
      const exception = /(?:^|\.)(\w*exception)$/.exec(type);
      if (exception)
        return value instanceof DismError ? value : new HostError(shortName(typeName), textOf(value), thrownByScript);
      return failure();
    }
  }
}

const thrownByScript = { symbol: 'Internal' } as const;

/** A type's name without its namespace. */
function shortName(typeName: string): string {
  return typeName.split('.').at(-1)!;
}

function toTimeSpan(value: unknown): TimeSpan | undefined {
  if (value instanceof TimeSpan) return value;
  if (typeof value === 'number') return new TimeSpan(value / 10_000);
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
  const range = ranges[type];
  if (range) {
    if (typeof value !== 'number' || !Number.isInteger(value)) return false;
    const small = Math.abs(value) <= 0x7fffffff;
    return type === 'int32' ? small : type === 'int64' ? !small : false;
  }
  switch (type) {
    case 'object':
      return true;
    case 'string':
      return typeof value === 'string';
    case 'char':
      return false;
    case 'double':
      return typeof value === 'number' && !Number.isInteger(value);
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
    case 'object[]':
    case 'collections.ienumerable':
      return Array.isArray(value);
    case 'hashtable':
      return value instanceof Hashtable;
    case 'scriptblock':
      return isInvocable(value);
    case 'version':
      return value instanceof Version;
    case 'errorrecord':
      return value instanceof ErrorRecord;
    case 'exception':
      return value instanceof DismError;
    case 'valuetype':
      return typeof value === 'number' || typeof value === 'boolean';
    case 'pscustomobject':
      return typeof value === 'object' && !(value instanceof Hashtable) && !Array.isArray(value);
    default: {
      const own = typeNameOf(value).toLowerCase();
      return own === type || own.endsWith('.' + type) || own === `system.${type}`;
    }
  }
}
