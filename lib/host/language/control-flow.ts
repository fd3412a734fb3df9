// The signals of break, continue, return and exit: thrown to unwind, never errors, never caught by a script's catch.

/** break and continue, with the loop's label or an empty one. */
export class LoopSignal {
  readonly kind: 'break' | 'continue';
  readonly label: string;

  constructor(kind: 'break' | 'continue', label: string) {
    this.kind = kind;
    this.label = label.toLowerCase();
  }

  /** Whether it is for the loop with this label. */
  isFor(label: string): boolean {
    return this.label === '' || this.label === label.toLowerCase();
  }
}

/** return: its value is already emitted. */
export class ReturnSignal {}

/** exit: ends the script with a status. */
export class ExitSignal {
  readonly status: number;

  constructor(status: number) {
    this.status = status;
  }
}

/** Whether something thrown is a signal rather than a failure. */
export function isSignal(thrown: unknown): boolean {
  return thrown instanceof LoopSignal || thrown instanceof ReturnSignal || thrown instanceof ExitSignal;
}
