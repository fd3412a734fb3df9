// The static members of the types that have any: `[math]::Max(1, 2)`, `[datetime]::Now`. A fixed table, like that of
// the methods.
import { availableParallelism, hostname, userInfo } from 'node:os';
import { FileTime } from '../../base/file-time.ts';
import { fromSystemError } from '../../base/system-error.ts';
import { didYouMean } from '../binder/near-miss.ts';
import { HostError } from '../host-error.ts';
import type { Session } from '../session.ts';
import { Char } from '../value/char.ts';
import { compareForSort, compareText, isEqual } from '../value/compare.ts';
import { isTruthy, toArray, toNumber } from '../value/convert.ts';
import { Guid } from '../value/guid.ts';
import { rangeOf } from '../value/number-cast.ts';
import { setListType, textOf } from '../value/text.ts';
import { TimeSpan } from '../value/time-span.ts';
import { isNumeric, makeInteger, type Numeric, toWhole } from '../value/typed-number.ts';
import { UtcDate } from '../value/utc-date.ts';
import { enumerationMember } from './enumerations.ts';
import { formatOperator } from './format-operator.ts';
import { Reference } from './reference.ts';
import { escapeRegex } from './regex.ts';
import { staticRegexMethod } from './regex-methods.ts';
import { Regex } from './regex-value.ts';
import { directoryStatics, fileStatics, pathStatics } from './static-files.ts';
import { mathStatics } from './static-math.ts';
import { StopWatch } from './stop-watch.ts';
import { TextEncoding } from './text-encoding.ts';
import { numberTypes, TypeValue } from './type-names.ts';
import { castTo } from './types.ts';

/** What static members need of the session they run in. */
export type StaticContext = Pick<Session, 'cwd' | 'environmentVariables' | 'resolvePath'>;

/** Static members by lower-case name. */
export type StaticTable = Readonly<Record<string, (session: StaticContext, ...args: unknown[]) => unknown>>;

const text = (value: unknown): string => textOf(value);
const number = (value: unknown): number => toNumber(value) ?? 0;
const whole = (value: unknown): number => Number((isNumeric(value) && toWhole(value)) || 0n);
const bytesOf = (value: unknown): Uint8Array =>
  value instanceof Uint8Array ? value : Uint8Array.from(toArray(value), Number);

/** A date of its parts; a part that does not exist is an error. */
function dateOf(parts: readonly unknown[]): Date {
  const [year, month, day, hour = 0, minute = 0, second = 0, fraction = 0] = parts.map(whole);
  const date = new Date(year!, month! - 1, day!, hour, minute, second, fraction);
  if (year! < 100) date.setFullYear(year!);
  if (date.getMonth() !== month! - 1 || date.getDate() !== day || hour > 23 || minute > 59 || second > 59)
    throw new HostError('ArgumentOutOfRange', 'The year, month and day do not make a date.');
  return date;
}

function spanOf(parts: readonly unknown[]): TimeSpan {
  const n = parts.map(number);
  if (n.length === 1) return new TimeSpan(n[0]! / 10_000);
  const [days, hours, minutes, seconds, milliseconds = 0] = n.length === 3 ? [0, ...n] : n;
  return new TimeSpan(((days! * 24 + hours!) * 60 + minutes!) * 60_000 + (seconds ?? 0) * 1000 + milliseconds);
}

function parsedInBase(type: 'Int32' | 'Int64', value: unknown, base: number): Numeric {
  const digits = text(value).replace(base === 16 ? /^0x/i : /^/, '');
  const prefix: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' };
  try {
    return makeInteger(type, BigInt.asIntN(type === 'Int32' ? 32 : 64, BigInt((prefix[base] ?? '') + digits)));
  } catch {
    throw new HostError('InvalidCast', `'${digits.slice(0, 80)}' is not a number in base ${base}.`);
  }
}

const converting = (type: string) => (_: StaticContext, value: unknown) => castTo(type, value);

