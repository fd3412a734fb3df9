// ErrorRecord: what `$_` is in a catch block and what `$Error` holds. It wraps whatever was thrown together with
// where in the script it happened.
import { formatHResult, isDismError } from '../base/error.ts';
import { HostError, PipelineStopped } from './host-error.ts';

/** The `Exception` a script sees. */
export interface ExceptionView {
  readonly Message: string;
  readonly HResult: number;
  readonly TypeName: string;
  readonly InnerException: ExceptionView | null;
}

/** Where an error happened, as a script sees it. */
export interface InvocationInfo {
  readonly MyCommand: string;
  readonly ScriptName: string;
  readonly ScriptLineNumber: number;
  readonly OffsetInLine: number;
  readonly Line: string;
  readonly PositionMessage: string;
}

function exceptionView(error: unknown): ExceptionView {
  const inner = error instanceof Error ? error.cause : undefined;
  return Object.freeze({
    Message: error instanceof Error ? error.message : String(error),
    HResult: isDismError(error) ? error.HResult : 0x80131501,
    TypeName: error instanceof Error ? error.name : 'RuntimeException',
    InnerException: inner === undefined ? null : exceptionView(inner),
  });
}

/** The host's errors that mean a wrong call: nothing has run. All others happened while something ran. */
const usageErrors = new Set([
  'AmbiguousParameter',
  'AmbiguousParameterSet',
  'CannotConvertArgument',
  'CommandNotFoundException',
  'InvalidOption',
  'MissingArgument',
  'MissingMandatoryParameter',
  'NamedParameterNotFound',
  'NoConfirmation',
  'ParameterAlreadyBound',
  'ParameterArgumentValidationError',
  'ParseException',
  'PositionalParameterNotFound',
]);

/** A failure as a record. */
export class ErrorRecord {
  readonly Exception: ExceptionView;
  readonly FullyQualifiedErrorId: string;
  readonly TargetObject: unknown;
  readonly CategoryInfo: string;
  readonly ScriptStackTrace: string = '';
  readonly ErrorDetails: null = null;
  InvocationInfo: InvocationInfo | null = null;
  /** What was thrown; not shown. */
  declare readonly thrown: unknown;

  constructor(thrown: unknown, command?: string, target?: unknown) {
    Object.defineProperty(this, 'thrown', { value: thrown, enumerable: false });
    const dism = isDismError(thrown) ? thrown : undefined;
    const id = thrown instanceof HostError ? thrown.ErrorId : (dism?.Symbol ?? 'RuntimeException');
    this.Exception = exceptionView(thrown);
    this.FullyQualifiedErrorId = command ? `${id},${command}` : id;
    this.TargetObject = target ?? dism?.Target ?? null;
    this.CategoryInfo = `${categoryName(dism?.Category)}: (${String(this.TargetObject ?? '')}) [${command ?? ''}]`;
  }

  /** Wraps anything thrown; an ErrorRecord stays itself. */
  static from(thrown: unknown, command?: string): ErrorRecord {
    if (thrown instanceof ErrorRecord) return thrown;
    if (thrown instanceof ThrownValue) return thrown.record;
    return new ErrorRecord(thrown, command);
  }

  /** usage, error or stopped: decides the exit status. */
  get severity(): 'usage' | 'error' | 'stopped' {
    if (this.thrown instanceof PipelineStopped) return 'stopped';
    if (this.thrown instanceof HostError) return usageErrors.has(this.thrown.ErrorId) ? 'usage' : 'error';
    return isDismError(this.thrown) && this.thrown.Category === 'usage' ? 'usage' : 'error';
  }

  /** The code to print beside the message; empty for errors of the language. */
  get code(): string {
    return isDismError(this.thrown) && !(this.thrown instanceof HostError) ? formatHResult(this.thrown.HResult) : '';
  }

  toString(): string {
    return this.Exception.Message;
  }
}

function categoryName(category: string | undefined): string {
  const names: Record<string, string> = {
    usage: 'InvalidArgument',
    input: 'InvalidData',
    environment: 'ResourceUnavailable',
    cancelled: 'OperationStopped',
    bug: 'NotSpecified',
  };
  return names[category ?? 'bug'] ?? 'NotSpecified';
}

/** Carries an ErrorRecord through JavaScript's `throw`: what `throw` in a script and `-ErrorAction Stop` raise. */
export class ThrownValue extends Error {
  readonly record: ErrorRecord;

  constructor(record: ErrorRecord) {
    super(record.Exception.Message, { cause: record.thrown });
    this.name = 'ThrownValue';
    this.record = record;
  }
}
