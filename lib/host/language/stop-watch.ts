// [Diagnostics.Stopwatch]: time as it passes.
import { TimeSpan } from '../value/time-span.ts';

/** Measures time from its start; Elapsed and its kin are read when asked for. */
export class StopWatch {
  #started: number | undefined;
  #before = 0;

  constructor(running = true) {
    if (running) this.start();
    const property = (name: string, get: () => unknown): void => {
      Object.defineProperty(this, name, { get, enumerable: true });
    };
    property('IsRunning', () => this.#started !== undefined);
    property('Elapsed', () => new TimeSpan(this.#milliseconds()));
    property('ElapsedMilliseconds', () => Math.trunc(this.#milliseconds()));
    property('ElapsedTicks', () => Math.trunc(this.#milliseconds() * 10_000));
  }

  #milliseconds(): number {
    return this.#before + (this.#started === undefined ? 0 : performance.now() - this.#started);
  }

  start(): void {
    this.#started ??= performance.now();
  }

  stop(): void {
    this.#before = this.#milliseconds();
    this.#started = undefined;
  }

  reset(): void {
    this.#before = 0;
    this.#started = undefined;
  }

  restart(): void {
    this.reset();
    this.start();
  }
}
