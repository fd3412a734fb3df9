// How a value reads inside a table or list, and how wide text is on a terminal.
import { FileTime } from '../../base/file-time.ts';
import { recordTypeOf } from '../record.ts';
import { displayDate } from '../value/date-text.ts';
import { Hashtable } from '../value/hashtable.ts';
import { textOf } from '../value/text.ts';

/** How many items of a list a cell shows. */
const enumerationLimit = 4;

/** A value as a cell. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) || value instanceof Uint8Array) {
    const shown = Array.from(value.slice(0, enumerationLimit), (item: unknown) => cellText(item));
    return `{${shown.join(', ')}${value.length > enumerationLimit ? '…' : ''}}`;
  }
  if (value instanceof Date || value instanceof FileTime) return displayDate(value);
  if (value instanceof Hashtable) {
    const entries = [...value].slice(0, enumerationLimit).map(([key, item]) => `[${textOf(key)}, ${cellText(item)}]`);
    return `{${entries.join(', ')}${value.size > enumerationLimit ? '…' : ''}}`;
  }
  if (typeof value === 'object' && recordTypeOf(value)) return String(value);
  return textOf(value);
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const zero = /\p{Mn}|\p{Me}|\p{Cf}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const control = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with one
const escapeSequences = /\x1b\[[0-9;]*m/g;

/** Text that cannot move a terminal's cursor: what comes from an image may hold anything. */
export function safeText(text: string): string {
  return text.replace(control, '\ufffd');
}

/** How many cells text takes. */
export function cellWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const c of text.replace(escapeSequences, '')) width += wide.test(c) ? 2 : zero.test(c) ? 0 : 1;
  return width;
}

/** Text cut to a width, with an ellipsis where something is missing. */
export function truncate(text: string, width: number): string {
  if (cellWidth(text) <= width) return text;
  if (width <= 1) return width === 1 ? '…' : '';
  let result = '';
  let used = 0;
  for (const c of text) {
    used += cellWidth(c);
    if (used > width - 1) break;
    result += c;
  }
  return result + '…';
}

/** Text filled with blanks to a width. */
export function pad(text: string, width: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - cellWidth(text)));
  return align === 'right' ? blanks + text : text + blanks;
}

/** Text in pieces of at most a width. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (cellWidth(line) <= width) {
      lines.push(line);
      continue;
    }
    let current = '';
    let used = 0;
    for (const c of line) {
      const w = cellWidth(c);
      if (used + w > width) {
        lines.push(current);
        current = '';
        used = 0;
      }
      current += c;
      used += w;
    }
    lines.push(current);
  }
  return lines;
}

/** A size as Microsoft's module prints it: `16,463,606,406 bytes`. */
export function formatBytes(value: unknown): string {
  return `${textOf(value).replace(/\B(?=(\d{3})+$)/g, ',')} bytes`;
}
