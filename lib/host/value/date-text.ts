// Dates as text: .NET's custom and standard format strings, in the invariant (en-US) culture and the local time zone.
import { FileTime } from '../../base/file-time.ts';
import { UtcDate } from './utc-date.ts';

const months = 'January February March April May June July August September October November December'.split(' ');
const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

const standard: Readonly<Record<string, string>> = {
  d: 'MM/dd/yyyy',
  D: 'dddd, dd MMMM yyyy',
  f: 'dddd, dd MMMM yyyy HH:mm',
  F: 'dddd, dd MMMM yyyy HH:mm:ss',
  g: 'MM/dd/yyyy HH:mm',
  G: 'MM/dd/yyyy HH:mm:ss',
  m: 'MMMM dd',
  M: 'MMMM dd',
  o: "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK",
  O: "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK",
  s: "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
  t: 'HH:mm',
  T: 'HH:mm:ss',
  u: "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
  y: 'yyyy MMMM',
  Y: 'yyyy MMMM',
};

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

function offsetText(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60), 2)}:${pad(size % 60, 2)}`;
}

function field(token: string, date: Date, ticks: number): string {
  const n = token.length;
  switch (token[0]) {
    case 'y':
      return n === 2 ? pad(date.getFullYear() % 100, 2) : pad(date.getFullYear(), n);
    case 'M':
      return n === 1
        ? String(date.getMonth() + 1)
        : n === 2
          ? pad(date.getMonth() + 1, 2)
          : n === 3
            ? months[date.getMonth()]!.slice(0, 3)
            : months[date.getMonth()]!;
    case 'd':
      return n === 1
        ? String(date.getDate())
        : n === 2
          ? pad(date.getDate(), 2)
          : n === 3
            ? days[date.getDay()]!.slice(0, 3)
            : days[date.getDay()]!;
    case 'H':
      return pad(date.getHours(), n);
    case 'h':
      return pad(date.getHours() % 12 || 12, n);
    case 'm':
      return pad(date.getMinutes(), n);
    case 's':
      return pad(date.getSeconds(), n);
    case 'f':
      return pad(ticks, 7).slice(0, n);
    case 'F':
      return pad(ticks, 7).slice(0, n).replace(/0+$/, '');
    case 't':
      return (date.getHours() < 12 ? 'AM' : 'PM').slice(0, n);
    case 'K':
      return date instanceof UtcDate ? 'Z' : offsetText(date);
    default: {
      const offset = offsetText(date);
      return n >= 3 ? offset : n === 2 ? offset.slice(0, 3) : offset.slice(0, 3).replace(/0(?=\d)/, '');
    }
  }
}

/** Formats a date by a .NET format string; a single letter is a standard format. */
export function formatDate(value: Date | FileTime, format: string): string {
  const date = value instanceof FileTime ? value.toDate() : value;
  if (Number.isNaN(date.getTime())) return value instanceof FileTime ? value.toString() : '';
  const ticks = value instanceof FileTime ? Number(value.Ticks % 10_000_000n) : date.getMilliseconds() * 10_000;
  const pattern = format.length === 1 ? (standard[format] ?? format) : format;
  return pattern.replace(
    /'([^']*)'|"([^"]*)"|\\(.)|%?(y+|M+|d+|H+|h+|m+|s+|f+|F+|t+|z+|K)/g,
    (_, single?: string, double?: string, escaped?: string, token?: string) =>
      single ?? double ?? escaped ?? field(token!, date, ticks),
  );
}

/** A date as tables and lists show it: `9/15/2018 8:58:42 AM`. */
export function displayDate(value: Date | FileTime): string {
  return formatDate(value, 'M/d/yyyy h:mm:ss tt');
}

/** Reads a date in ISO 8601 or the form `displayDate` writes; undefined for other text. */
export function parseDate(text: string): Date | undefined {
  const trimmed = text.trim();
  if (!/\d/.test(trimmed) || !/[-/: ,]/.test(trimmed)) return undefined;
  const timeAlone = /^(\d{1,2}):(\d\d)(?::(\d\d))?(?:\s*([ap])m)?$/i.exec(trimmed);
  if (timeAlone) return today(timeAlone);
  // JavaScript takes a bare ISO date for UTC; here it is local like all others.
  const date = new Date(/^\d{4}-\d{1,2}-\d{1,2}$/.test(trimmed) ? trimmed.replaceAll('-', '/') : trimmed);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function today([, hour, minute, second = '0', half]: RegExpExecArray): Date | undefined {
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
  if (hours > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return new Date(new Date().setHours(hours, Number(minute), Number(second), 0));
}
