// The static members of the few types that have any: `[math]::Max(1, 2)`, `[datetime]::Now`. A fixed table, like that of
// the methods.
import { availableParallelism } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { FileTime } from '../../base/file-time.ts';
import { didYouMean } from '../binder/near-miss.ts';
import { HostError } from '../host-error.ts';
import { toNumber } from '../value/convert.ts';
import { roundHalfEven } from '../value/number.ts';
import { textOf } from '../value/text.ts';
import { TimeSpan } from '../value/time-span.ts';
import { formatValueAs } from './format-operator.ts';
import { moved } from './moved-date.ts';
import { escapeRegex } from './regex.ts';
import { castTo, rangeOfType, TypeValue } from './types.ts';

type Table = Readonly<Record<string, (self: unknown, ...args: unknown[]) => unknown>>;

const text = (value: unknown): string => textOf(value);
const number = (value: unknown): number => toNumber(value) ?? 0;
const whole = (value: unknown): number => roundHalfEven(number(value));

const maths: Table = {
  pi: () => Math.PI,
  e: () => Math.E,
  abs: (_, n) => Math.abs(number(n)),
  ceiling: (_, n) => Math.ceil(number(n)),
  floor: (_, n) => Math.floor(number(n)),
  truncate: (_, n) => Math.trunc(number(n)),
  max: (_, a, b) => Math.max(number(a), number(b)),
  min: (_, a, b) => Math.min(number(a), number(b)),
  pow: (_, a, b) => number(a) ** number(b),
  sqrt: (_, n) => Math.sqrt(number(n)),
  log: (_, n) => Math.log(number(n)),
  log10: (_, n) => Math.log10(number(n)),
  sign: (_, n) => Math.sign(number(n)),
  round: (_, n, digits) => {
    const scale = 10 ** (digits === undefined ? 0 : whole(digits));
    return roundHalfEven(number(n) * scale) / scale;
  },
};

const statics: Readonly<Record<string, Table>> = {
  math: maths,
  string: {
    join: (_, separator, ...items) =>
      (items.length === 1 && Array.isArray(items[0]) ? items[0] : items).map(text).join(text(separator)),
    isnullorempty: (_, value) => text(value) === '',
    isnullorwhitespace: (_, value) => text(value).trim() === '',
    format: (_, format, ...items) => formatValueAsAll(text(format), items),
    concat: (_, ...items) => items.map(text).join(''),
    empty: () => '',
    new: (_, c, count) => text(c).repeat(Math.min(whole(count ?? 1), 1_000_000)),
  },
  datetime: {
    parse: (_, value) => castTo('datetime', value),
    now: () => new Date(),
    utcnow: () => moved(new Date(), new Date().getTimezoneOffset() * 60_000),
    today: () => new Date(new Date().setHours(0, 0, 0, 0)),
    fromfiletime: (_, ticks) => new FileTime(BigInt(whole(ticks))),
    new: (_, year, month, day, hour = 0, minute = 0, second = 0) =>
      new Date(whole(year), whole(month) - 1, whole(day), whole(hour), whole(minute), whole(second)),
  },
  timespan: {
    fromdays: (_, n) => new TimeSpan(number(n) * 86_400_000),
    fromhours: (_, n) => new TimeSpan(number(n) * 3_600_000),
    fromminutes: (_, n) => new TimeSpan(number(n) * 60_000),
    fromseconds: (_, n) => new TimeSpan(number(n) * 1000),
    frommilliseconds: (_, n) => new TimeSpan(number(n)),
  },
  guid: { newguid: () => crypto.randomUUID(), empty: () => '00000000-0000-0000-0000-000000000000' },
  regex: { escape: (_, value) => escapeRegex(text(value)) },
  convert: {
    toint32: (_, value, base) =>
      base === undefined ? castTo('int', value) : Number.parseInt(text(value), whole(base)),
    toint64: (_, value, base) =>
      base === undefined ? castTo('long', value) : Number.parseInt(text(value), whole(base)),
    tostring: (_, value, base) => (base === undefined ? text(value) : number(value).toString(whole(base))),
    tobase64string: (_, bytes) =>
      Buffer.from((bytes instanceof Uint8Array ? bytes : [bytes].flat()) as Uint8Array).toString('base64'),
    frombase64string: (_, value) => new Uint8Array(Buffer.from(text(value), 'base64')),
  },
  'io.path': {
    combine: (_, ...parts) => join(...parts.map(text)),
    getfilename: (_, path) => basename(text(path)),
    getfilenamewithoutextension: (_, path) => basename(text(path), extname(text(path))),
    getextension: (_, path) => extname(text(path)),
    getdirectoryname: (_, path) => dirname(text(path)),
    getfullpath: (_, path) => resolve(text(path)),
  },
  environment: {
    newline: () => '\n',
    machinename: () => process.env.HOSTNAME ?? '',
    processorcount: () => availableParallelism(),
  },
  double: { maxvalue: () => Number.MAX_VALUE, minvalue: () => -Number.MAX_VALUE },
};

function formatValueAsAll(format: string, items: unknown[]): string {
  return format.replace(/\{(\d+)(?::([^}]*))?\}/g, (_, index: string, spec?: string) =>
    formatValueAs(items[Number(index)], spec ?? ''),
  );
}

/** Calls or reads a static member: `[math]::Max(1, 2)`, `[datetime]::Now`. */
export function callStatic(type: unknown, name: string, args: unknown[]): unknown {
  if (!(type instanceof TypeValue)) throw new HostError('NotAType', `'::' needs a type before it, such as [math].`);
  const key = type.Name.toLowerCase().replace(/^system\./, '');
  const table = Object.hasOwn(statics, key) ? statics[key]! : {};
  const member = name.toLowerCase();
  if (Object.hasOwn(table, member)) return table[member]!(undefined, ...args) ?? null;
  const range = rangeOfType(type.Name);
  if (range && (member === 'minvalue' || member === 'maxvalue')) return range[member === 'minvalue' ? 0 : 1];
  if (member === 'new') {
    if (/list|arraylist/i.test(type.Name)) return Array.isArray(args[0]) ? [...args[0]] : [];
    return castTo(type.Name, args[0] ?? null);
  }
  if (member === 'parse') return castTo(type.Name, args[0]);
  throw new HostError('MethodNotFound', `[${type.Name}] has no member ${name}.${didYouMean(name, Object.keys(table))}`);
}
