// Dates moved by a span of time or of months.
import type { FileTime } from '../../base/file-time.ts';
import { toDate } from '../value/convert.ts';

/** A date some milliseconds later. */
export function moved(self: Date | FileTime, milliseconds: number): Date {
  return new Date(toDate(self)!.getTime() + milliseconds);
}

/** A date some months later: on the same day, or the month's last where it is shorter. */
export function movedMonths(self: Date | FileTime, months: number): Date {
  const date = new Date(toDate(self)!);
  const day = date.getDate();
  date.setDate(1);
  date.setMonth(date.getMonth() + months);
  date.setDate(Math.min(day, new Date(date.getFullYear(), date.getMonth() + 1, 0).getDate()));
  return date;
}
