// How DISM.exe lays out records: `Label : value` lines, or a table with ` | ` between columns.

/** A record of a cmdlet; which properties it has depends on the cmdlet. */
export type DismRecord = Readonly<Record<string, unknown>>;

/** One line of a list, one column of a table. */
export interface Field {
  readonly label: string;
  readonly value: (record: DismRecord) => string;
}

/** What a layout may know of the command line. */
export interface LayoutContext {
  /** The value of an option as it was written; empty when it was not given. */
  readonly valueOf: (option: string) => string;
  /** All values of an option as they were written, in their order. */
  readonly valuesOf: (option: string) => readonly string[];
}

/** How the records of a command are printed. */
export interface Layout {
  /** Lines before the work begins. */
  readonly opening?: (context: LayoutContext) => readonly string[];
  /** Lines before the records; `first` is undefined when there are none. */
  readonly heading?: (context: LayoutContext, first: DismRecord | undefined) => readonly string[];
  /** The lines of one record, printed as it arrives. */
  readonly record?: (record: DismRecord, context: LayoutContext) => readonly string[];
  /** The lines of all records, for what must know how many there are. Instead of `record`. */
  readonly whole?: (records: readonly DismRecord[], context: LayoutContext) => readonly string[];
  /** The columns of `/Format:Table`; without them there is only the list. */
  readonly columns?: readonly Field[];
  /** The error that it is when there are no records. */
  readonly nothing?: () => Error;
  /** Lines in the place of records when there are none. */
  readonly none?: readonly string[];
}

/** A field that shows a property as text. */
export function field(label: string, property: string, show: (value: unknown) => string = plain): Field {
  return { label, value: (record) => show(record[property]) };
}

/** A value as DISM prints it: nothing for what is missing. */
export function plain(value: unknown): string {
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.map(plain).join(', ') : String(value);
}

/** `Label : value` for each field. */
export function listLines(fields: readonly Field[], record: DismRecord): string[] {
  return fields.map(({ label, value }) => `${label} : ${value(record).replace(/\s*\r?\n\s*/g, ' ')}`);
}

/** A list of records with an empty line after each. */
export function listOf(fields: readonly Field[]): (record: DismRecord) => string[] {
  return (record) => [...listLines(fields, record), ''];
}

/** A table: a rule, the headings, a rule, the rows, each column as wide as its widest text; an empty line after. */
export function tableLines(columns: readonly Field[], records: readonly DismRecord[]): string[] {
  const rows = records.map((record) => columns.map(({ value }) => value(record)));
  const widths = columns.map(({ label }, at) =>
    rows.reduce((width, row) => Math.max(width, row[at]!.length), label.length),
  );
  const line = (cells: readonly string[]): string => cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ');
  const rule = widths.map((width) => '-'.repeat(width)).join(' | ');
  return [rule, line(columns.map(({ label }) => label)), rule, ...rows.map(line), ''];
}
