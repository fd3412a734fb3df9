// Dates by the format of the Unix command date: what Get-Date -UFormat takes.
import { formatDate } from './date-text.ts';

/** .NET's format for each letter that has one. */
const formats: Readonly<Record<string, string>> = {
  A: 'dddd',
  a: 'ddd',
  B: 'MMMM',
  b: 'MMM',
  c: 'ddd dd MMM yyyy HH:mm:ss',
  D: 'MM/dd/yy',
  d: 'dd',
  F: 'yyyy-MM-dd',
  H: 'HH',
  h: 'MMM',
  I: 'hh',
  M: 'mm',
  m: 'MM',
  p: 'tt',
  R: 'HH:mm',
  r: 'hh:mm:ss tt',
  S: 'ss',
  T: 'HH:mm:ss',
  X: 'HH:mm:ss',
  x: 'MM/dd/yy',
  Y: 'yyyy',
  y: 'yy',
  Z: 'zz',
};

/** A date by a format such as `%Y-%m-%d`; letters without a meaning stay as they are. */
export function formatUnixDate(date: Date, format: string): string {
  const day = Math.floor(
    (Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 0)) / 86_400_000,
  );
  const computed: Readonly<Record<string, string>> = {
    C: String(Math.floor(date.getFullYear() / 100)),
    e: String(date.getDate()).padStart(2),
    j: String(day).padStart(3, '0'),
    k: String(date.getHours()).padStart(2),
    l: String(date.getHours() % 12 || 12).padStart(2),
    n: '\n',
    s: String(Math.floor(date.getTime() / 1000)),
    t: '\t',
    u: String(date.getDay() || 7),
    w: String(date.getDay()),
    '%': '%',
  };
  return format.replace(/%(.)/g, (written, letter: string) =>
    Object.hasOwn(formats, letter) ? formatDate(date, formats[letter]!) : (computed[letter] ?? written),
  );
}
