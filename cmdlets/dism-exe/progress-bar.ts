// The progress bar of DISM.exe: 58 cells between brackets, the percentage written over their middle. On a terminal one
// line drawn again and again, elsewhere a line for each whole percent.
import type { ProgressRecord } from '../../lib/host/context.ts';

const cells = 58;

/** The bar for a fraction from 0 to 1. */
export function barText(fraction: number): string {
  const percent = `${(fraction * 100).toFixed(1)}%`;
  const filled = Math.floor(fraction * cells);
  const bar = '='.repeat(filled).padEnd(cells);
  const start = Math.ceil((cells - percent.length) / 2);
  return `[${bar.slice(0, start)}${percent}${bar.slice(start + percent.length)}]`;
}

/** Shows how far one command is. It never goes back, whatever phases the work has. */
export class ProgressBar {
  readonly #write: (text: string) => void;
  readonly #isTerminal: boolean;
  readonly #lineEnd: string;
  #shown = -1;
  #open = false;

  constructor(write: (text: string) => void, isTerminal: boolean, lineEnd: string) {
    this.#write = write;
    this.#isTerminal = isTerminal;
    this.#lineEnd = lineEnd;
  }

  report({ CompletedBytes, TotalBytes, CompletedItems, TotalItems, Completed }: ProgressRecord): void {
    if (Completed) return;
    const done = TotalBytes
      ? (CompletedBytes ?? 0) / TotalBytes
      : TotalItems
        ? (CompletedItems ?? 0) / TotalItems
        : undefined;
    // The last step is shown by finish: only then is the work really done.
    if (done !== undefined) this.#draw(Math.min(0.999, Math.max(0, done)));
  }

  /** The work is done. */
  finish(): void {
    this.#draw(1);
    this.end();
  }

  /** Leaves the line of the bar, before anything else is written. */
  end(): void {
    if (this.#open) this.#write(this.#lineEnd);
    this.#open = false;
  }

  #draw(fraction: number): void {
    const step = Math.floor(fraction * (this.#isTerminal ? 1000 : 100));
    if (step <= this.#shown) return;
    this.#shown = step;
    this.#write(this.#isTerminal ? `\r${barText(fraction)} ` : barText(fraction) + this.#lineEnd);
    this.#open = this.#isTerminal;
  }
}
