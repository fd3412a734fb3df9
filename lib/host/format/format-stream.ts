// Turns the values at the end of a pipeline into lines: text as it is, records by their views, one table for a run of
// records of one type.

import { chain, forEach, type MaybePromise } from '../maybe-promise.ts';
import { writeList } from './list.ts';
import { isScalarDate, scalarText } from './scalar-text.ts';
import { TableWriter, type WriteLine } from './table.ts';
import type { Column } from './view.ts';
import { columnsOf, groupKey, isScalar, rowsOf, shapeOf } from './view.ts';

export interface FormatOptions {
  readonly width: number;
  /** Where long values of a list break; `width` unless given. */
  readonly listWidth?: number;
  readonly color: boolean;
}

/** Lines that a Format- cmdlet has made; printed as they are. */
export class FormattedLines {
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    this.lines = lines;
  }
  toString(): string {
    return this.lines.join('\n');
  }
}

/** Receives values, writes lines. */
export class FormatStream {
  readonly #options: FormatOptions;
  readonly #write: WriteLine;
  #group = '';
  #table: TableWriter | undefined;
  #columns: readonly Column[] = [];

  constructor(options: FormatOptions, write: WriteLine) {
    this.#options = options;
    this.#write = write;
  }

  /** Formats one value. */
  write(value: unknown): MaybePromise<void> {
    if (value === null || value === undefined) return;
    if (value instanceof FormattedLines) return chain(this.#close(), () => forEach(value.lines, this.#write));
    if (Array.isArray(value)) return forEach(value, (item) => this.write(item));
    if (isScalar(value) || isScalarDate(value))
      return chain(this.#close(), () => forEach(scalarText(value).split(/\r?\n/), this.#write));
    const group = groupKey(value);
    const shape = shapeOf(value);
    const start = (): MaybePromise<void> => {
      if (group === this.#group) return;
      return chain(this.#close(), () => {
        this.#group = group;
        this.#columns = columnsOf(value, shape);
        this.#table = shape === 'table' ? new TableWriter(this.#columns, this.#options, this.#write) : undefined;
        return this.#write('');
      });
    };
    return chain(start(), () => {
      const table = this.#table;
      if (table) return forEach(rowsOf(value), (row) => table.row(row));
      return writeList(value, this.#columns, this.#options.listWidth ?? this.#options.width, this.#write);
    });
  }

  /** Finishes what is open. */
  end(): MaybePromise<void> {
    return this.#close();
  }

  #close(): MaybePromise<void> {
    const table = this.#table;
    this.#table = undefined;
    this.#group = '';
    return table?.end();
  }
}
