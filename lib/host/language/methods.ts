// The methods scripts may call on values. A fixed table: no JavaScript method is ever reached by name.
import { FileTime } from '../../base/file-time.ts';
import { didYouMean } from '../binder/near-miss.ts';
import { HostError } from '../host-error.ts';
import { Char } from '../value/char.ts';
import { compare, compareForSort, isEqual } from '../value/compare.ts';
import { toArray, toDate, toNumber } from '../value/convert.ts';
import { formatDate } from '../value/date-text.ts';
import { Hashtable } from '../value/hashtable.ts';
import { roundHalfEven } from '../value/number.ts';
import { getProperty, propertyNames } from '../value/property.ts';
import { PropertyList } from '../value/ps-object.ts';
import { textOf, typeNameOf } from '../value/text.ts';
import { TimeSpan } from '../value/time-span.ts';
import { isNumeric, makeDouble, makeInteger } from '../value/typed-number.ts';
import { UtcDate } from '../value/utc-date.ts';
import { formatValueAs } from './format-operator.ts';
import { moved, movedMonths } from './moved-date.ts';
import { regexMethods } from './regex-methods.ts';
import { Regex } from './regex-value.ts';
import { RunningCommand, runningCommandMethods } from './running-command.ts';
import { StopWatch } from './stop-watch.ts';
import { TextEncoding } from './text-encoding.ts';
import { TypeValue } from './type-names.ts';
import { castTo } from './types.ts';

type Method<T> = (self: T, ...args: unknown[]) => unknown;
type Table<T> = Readonly<Record<string, Method<T>>>;

const text = (value: unknown): string => textOf(value);
const whole = (value: unknown): number => roundHalfEven(toNumber(value) ?? 0);
const ignoresCase = (option: unknown): boolean => option === true || /ignorecase/i.test(text(option));
const characters = (args: unknown[]): string => args.flat().map(text).join('');

function trimmed(self: string, args: unknown[], start: boolean, end: boolean): string {
  const set = characters(args);
  const drop = set === '' ? (c: string) => /\s/.test(c) : (c: string) => set.includes(c);
  let [from, to] = [0, self.length];
  while (start && from < to && drop(self[from]!)) from++;
  while (end && to > from && drop(self[to - 1]!)) to--;
  return self.slice(from, to);
}

function splitText(self: string, args: unknown[]): string[] {
  const removeEmpty = args.some((option) => /removeemptyentries/i.test(text(option)) || option === 1);
  const separators = toSeparators(args[0]);
  const limit = isNumeric(args[1]) && !(args.length === 2 && args[1] === 1 && removeEmpty) ? Number(args[1]) : 0;
  const pieces: string[] = [];
  let from = 0;
  for (let i = 0; i < self.length && !(limit > 0 && pieces.length >= limit - 1); i++) {
    const separator = separators.find((candidate) => candidate !== '' && self.startsWith(candidate, i));
    if (separator === undefined) continue;
    pieces.push(self.slice(from, i));
    i += separator.length - 1;
    from = i + 1;
  }
  pieces.push(self.slice(from));
  return removeEmpty ? pieces.filter((piece) => piece !== '') : pieces;
}

function toSeparators(value: unknown): string[] {
  if (value === undefined || value === null) return [' ', '\t', '\n', '\r'];
  return Array.isArray(value) ? value.map(text) : [text(value)];
}

function part(self: string, start: unknown, length?: unknown): string {
  const from = whole(start);
  const to = length === undefined ? self.length : from + whole(length);
  if (from < 0 || to > self.length || from > to)
    throw new HostError('ArgumentOutOfRange', `The text '${self.slice(0, 40)}' has no part from ${from} to ${to}.`);
  return self.slice(from, to);
}

const stringMethods: Table<string> = {
  contains: (self, other, option) =>
    ignoresCase(option) ? self.toLowerCase().includes(text(other).toLowerCase()) : self.includes(text(other)),
  endswith: (self, other, option) =>
    ignoresCase(option) ? self.toLowerCase().endsWith(text(other).toLowerCase()) : self.endsWith(text(other)),
  startswith: (self, other, option) =>
    ignoresCase(option) ? self.toLowerCase().startsWith(text(other).toLowerCase()) : self.startsWith(text(other)),
  equals: (self, other, option) =>
    ignoresCase(option) ? self.toLowerCase() === text(other).toLowerCase() : self === other,
  compareto: (self, other) => Math.sign(self.localeCompare(text(other))),
  indexof: (self, other, from) => self.indexOf(text(other), from === undefined ? 0 : whole(from)),
  lastindexof: (self, other) => self.lastIndexOf(text(other)),
  indexofany: (self, set) => {
    const wanted = characters([set]);
    return [...self].findIndex((c) => wanted.includes(c));
  },
  insert: (self, at, other) => part(self, 0, at) + text(other) + part(self, at),
  remove: (self, at, count) => part(self, 0, at) + (count === undefined ? '' : part(self, whole(at) + whole(count))),
  replace: (self, from, to) => (text(from) === '' ? self : self.split(text(from)).join(text(to))),
  substring: part,
  split: (self, ...args) => splitText(self, args),
  padleft: (self, width, fill) =>
    self.padStart(Math.min(whole(width), 1_000_000), fill === undefined ? ' ' : text(fill)),
  padright: (self, width, fill) =>
    self.padEnd(Math.min(whole(width), 1_000_000), fill === undefined ? ' ' : text(fill)),
  trim: (self, ...set) => trimmed(self, set, true, true),
  trimstart: (self, ...set) => trimmed(self, set, true, false),
  trimend: (self, ...set) => trimmed(self, set, false, true),
  tolower: (self) => self.toLowerCase(),
  tolowerinvariant: (self) => self.toLowerCase(),
  toupper: (self) => self.toUpperCase(),
  toupperinvariant: (self) => self.toUpperCase(),
  tochararray: (self) => castTo('char[]', self),
  getenumerator: (self) => Char.all(self),
  normalize: (self) => self.normalize(),
  chars: (self, at) => Char.of(part(self, at, 1).charCodeAt(0)),
  clone: (self) => self,
};

