// What a run prints: the banner once, lines, errors; under /Quiet nothing but errors.
import { type Failure, failureLines } from './failure.ts';

/** Where the text goes. */
export interface DismOutput {
  /** Standard output: reports, and errors as well, where scripts of DISM.exe look for them. */
  readonly write: (text: string) => void;
  /** Standard error: what was left out. */
  readonly warn: (text: string) => void;
  readonly isTerminal: boolean;
  readonly lineEnd: '\n' | '\r\n';
  /** Shown in the banner. */
  readonly version: string;
}

/** The console of one run. */
export class DismConsole {
  quiet = false;
  readonly #output: DismOutput;

  constructor(output: DismOutput) {
    this.#output = output;
  }

  /** The first lines of every run. */
  banner(): void {
    const { version } = this.#output;
    for (const text of ['', 'Deployment Image Servicing and Management tool', `Version: ${version}`, ''])
      this.line(text);
  }

  readonly line = (text: string): void => {
    if (!this.quiet) this.#always(text);
  };

  /** Text without a line end. */
  readonly print = (text: string): void => {
    if (!this.quiet) this.#output.write(text);
  };

  readonly warn = (text: string): void => {
    if (!this.quiet) this.#output.warn(`Warning: ${text}\n`);
  };

  /** An error, with the place of the log. */
  fail(failure: Failure, logPath: string): void {
    for (const text of failureLines(failure, logPath)) this.#always(text);
  }

  #always(text: string): void {
    this.#output.write(text + this.#output.lineEnd);
  }
}
