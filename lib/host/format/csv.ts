// CSV as PowerShell writes and reads it: quoted fields, doubled quotes, the first line names the columns.

import { setOwn } from '../value/hashtable.ts';
import { getProperty, propertyNames } from '../value/property.ts';
import { textOf } from '../value/text.ts';

export interface CsvOptions {
  readonly delimiter: string;
  readonly quotes: 'Always' | 'AsNeeded' | 'Never';
  /** Only these columns are quoted, in lower case; absent: by `quotes`. */
  readonly quotedColumns?: ReadonlySet<string> | undefined;
}

function field(text: string, column: string, options: CsvOptions): string {
  const needs = options.quotedColumns
    ? options.quotedColumns.has(column.toLowerCase())
    : options.quotes === 'Always' ||
      (options.quotes === 'AsNeeded' && (text.includes(options.delimiter) || /["\r\n]/.test(text)));
  return needs ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What -QuoteFields asks for. */
export function quotedColumns(names: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return names && new Set(names.map((name) => name.toLowerCase()));
}

/** The names of the columns of a record. */
export function csvColumns(item: unknown): readonly string[] {
  return propertyNames(item);
}

/** The line with the columns' names. */
export function csvHeader(columns: readonly string[], options: CsvOptions): string {
  return columns.map((column) => field(column, column, options)).join(options.delimiter);
}

/** The line of a record; null is an empty field without quotes. */
export function csvLine(item: unknown, columns: readonly string[], options: CsvOptions): string {
  return columns
    .map((column) => {
      const value = getProperty(item, column);
      return value === null || value === undefined ? '' : field(textOf(value), column, options);
    })
    .join(options.delimiter);
}

/** Splits CSV text into rows of fields; line ends inside quotes belong to the field. */
export function parseCsv(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let current = '';
  let quoted = false;
  let started = false;
  const endField = (): void => {
    row.push(current);
    current = '';
    started = false;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c !== '"') current += c;
      else if (text[i + 1] === '"') {
        current += '"';
        i++;
      } else quoted = false;
    } else if (c === '"' && !started) {
      quoted = true;
      started = true;
    } else if (text.startsWith(delimiter, i)) {
      endField();
      i += delimiter.length - 1;
    } else if (c === '\n' || c === '\r') {
      if (c === '\r' && text[i + 1] === '\n') i++;
      endField();
      rows.push(row);
      row = [];
    } else {
      current += c;
      started = true;
    }
  }
  if (current !== '' || row.length > 0) {
    endField();
    rows.push(row);
  }
  return rows.filter((cells) => cells.length > 1 || cells[0] !== '');
}

/** The records of CSV text. */
export function csvRecords(text: string, delimiter: string, header?: readonly string[]): Record<string, unknown>[] {
  const rows = parseCsv(text.replace(/^\ufeff/, ''), delimiter);
  if (rows[0]?.[0]?.startsWith('#TYPE ')) rows.shift();
  const columns = header ?? rows.shift() ?? [];
  return rows.map((cells) => {
    const record: Record<string, unknown> = {};
    columns.forEach((column, i) => {
      setOwn(record, column === '' ? `H${i + 1}` : column, cells[i] ?? null);
    });
    return record;
  });
}