const number = (value: unknown): number => toNumber(value) ?? 0;
const dateMethods: Table<Date | FileTime> = {
  adddays: (self, n) => moved(self, number(n) * 86_400_000),
  addhours: (self, n) => moved(self, number(n) * 3_600_000),
  addminutes: (self, n) => moved(self, number(n) * 60_000),
  addseconds: (self, n) => moved(self, number(n) * 1000),
  addmilliseconds: (self, n) => moved(self, number(n)),
  addmonths: (self, n) => movedMonths(self, whole(n)),
  addyears: (self, n) => movedMonths(self, whole(n) * 12),
  add: (self, span) => moved(self, number(span)),
  subtract: (self, other) =>
    other instanceof TimeSpan
      ? moved(self, -other.TotalMilliseconds)
      : new TimeSpan(
          self instanceof FileTime && other instanceof FileTime
            ? Number(self.Ticks - other.Ticks) / 10_000
            : toDate(self)!.getTime() - (toDate(other)?.getTime() ?? 0),
        ),
  touniversaltime: (self) => new UtcDate(toDate(self)!.getTime()),
  tolocaltime: (self) => (self instanceof FileTime ? self : new Date(self.getTime())),
  tofiletime: (self) => makeInteger('Int64', (self instanceof FileTime ? self : FileTime.fromDate(self)).Ticks),
  tofiletimeutc: (self) => makeInteger('Int64', (self instanceof FileTime ? self : FileTime.fromDate(self)).Ticks),
  addticks: (self, n) => moved(self, number(n) / 10_000),
  isdaylightsavingtime: () => false,
  tooadate: (self) => makeDouble(toDate(self)!.getTime() / 86_400_000 + 25_569),
  toshortdatestring: (self) => formatDate(self, 'd'),
  tolongdatestring: (self) => formatDate(self, 'D'),
  toshorttimestring: (self) => formatDate(self, 't'),
  tolongtimestring: (self) => formatDate(self, 'T'),
  compareto: (self, other) => Math.sign(toDate(self)!.getTime() - (toDate(other)?.getTime() ?? 0)),
};

const arrayMethods: Table<unknown[]> = {
  contains: (self, item) => self.some((other) => isEqual(other, item, true)),
  indexof: (self, item) => self.findIndex((other) => isEqual(other, item, true)),
  getvalue: (self, index) => self[whole(index)] ?? null,
  add: (self, item) => {
    self.push(item);
    // A List gives nothing back; an ArrayList gives the place.
    return typeNameOf(self).startsWith('System.Collections.Generic.') ? undefined : self.length - 1;
  },
  addrange: (self, items) => {
    self.push(...(Array.isArray(items) ? items : [items]));
    return undefined;
  },
  clear: (self) => {
    self.length = 0;
    return undefined;
  },
  remove: (self, item) => {
    const index = self.findIndex((other) => isEqual(other, item, true));
    if (index >= 0) self.splice(index, 1);
    return undefined;
  },
  removeat: (self, index) => {
    self.splice(whole(index), 1);
    return undefined;
  },
  reverse: (self) => {
    self.reverse();
    return undefined;
  },
  toarray: (self) => [...self],
  clone: (self) => [...self],
  setvalue: (self, value, index) => {
    self[whole(index)] = value;
    return undefined;
  },
  insert: (self, index, item) => {
    self.splice(whole(index), 0, item);
    return undefined;
  },
  sort: (self) => {
    self.sort((a, b) => compareForSort(a, b));
    return undefined;
  },
  getlength: (self) => self.length,
  getupperbound: (self) => self.length - 1,
  lastindexof: (self, item) => self.findLastIndex((other) => isEqual(other, item, true)),
};

