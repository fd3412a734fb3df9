// The -f operator: .NET composite formatting, `'{0,-10:N2}' -f $x`, in the invariant culture.
import { FileTime } from '../../base/file-time.ts';
import { HostError } from '../host-error.ts';
import { arithmetic } from '../value/arithmetic.ts';
import { formatDate } from '../value/date-text.ts';
import type { Decimal } from '../value/decimal.ts';
import { Guid } from '../value/guid.ts';
import { formatNumber } from '../value/number.ts';
import { textOf } from '../value/text.ts';
import { formatTimeSpan, TimeSpan } from '../value/time-span.ts';
import { isIntegerType, isNumeric, type Numeric, numberTypeOf, toDecimal, toWhole } from '../value/typed-number.ts';

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** The digits of a number with so many places, halves away from zero as .NET writes them. */
function digitsOf(value: Numeric, places: number): string {
  const exact = typeof value === 'number' ? undefined : exactDecimal(value);
  if (exact) return exact.round(places, true).toString().replace('-', '') + missingPlaces(exact.scale, places);
  const magnitude = Math.abs(Number(value));
  return magnitude >= 1e21 ? BigInt(magnitude).toString() + missingPlaces(0, places) : magnitude.toFixed(places);
}

function exactDecimal(value: Numeric): Decimal | undefined {
  return isIntegerType(numberTypeOf(value)) || numberTypeOf(value) === 'Decimal' ? toDecimal(value) : undefined;
}

function missingPlaces(has: number, wants: number): string {
  return has >= wants ? '' : (has === 0 ? '.' : '') + '0'.repeat(wants - has);
}

function fixed(value: Numeric, decimals: number, group: boolean): string {
  const text = digitsOf(value, Math.min(decimals, 99));
  const [whole, fraction] = text.split('.');
  const body = (group ? grouped(whole!) : whole!) + (fraction === undefined ? '' : '.' + fraction);
  return Number(value) < 0 && /[1-9]/.test(body) ? '-' + body : body;
}

