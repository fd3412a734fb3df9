// Prints the records of a command by its layout: as they arrive where each stands for itself, at the end where a table
// or a count needs all of them.
import { type DismRecord, type Layout, type LayoutContext, tableLines } from './layouts/layout.ts';

/** Receives records, writes lines. */
export class Report {
  readonly #layout: Layout;
  readonly #context: LayoutContext;
  readonly #table: boolean;
  readonly #line: (text: string) => void;
  readonly #kept: DismRecord[] = [];
  #begun = false;
  hadRecord = false;

  constructor(layout: Layout, context: LayoutContext, table: boolean, line: (text: string) => void) {
    this.#layout = layout;
    this.#context = context;
    this.#table = table && layout.columns !== undefined;
    this.#line = line;
  }

  /** Before the cmdlet runs. */
  open(): void {
    this.#write(this.#layout.opening?.(this.#context) ?? []);
  }

  add(record: DismRecord): void {
    this.hadRecord = true;
    if (this.#table || this.#layout.whole) {
      this.#kept.push(record);
      return;
    }
    this.#begin(record);
    this.#write(this.#layout.record?.(record, this.#context) ?? []);
  }

  /** After the last record. `complete`: nothing failed, so that no records means there are none. */
  end(complete: boolean): void {
    const { whole, columns, none } = this.#layout;
    if (this.hadRecord || this.#layout.nothing === undefined) this.#begin(this.#kept[0]);
    if (this.#kept.length > 0) {
      this.#write(this.#table ? tableLines(columns ?? [], this.#kept) : (whole?.(this.#kept, this.#context) ?? []));
    } else if (complete && !this.hadRecord) this.#write(none ?? []);
  }

  #begin(first: DismRecord | undefined): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#write(this.#layout.heading?.(this.#context, first) ?? []);
  }

  #write(lines: readonly string[]): void {
    for (const line of lines) this.#line(line);
  }
}