const propertyListMethods: Table<PropertyList> = {
  add: (self, info) => {
    self.addProperty(text(getProperty(info, 'Name')), getProperty(info, 'Value'));
    return undefined;
  },
  remove: (self, name) => {
    self.removeProperty(text(name));
    return undefined;
  },
  match: (self, pattern) => self.matching(text(pattern)),
};

const hashtableMethods: Table<Hashtable> = {
  add: (self, key, value) => {
    if (self.has(key)) throw new HostError('DuplicateKey', `The table has the key '${text(key)}' already.`);
    self.set(key, value);
    return undefined;
  },
  clear: (self) => {
    self.clear();
    return undefined;
  },
  contains: (self, key) => self.has(key),
  containskey: (self, key) => self.has(key),
  containsvalue: (self, value) => [...self.values()].some((other) => isEqual(other, value, true)),
  remove: (self, key) => {
    self.delete(key);
    return undefined;
  },
  getenumerator: (self) => [...self].map(([Name, Value]) => ({ Name, Key: Name, Value })),
  clone: (self) => new Hashtable(self),
};

const anyMethods: Table<unknown> = {
  tostring: (self, format) => (format === undefined ? text(self) : formatValueAs(self, text(format))),
  equals: (self, other) => isEqual(self, other, true),
  gettype: (self) => TypeValue.of(typeNameOf(self)),
  compareto: (self, other) => Math.sign(compare(self, other)),
  gethashcode: (self) => [...text(self)].reduce((hash, c) => (hash * 31 + c.charCodeAt(0)) | 0, 17),
};

const spanMethods: Table<TimeSpan> = {
  add: (self, other) => new TimeSpan(self.TotalMilliseconds + number(other)),
  subtract: (self, other) => new TimeSpan(self.TotalMilliseconds - number(other)),
  negate: (self) => new TimeSpan(-self.TotalMilliseconds),
  duration: (self) => new TimeSpan(Math.abs(self.TotalMilliseconds)),
  multiply: (self, factor) => new TimeSpan(self.TotalMilliseconds * number(factor)),
  divide: (self, divisor) =>
    divisor instanceof TimeSpan
      ? makeDouble(self.TotalMilliseconds / divisor.TotalMilliseconds)
      : new TimeSpan(self.TotalMilliseconds / number(divisor)),
};

const stopWatchMethods: Table<StopWatch> = {
  start: (self) => self.start(),
  stop: (self) => self.stop(),
  reset: (self) => self.reset(),
  restart: (self) => self.restart(),
};

const encodingMethods: Table<TextEncoding> = {
  getbytes: (self, value) => self.encode(text(value)),
  getstring: (self, bytes) =>
    self.decode(bytes instanceof Uint8Array ? bytes : Uint8Array.from(toArray(bytes), Number)),
  getbytecount: (self, value) => self.encode(text(value)).length,
};

function tableFor(value: unknown): Table<never> {
  if (typeof value === 'string') return stringMethods as Table<never>;
  if (value instanceof PropertyList) return propertyListMethods as Table<never>;
  if (Array.isArray(value)) return arrayMethods as Table<never>;
  if (value instanceof Date || value instanceof FileTime) return dateMethods as Table<never>;
  if (value instanceof Hashtable) return hashtableMethods as Table<never>;
  if (value instanceof TimeSpan) return spanMethods as Table<never>;
  if (value instanceof StopWatch) return stopWatchMethods as Table<never>;
  if (value instanceof TextEncoding) return encodingMethods as Table<never>;
  if (value instanceof Regex) return regexMethods as Table<never>;
  if (value instanceof RunningCommand) return runningCommandMethods as Table<never>;
  return {};
}

/** The names of the methods a value has, for completion and Get-Member. */
export function methodNames(value: unknown): string[] {
  const spelled: Readonly<Record<string, string>> = {
    tostring: 'ToString',
    equals: 'Equals',
    gettype: 'GetType',
    gethashcode: 'GetHashCode',
  };
  return [...Object.keys(tableFor(value)), ...Object.keys(anyMethods)].map((name) => spelled[name] ?? name);
}

/** Calls a method of a value; of an array without it, on every item. */
export function callMethod(self: unknown, name: string, args: unknown[]): unknown {
  if (self === null || self === undefined) {
    throw new HostError('InvokeMethodOnNull', `Cannot call ${name}() on null.`);
  }
  const key = name.toLowerCase();
  const own = tableFor(self);
  if (Object.hasOwn(own, key)) return (own[key] as Method<unknown>)(self, ...args);
  if (Array.isArray(self) && key !== 'gettype') return self.map((item) => callMethod(item, name, args));
  if (Object.hasOwn(anyMethods, key)) return anyMethods[key]!(self, ...args);
  const near = didYouMean(name, [...Object.keys(own), ...Object.keys(anyMethods), ...propertyNames(self)]);
  throw new HostError('MethodNotFound', `A ${typeNameOf(self)} has no method ${name}().${near}`);
}
