// The host's own failures: mistakes in how something was called (nothing has run), and two signals that unwind a
// pipeline without being failures at all.
import { DismError, type DismErrorDetails, type ErrorSymbol } from '../base/error.ts';

/** A place in a script. */
export interface SourceSpan {
  /** Offset of the first character. */
  readonly start: number;
  /** Offset after the last one. */
  readonly end: number;
}

export interface HostErrorDetails extends DismErrorDetails {
  readonly symbol?: ErrorSymbol;
  readonly span?: SourceSpan | undefined;
}

/** A wrong call or a wrong script. `ErrorId` is PowerShell's name of the condition and what tests assert on. */
export class HostError extends DismError {
  readonly ErrorId: string;
  span: SourceSpan | undefined;

  constructor(errorId: string, message: string, details: HostErrorDetails = {}) {
    super(details.symbol ?? 'InvalidParameter', message, details);
    this.ErrorId = errorId;
    this.span = details.span;
  }
}

/** Unwinds the stages before the one that needs no more input (`Select-Object -First`). Not a failure. */
export class StopUpstream extends Error {
  readonly stage: object;

  constructor(stage: object) {
    super('The pipeline needs no more input.');
    this.name = 'StopUpstream';
    this.stage = stage;
  }
}

/** Unwinds everything after Ctrl+C, Stop-Job or an aborted signal. Scripts cannot catch it. */
export class PipelineStopped extends DismError {
  constructor() {
    super('Cancelled', 'The pipeline was stopped.');
  }
}

/** Throws PipelineStopped once the signal is aborted. */
export function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new PipelineStopped();
}