const statics: Readonly<Record<string, StaticTable>> = {
  math: mathStatics,
  string: {
    join: (_, separator, ...items) =>
      (items.length === 1 && Array.isArray(items[0]) ? items[0] : items).map(text).join(text(separator)),
    isnullorempty: (_, value) => text(value) === '',
    isnullorwhitespace: (_, value) => text(value).trim() === '',
    format: (_, format, ...items) => formatOperator(text(format), items.length === 1 ? toArray(items[0]) : items),
    concat: (_, ...items) => items.flat().map(text).join(''),
    compare: (_, a, b, ignoreCase) => compareText(text(a), text(b), !isTruthy(ignoreCase)),
    equals: (_, a, b) => text(a) === text(b),
    empty: () => '',
    new: (_, c, count) =>
      Array.isArray(c) ? c.map(text).join('') : text(c).repeat(Math.min(whole(count ?? 1), 1_000_000)),
  },
  char: {
    isdigit: (_, c) => /^\p{Nd}/u.test(text(c)),
    isletter: (_, c) => /^\p{L}/u.test(text(c)),
    isletterordigit: (_, c) => /^[\p{L}\p{Nd}]/u.test(text(c)),
    iswhitespace: (_, c) => /^\s/.test(text(c)),
    isupper: (_, c) => /^\p{Lu}/u.test(text(c)),
    islower: (_, c) => /^\p{Ll}/u.test(text(c)),
    ispunctuation: (_, c) => /^\p{P}/u.test(text(c)),
    toupper: (_, c) => Char.of(text(c).toUpperCase().charCodeAt(0)),
    tolower: (_, c) => Char.of(text(c).toLowerCase().charCodeAt(0)),
    minvalue: () => Char.of(0),
    maxvalue: () => Char.of(0xffff),
  },
  datetime: {
    now: () => new Date(),
    utcnow: () => new UtcDate(),
    today: () => new Date(new Date().setHours(0, 0, 0, 0)),
    unixepoch: () => new UtcDate(0),
    minvalue: () => dateOf([1n, 1n, 1n].map(Number)),
    maxvalue: () => dateOf([9999, 12, 31, 23, 59, 59, 999]),
    fromfiletime: (_, ticks) => new FileTime((isNumeric(ticks) && toWhole(ticks)) || 0n),
    fromfiletimeutc: (_, ticks) => new UtcDate(new FileTime((isNumeric(ticks) && toWhole(ticks)) || 0n).valueOf()),
    fromoadate: (_, days) => new Date((number(days) - 25_569) * 86_400_000),
    daysinmonth: (_, year, month) => new Date(whole(year), whole(month), 0).getDate(),
    isleapyear: (_, year) => new Date(whole(year), 2, 0).getDate() === 29,
    parseexact: (_, value) => castTo('datetime', value),
    new: (_, ...parts) => (parts.length === 1 ? castTo('datetime', parts[0]) : dateOf(parts)),
  },
  timespan: {
    fromdays: (_, n) => new TimeSpan(number(n) * 86_400_000),
    fromhours: (_, n) => new TimeSpan(number(n) * 3_600_000),
    fromminutes: (_, n) => new TimeSpan(number(n) * 60_000),
    fromseconds: (_, n) => new TimeSpan(number(n) * 1000),
    frommilliseconds: (_, n) => new TimeSpan(number(n)),
    fromticks: (_, n) => new TimeSpan(number(n) / 10_000),
    zero: () => new TimeSpan(0),
    new: (_, ...parts) => spanOf(parts),
  },
  guid: { newguid: () => Guid.random(), empty: () => Guid.parse('00000000000000000000000000000000') },
  regex: {
    escape: (_, value) => escapeRegex(text(value)),
    unescape: (_, value) => text(value).replace(/\\(.)/g, '$1'),
    new: (_, pattern, options) => new Regex(text(pattern), text(options)),
    ...Object.fromEntries(
      ['match', 'matches', 'ismatch', 'replace', 'split'].map((name) => [
        name,
        (_: StaticContext, ...args: unknown[]) => staticRegexMethod(name)!(...args),
      ]),
    ),
  },
  convert: {
    toint32: (_, value, base) =>
      base === undefined ? castTo('int', value) : parsedInBase('Int32', value, whole(base)),
    toint64: (_, value, base) =>
      base === undefined ? castTo('long', value) : parsedInBase('Int64', value, whole(base)),
    tobyte: (_, value, base) => castTo('byte', base === undefined ? value : parsedInBase('Int32', value, whole(base))),
    touint32: (_, value, base) =>
      castTo('uint32', base === undefined ? value : parsedInBase('Int64', value, whole(base))),
    todouble: converting('double'),
    todecimal: converting('decimal'),
    toboolean: converting('bool'),
    tochar: converting('char'),
    todatetime: converting('datetime'),
    tostring: (_, value, base) =>
      base === undefined || !isNumeric(value)
        ? text(value)
        : (Number(value) < 0 ? BigInt.asUintN(32, toWhole(value)!) : toWhole(value)!).toString(whole(base)),
    tobase64string: (_, bytes) => Buffer.from(bytesOf(bytes)).toString('base64'),
    frombase64string: (_, value) => new Uint8Array(Buffer.from(text(value), 'base64')),
    tohexstring: (_, bytes) => Buffer.from(bytesOf(bytes)).toString('hex').toUpperCase(),
    fromhexstring: (_, value) => new Uint8Array(Buffer.from(text(value), 'hex')),
  },
  bitconverter: {
    tostring: (_, bytes) =>
      Array.from(bytesOf(bytes), (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('-'),
    islittleendian: () => true,
  },
  'text.encoding': {
    utf8: () => new TextEncoding('utf8'),
    unicode: () => new TextEncoding('utf16le'),
    ascii: () => new TextEncoding('ascii'),
    default: () => new TextEncoding('utf8'),
    latin1: () => new TextEncoding('latin1'),
  },
  'io.path': pathStatics,
  'io.file': fileStatics,
  'io.directory': directoryStatics,
  'diagnostics.stopwatch': { startnew: () => new StopWatch(), new: () => new StopWatch(false) },
  environment: {
    newline: () => '\n',
    machinename: () => hostname(),
    username: () => userInfo().username,
    processorcount: () => availableParallelism(),
    processid: () => process.pid,
    currentdirectory: ({ cwd }) => cwd,
    is64bitoperatingsystem: () => true,
    is64bitprocess: () => true,
    tickcount: () => Math.trunc(performance.now()),
    getenvironmentvariable: ({ environmentVariables }, name) => environmentVariables[text(name)] ?? null,
    setenvironmentvariable: ({ environmentVariables }, name, value) => {
      if (value === null || value === undefined || value === '') delete environmentVariables[text(name)];
      else environmentVariables[text(name)] = text(value);
    },
    expandenvironmentvariables: ({ environmentVariables }, value) =>
      text(value).replace(/%([^%]+)%/g, (written, name: string) => environmentVariables[name] ?? written),
  },
  array: {
    reverse: (_, items) => {
      if (Array.isArray(items)) items.reverse();
    },
    sort: (_, items) => {
      if (Array.isArray(items)) items.sort((a, b) => compareForSort(a, b));
    },
    indexof: (_, items, item) => toArray(items).findIndex((other) => isEqual(other, item, true)),
    empty: () => [],
  },
  version: { new: (_, ...parts) => castTo('version', parts.map(text).join('.')) },
  double: {
    nan: () => Number.NaN,
    positiveinfinity: () => Number.POSITIVE_INFINITY,
    negativeinfinity: () => Number.NEGATIVE_INFINITY,
    epsilon: () => Number.MIN_VALUE,
    isnan: (_, n) => Number.isNaN(number(n)),
    isinfinity: (_, n) => Math.abs(number(n)) === Number.POSITIVE_INFINITY,
  },
  decimal: {
    truncate: (session, n) => mathStatics.truncate!(session, castTo('decimal', n)),
    round: (session, n, digits) => mathStatics.round!(session, castTo('decimal', n), digits),
  },
};

/** A list that grows: [Collections.Generic.List[T]] or [Collections.ArrayList]. */
export function newList(type: TypeValue, items: unknown): unknown[] {
  const list = Array.isArray(items) ? [...items] : [];
  return setListType(list, /generic/i.test(type.FullName) ? 'System.Collections.Generic.List`1' : type.FullName);
}

/** `[int]::TryParse('5', [ref]$n)`. */
function tryParse(type: TypeValue, value: unknown, result: unknown): boolean {
  let parsed: unknown;
  try {
    if (textOf(value).trim() !== '') parsed = castTo(type.FullName, value);
  } catch {
    // Not of the type: that is the answer.
  }
  if (result instanceof Reference)
    result.set(parsed ?? (numberTypes[type.canonical] === undefined ? null : castTo(type.FullName, 0)));
  return parsed !== undefined;
}

/** Calls or reads a static member: `[math]::Max(1, 2)`, `[datetime]::Now`. */
export function callStatic(type: unknown, name: string, args: unknown[], session: StaticContext): unknown {
  if (!(type instanceof TypeValue)) throw new HostError('NotAType', `'::' needs a type before it, such as [math].`);
  const { canonical } = type;
  const table = Object.hasOwn(statics, canonical) ? statics[canonical]! : {};
  const member = name.toLowerCase();
  if (Object.hasOwn(table, member)) {
    try {
      return table[member]!(session, ...args);
    } catch (error) {
      if (error instanceof Error && 'syscall' in error) throw fromSystemError(error, text(args[0]));
      throw error;
    }
  }
  const enumerated = enumerationMember(canonical, member);
  if (enumerated !== undefined) return enumerated;
  const numberType = numberTypes[canonical];
  const range = numberType && rangeOf(numberType);
  if (range && (member === 'minvalue' || member === 'maxvalue')) return range[member === 'minvalue' ? 0 : 1];
  switch (member) {
    case 'new':
      if (canonical === 'list') return newList(type, args[0]);
      if (canonical === 'object' || canonical === 'pscustomobject')
        return castTo('pscustomobject', castTo('hashtable', {}));
      return castTo(type.FullName, args[0] ?? null);
    case 'parse':
      return castTo(type.FullName, args[0]);
    case 'tryparse':
      return tryParse(
        type,
        args[0],
        args.find((arg) => arg instanceof Reference),
      );
    case 'isnan':
      return Number.isNaN(number(args[0]));
    case 'zero':
    case 'one':
      if (numberType) return castTo(canonical, member === 'one' ? 1 : 0);
  }
  throw new HostError('MethodNotFound', `[${type}] has no member ${name}.${didYouMean(name, Object.keys(table))}`);
}