/** Custom patterns such as `0.00`, `#,##0`, `000`. */
function customNumber(value: number, pattern: string): string {
  const sections = pattern.split(';');
  if (value < 0 && sections[1]) return customNumber(-value, sections[1]);
  if (value === 0 && sections[2]) return customNumber(0, sections[2]).replace('0', '') || sections[2];
  const section = sections[0]!;
  const match = /[0#][0#,]*(?:\.[0#]+)?|\.[0#]+/.exec(section);
  if (!match) return section;
  const percent = section.includes('%');
  const [wholePattern = '', fractionPattern = ''] = match[0].split('.');
  const magnitude = Math.abs(percent ? value * 100 : value);
  let [whole = '0', fraction = ''] = magnitude.toFixed(fractionPattern.length).split('.');
  const least = fractionPattern.lastIndexOf('0') + 1;
  while (fraction.length > least && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  whole = whole.padStart(wholePattern.replace(/[^0]/g, '').length, '0');
  if (whole === '0' && !wholePattern.includes('0')) whole = '';
  if (wholePattern.includes(',')) whole = grouped(whole);
  const body = whole + (fraction === '' ? '' : '.' + fraction);
  const text = section.slice(0, match.index) + body + section.slice(match.index + match[0].length);
  return (value < 0 ? '-' : '') + text.replace(/['"]/g, '');
}

const integersOnly = (format: string): HostError =>
  new HostError('FormatError', `The format '${format}' is for whole numbers only.`);

function hexadecimal(value: Numeric, format: string, base: 2 | 16, digits: number): string {
  const type = numberTypeOf(value);
  if (!isIntegerType(type)) throw integersOnly(format);
  const whole = toWhole(value)!;
  const width = /64|Big/.test(type) ? 64 : /16/.test(type) ? 16 : /Byte/.test(type) ? 8 : 32;
  return (whole < 0n ? BigInt.asUintN(width, whole) : whole).toString(base).padStart(digits, '0');
}

/** A number by a .NET format string. */
export function formatNumberAs(value: Numeric, format: string): string {
  const standard = /^([a-z])(\d{0,2})$/i.exec(format);
  const number = Number(value);
  if (!Number.isFinite(number)) return textOf(value);
  if (!standard) return customNumber(number, format);
  const digits = standard[2] === '' ? undefined : Number(standard[2]);
  const letter = standard[1]!;
  switch (letter.toUpperCase()) {
    case 'C':
      return number < 0
        ? `-$${fixed(value, digits ?? 2, true).replace('-', '')}`
        : '$' + fixed(value, digits ?? 2, true);
    case 'D': {
      if (!isIntegerType(numberTypeOf(value))) throw integersOnly(format);
      const text = textOf(value)
        .replace('-', '')
        .padStart(digits ?? 0, '0');
      return number < 0 ? '-' + text : text;
    }
    case 'E': {
      const [mantissa, exponent] = number.toExponential(digits ?? 6).split('e');
      return `${mantissa}${letter}${exponent!.startsWith('-') ? '-' : '+'}${exponent!.slice(1).padStart(3, '0')}`;
    }
    case 'F':
      return fixed(value, digits ?? 2, false);
    case 'G':
      return digits ? general(number, digits) : textOf(value);
    case 'N':
      return fixed(value, digits ?? 2, true);
    case 'P':
      return fixed(typeof value === 'number' ? value * 100 : arithmetic('*', value, 100), digits ?? 2, true) + '%';
    case 'R':
      return textOf(value);
    case 'X': {
      const text = hexadecimal(value, format, 16, digits ?? 0);
      return letter === 'X' ? text.toUpperCase() : text;
    }
    case 'B':
      return hexadecimal(value, format, 2, digits ?? 0);
    default:
      throw new HostError('FormatError', `'${format}' is not a number format.`);
  }
}

/** So many significant digits, with an exponent where that is shorter. */
function general(value: number, digits: number): string {
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
  const power = Number(exponent);
  const trimmed = mantissa!.includes('.') ? mantissa!.replace(/\.?0+$/, '') : mantissa!;
  if (power >= digits || power < -5)
    return `${trimmed}E${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  return formatNumber(Number(value.toPrecision(digits)));
}

/** Any value by a .NET format string. */
export function formatValueAs(value: unknown, format: string): string {
  if (format === '') return textOf(value);
  if (isNumeric(value)) return formatNumberAs(value, format);
  if (value instanceof TimeSpan) return formatTimeSpan(value, format);
  if (value instanceof Guid) return value.format(format);
  if (value instanceof Date || value instanceof FileTime) return formatDate(value, format);
  return textOf(value);
}

/** `format -f items`. */
export function formatOperator(format: string, items: readonly unknown[]): string {
  let result = '';
  for (let i = 0; i < format.length; i++) {
    const c = format[i]!;
    if ((c === '{' || c === '}') && format[i + 1] === c) {
      result += c;
      i++;
    } else if (c === '{') {
      const close = format.indexOf('}', i);
      const match =
        close < 0 ? null : /^(\d+)\s*(?:,\s*(-?\d{1,4}))?\s*(?::(.*))?$/s.exec(format.slice(i + 1, close).trim());
      if (!match) throw new HostError('FormatError', `The format '${format}' is not valid at position ${i + 1}.`);
      const index = Number(match[1]);
      if (index >= items.length) {
        throw new HostError(
          'FormatError',
          `The format '${format}' wants item {${index}}, but there are only ${items.length}.`,
        );
      }
      const text = formatValueAs(items[index], match[3] ?? '');
      const width = Number(match[2] ?? 0);
      result += width < 0 ? text.padEnd(-width) : text.padStart(width);
      i = close;
    } else if (c === '}') throw new HostError('FormatError', `The format '${format}' has a '}' too many.`);
    else result += c;
  }
  return result;
}
