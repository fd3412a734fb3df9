// Lists: one property a line, labels padded to the longest.
import { forEach, type MaybePromise } from '../maybe-promise.ts';
import { cellWidth, pad, wrap } from './cell-text.ts';
import type { WriteLine } from './table.ts';
import type { Column } from './view.ts';

/** Writes one record as a list, ended by an empty line. `width` wraps long values; Infinity leaves them whole. */
export function writeList(
  item: unknown,
  columns: readonly Column[],
  width: number,
  write: WriteLine,
): MaybePromise<void> {
  const label = Math.max(...columns.map((column) => cellWidth(column.label)));
  const indent = ' '.repeat(label + 3);
  const lines: string[] = [];
  for (const column of columns) {
    const [first = '', ...rest] = wrap(column.text(item), Math.max(10, width - indent.length));
    lines.push(`${pad(column.label, label, 'left')} : ${first}`.trimEnd());
    // An empty value keeps its colon.
    if (first === '') lines[lines.length - 1] = `${pad(column.label, label, 'left')} :`;
    for (const line of rest) lines.push((indent + line).trimEnd());
  }
  lines.push('');
  return forEach(lines, write);
}
