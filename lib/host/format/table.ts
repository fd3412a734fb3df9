// Tables: the first rows decide the widths, then rows are written as they come.
import { chain, forEach, type MaybePromise } from '../maybe-promise.ts';
import { isNumeric } from '../value/typed-number.ts';
import { cellWidth, pad, truncate, wrap } from './cell-text.ts';
import type { Column } from './view.ts';

export type WriteLine = (line: string) => MaybePromise<void>;

export interface TableOptions {
  readonly width: number;
  readonly color: boolean;
  /** Hold all rows until the end, so every column is as wide as its widest cell. */
  readonly autoSize?: boolean;
  readonly wrap?: boolean;
  readonly hideHeaders?: boolean;
}

/** Rows that are looked at before the widths are fixed. */
const sampleRows = 200;

interface Layout {
  readonly columns: readonly Column[];
  readonly widths: readonly number[];
  readonly aligns: readonly ('left' | 'right')[];
}

/** Makes the widths fit: the widest columns give way first; the last columns fall off when nothing else helps. */
function fitWidths(natural: readonly number[], available: number): number[] {
  const widths = [...natural];
  const total = (): number => widths.reduce((sum, width) => sum + width, 0) + widths.length - 1;
  const least = 5;
  while (total() > available) {
    const widest = Math.max(...widths);
    if (widest <= least) {
      if (widths.length === 1) return [Math.max(1, available)];
      widths.pop();
      continue;
    }
    const second = Math.max(least, ...widths.filter((width) => width < widest));
    const share = widths.filter((width) => width === widest).length;
    const excess = total() - available;
    const cut = Math.max(1, Math.min(widest - second || 1, Math.ceil(excess / share)));
    for (let i = 0, left = excess; i < widths.length && left > 0; i++) {
      if (widths[i] !== widest) continue;
      widths[i] = widest - Math.min(cut, left);
      left -= cut;
    }
  }
  return widths;
}

/** Writes one table. */
export class TableWriter {
  readonly #columns: readonly Column[];
  readonly #options: TableOptions;
  readonly #write: WriteLine;
  #held: unknown[] | undefined = [];
  #layout: Layout | undefined;

  constructor(columns: readonly Column[], options: TableOptions, write: WriteLine) {
    this.#columns = columns;
    this.#options = options;
    this.#write = write;
  }

  /** Adds a row. */
  row(item: unknown): MaybePromise<void> {
    if (!this.#held) return this.#line(item);
    this.#held.push(item);
    if (!this.#options.autoSize && this.#held.length >= sampleRows) return this.#release();
  }

  /** Writes what is held and ends the table with an empty line. */
  end(): MaybePromise<void> {
    return chain(this.#release(), () => this.#write(''));
  }

  #release(): MaybePromise<void> {
    const rows = this.#held;
    if (!rows) return;
    this.#held = undefined;
    const cells = rows.map((item) => this.#columns.map((column) => column.text(item)));
    const natural = this.#columns.map((column, i) =>
      Math.max(
        1,
        column.width ??
          Math.max(cellWidth(column.label), ...cells.map((row) => Math.max(...row[i]!.split('\n').map(cellWidth)))),
      ),
    );
    const widths = fitWidths(natural, this.#options.width);
    const columns = this.#columns.slice(0, widths.length);
    const aligns = columns.map((column) => {
      if (column.align) return column.align;
      const first = rows.map((item) => column.value(item)).find((value) => value !== null && value !== undefined);
      return isNumeric(first) ? 'right' : 'left';
    });
    this.#layout = { columns, widths, aligns };
    return chain(this.#header(), () => forEach(rows, (item) => this.#line(item)));
  }

  #join(parts: readonly string[]): string {
    return parts.join(' ').trimEnd();
  }

  #header(): MaybePromise<void> {
    const { columns, widths, aligns } = this.#layout!;
    if (this.#options.hideHeaders) return;
    const labels = columns.map(({ label }) => label);
    const paint = (line: string): string => (this.#options.color ? `\x1b[32;1m${line}\x1b[0m` : line);
    const titles = labels.map((label, i) => pad(truncate(label, widths[i]!), widths[i]!, aligns[i]!));
    const rules = labels.map((label, i) =>
      pad('-'.repeat(Math.min(cellWidth(label), widths[i]!)), widths[i]!, aligns[i]!),
    );
    return chain(this.#write(paint(this.#join(titles))), () => this.#write(paint(this.#join(rules))));
  }

  #line(item: unknown): MaybePromise<void> {
    const { columns, widths, aligns } = this.#layout!;
    const cells = columns.map((column) => column.text(item));
    if (!this.#options.wrap) {
      const parts = cells.map((cell, i) =>
        pad(truncate(cell.replace(/\s*\r?\n\s*/g, ' '), widths[i]!), widths[i]!, aligns[i]!),
      );
      return this.#write(this.#join(parts));
    }
    const wrapped = cells.map((cell, i) => wrap(cell, widths[i]!));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    const lines = Array.from({ length: height }, (_, at) =>
      this.#join(wrapped.map((own, i) => pad(own[at] ?? '', widths[i]!, aligns[i]!))),
    );
    return forEach(lines, this.#write);
  }
}
