// The -f operator: .NET composite formatting, `'{0,-10:N2}' -f $x`, in the invariant culture.
import { FileTime } from '../../base/file-time.ts';
import { HostError } from '../host-error.ts';
import { formatDate } from '../value/date-text.ts';
import { formatNumber, roundHalfEven } from '../value/number.ts';
import { textOf } from '../value/text.ts';

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

function fixed(value: number, decimals: number, group: boolean): string {
  const text = Math.abs(value).toFixed(Math.min(decimals, 99));
  const [whole, fraction] = text.split('.');
  const body = (group ? grouped(whole!) : whole!) + (fraction === undefined ? '' : '.' + fraction);
  return value < 0 && /[1-9]/.test(body) ? '-' + body : body;
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

/** A number by a .NET format string. */
export function formatNumberAs(value: number, format: string): string {
  const standard = /^([a-z])(\d{0,2})$/i.exec(format);
  if (!standard) return customNumber(value, format);
  const digits = standard[2] === '' ? undefined : Number(standard[2]);
  switch (standard[1]!.toUpperCase()) {
    case 'C':
      return (value < 0 ? '-' : '') + '$' + fixed(Math.abs(value), digits ?? 2, true);
    case 'D': {
      const text = String(Math.abs(Math.trunc(value))).padStart(digits ?? 0, '0');
      return value < 0 ? '-' + text : text;
    }
    case 'E': {
      const [mantissa, exponent] = value.toExponential(digits ?? 6).split('e');
      const letter = standard[1]!;
      return `${mantissa}${letter}${exponent!.startsWith('-') ? '-' : '+'}${exponent!.slice(1).padStart(3, '0')}`;
    }
    case 'F':
      return fixed(value, digits ?? 2, false);
    case 'G':
      return digits ? formatNumber(Number(value.toPrecision(digits))) : formatNumber(value);
    case 'N':
      return fixed(value, digits ?? 2, true);
    case 'P':
      return fixed(value * 100, digits ?? 2, true) + '%';
    case 'R':
      return formatNumber(value);
    case 'X': {
      const whole = BigInt(roundHalfEven(value));
      const text = (whole < 0n ? BigInt.asUintN(whole < -0x80000000n ? 64 : 32, whole) : whole)
        .toString(16)
        .padStart(digits ?? 0, '0');
      return standard[1] === 'X' ? text.toUpperCase() : text;
    }
    case 'B':
      return BigInt(roundHalfEven(value))
        .toString(2)
        .padStart(digits ?? 0, '0');
    default:
      throw new HostError('FormatError', `'${format}' is not a number format.`);
  }
}

/** Any value by a .NET format string. */
export function formatValueAs(value: unknown, format: string): string {
  if (format === '') return textOf(value);
  if (typeof value === 'number') return formatNumberAs(value, format);
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
