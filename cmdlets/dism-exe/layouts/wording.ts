// The words and number formats of DISM.exe in English.
import { FileTime } from '../../../lib/base/file-time.ts';
import { plain } from './layout.ts';

/** `NotPresent` as DISM.exe prints it: `Not Present`. */
export function stateWords(value: unknown): string {
  const words = plain(value).replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
  return words.replace('Disabled With', 'Disabled with').replace('On Demand', 'OnDemand');
}

/** `Yes` and `No` for booleans. */
export function yesNo(value: unknown): string {
  return typeof value === 'boolean' ? (value ? 'Yes' : 'No') : plain(value);
}

/** `24,354,379,074 bytes`. */
export function byteCount(value: unknown): string {
  return typeof value === 'number' ? `${value.toLocaleString('en-US')} bytes` : plain(value);
}

function dateOf(value: unknown): Date | undefined {
  if (value instanceof FileTime) return value.toDate();
  return value instanceof Date ? value : undefined;
}

function timeText(date: Date, seconds: boolean): string {
  return date
    .toLocaleTimeString('en-US', {
      hour: 'numeric',
      minute: '2-digit',
      ...(seconds ? { second: '2-digit' } : {}),
      hour12: true,
    })
    .replace(/\s/g, ' ');
}

function dayText(date: Date): string {
  return `${date.getMonth() + 1}/${date.getDate()}/${date.getFullYear()}`;
}

/** A calendar date without a time, such as the date of a driver: `5/17/2024`. */
export function calendarDate(value: unknown): string {
  const date = dateOf(value);
  return date ? `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}` : plain(value);
}

/** A point in local time: `10/13/2016 6:26 PM`. */
export function shortTime(value: unknown): string {
  const date = dateOf(value);
  return date ? `${dayText(date)} ${timeText(date, false)}` : plain(value);
}

/** A point in local time as image descriptions show it: `3/6/2026 - 8:07:05 PM`. */
export function imageTime(value: unknown): string {
  const date = dateOf(value);
  return date ? `${dayText(date)} - ${timeText(date, true)}` : plain(value);
}

const architectures: Readonly<Record<string, string>> = {
  0: 'x86',
  5: 'arm',
  6: 'ia64',
  9: 'x64',
  11: 'neutral',
  12: 'arm64',
};

/** An architecture that may be given as PROCESSOR_ARCHITECTURE_*. */
export function architecture(value: unknown): string {
  return architectures[plain(value)] ?? plain(value);
}
