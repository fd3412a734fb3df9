// Progress on standard error: a bar on a terminal, lines of JSON on request, nothing otherwise.
import type { ProgressRecord } from './context.ts';
import { cellWidth, safeText, truncate } from './format/cell-text.ts';

export type ProgressMode = 'Bar' | 'Json' | 'None';

/** Shows what cmdlets report. */
export class ProgressDisplay {
  readonly #mode: ProgressMode;
  readonly #write: (text: string) => void;
  readonly #width: () => number;
  #shown = false;
  #lastDrawn = 0;

  constructor(mode: ProgressMode, write: (text: string) => void, width: () => number) {
    this.#mode = mode;
    this.#write = write;
    this.#width = width;
  }

  report(source: string, record: ProgressRecord): void {
    if (this.#mode === 'Json') this.#write(JSON.stringify({ Kind: 'Progress', Source: source, ...record }) + '\n');
    if (this.#mode !== 'Bar') return;
    if (record.Completed) {
      this.clear();
      return;
    }
    const now = Date.now();
    if (this.#shown && now - this.#lastDrawn < 50) return;
    this.#lastDrawn = now;
    this.#write('\r' + this.#line(record) + '\x1b[K');
    this.#shown = true;
  }

  /** Removes the bar, before anything else is written. */
  clear(): void {
    if (!this.#shown) return;
    this.#write('\r\x1b[K');
    this.#shown = false;
  }

  #line(record: ProgressRecord): string {
    const done = record.TotalBytes
      ? (record.CompletedBytes ?? 0) / record.TotalBytes
      : record.TotalItems
        ? (record.CompletedItems ?? 0) / record.TotalItems
        : undefined;
    const width = this.#width() - 1;
    const text = safeText([record.Activity, record.Phase].filter((part) => part).join(': '));
    if (done === undefined) return truncate(`${text} ${record.CompletedItems ?? ''}`.trimEnd(), width);
    const percent = `${(Math.min(1, Math.max(0, done)) * 100).toFixed(1).padStart(5)}%`;
    const title = truncate(text, Math.max(10, width - 40));
    const room = Math.max(5, Math.min(40, width - cellWidth(title) - percent.length - 4));
    const filled = Math.round(room * Math.min(1, done));
    return `${title} [${'='.repeat(filled)}${' '.repeat(room - filled)}] ${percent}`;
  }
}
