// Dates moved by a span of time or of months.
import { FileTime } from '../../base/file-time.ts';
import { toDate } from '../value/convert.ts';
import { sameKind } from '../value/utc-date.ts';

/** A point in time some milliseconds later; one that keeps 100 ns still does. */
export function moved(self: Date | FileTime, milliseconds: number): Date | FileTime {
  if (self instanceof FileTime) return new FileTime(self.Ticks + BigInt(Math.round(milliseconds * 10_000)));
  return sameKind(self, self.getTime() + milliseconds);
}

/** A date some months later: on the same day, or the month's last where it is shorter. */
export function movedMonths(self: Date | FileTime, months: number): Date {
  const before = toDate(self)!;
  const date = sameKind(before, before.getTime());
  const day = date.getDate();
  date.setDate(1);
  date.setMonth(date.getMonth() + months);
  const last = sameKind(before, date.getTime());
  last.setMonth(last.getMonth() + 1, 0);
  date.setDate(Math.min(day, last.getDate()));
  return date;
}
