// Values that stand alone on a line.
import { FileTime } from '../../base/file-time.ts';
import { formatDate } from '../value/date-text.ts';
import { textOf } from '../value/text.ts';
import { safeText } from './cell-text.ts';

/** Whether a value is a date, which prints as one line although it has properties. */
export function isScalarDate(value: unknown): value is Date | FileTime {
  return value instanceof Date || value instanceof FileTime;
}

/** The text of a value that stands alone. */
export function scalarText(value: unknown): string {
  if (isScalarDate(value)) return formatDate(value, 'dddd, MMMM d, yyyy h:mm:ss tt');
  return safeText(textOf(value));
}
