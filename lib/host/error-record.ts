// ErrorRecord: what `$_` is in a catch block and what `$Error` holds. It wraps whatever was thrown together with
// where in the script it happened.
import { formatHResult, isDismError } from '../base/error.ts';
import { fromSystemError } from '../base/system-error.ts';
import { type ExceptionView, exceptionView } from './exception-view.ts';
import { HostError, PipelineStopped } from './host-error.ts';
import { textOf, typeNameOf } from './value/text.ts';

/** Where an error happened, as a script sees it. */
export interface InvocationInfo {
  readonly MyCommand: string;
  readonly ScriptName: string;
  readonly ScriptLineNumber: number;
  readonly OffsetInLine: number;
  readonly Line: string;
  readonly PositionMessage: string;
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

/** What kind of failure it is, and what it was about. */
export class CategoryInfo {
  readonly Category: string;
  readonly Activity: string;
  readonly Reason: string;
  readonly TargetName: string;
  readonly TargetType: string;

  constructor(category: string, activity: string, reason: string, target: unknown) {
    this.Category = category;
    this.Activity = activity;
    this.Reason = reason;
    this.TargetName = textOf(target ?? '');
    this.TargetType = target === null || target === undefined ? '' : typeNameOf(target).split('.').at(-1)!;
  }

  toString(): string {
    return `${this.Category}: (${this.TargetName}:${this.TargetType}) [${this.Activity}], ${this.Reason}`;
  }
}

/** What somebody who reports an error may say of it. */
export interface ErrorDetails {
  readonly category?: string | undefined;
  /** The whole FullyQualifiedErrorId. */
  readonly id?: string | undefined;
}

/** A failure as a record. */
export class ErrorRecord {
  readonly Exception: ExceptionView;
  readonly FullyQualifiedErrorId: string;
  readonly TargetObject: unknown;
  readonly CategoryInfo: CategoryInfo;
  ScriptStackTrace = '';
  readonly ErrorDetails: null = null;
  InvocationInfo: InvocationInfo | null = null;
  /** What was thrown; not shown. */
  declare readonly thrown: unknown;

  constructor(cause: unknown, command?: string, target?: unknown, details: ErrorDetails = {}) {
    const path = cause instanceof Error && 'syscall' in cause && 'path' in cause ? textOf(cause.path) : undefined;
    const thrown = path === undefined ? cause : fromSystemError(cause, textOf(target ?? path));
    Object.defineProperty(this, 'thrown', { value: thrown, enumerable: false });
    const dism = isDismError(thrown) ? thrown : undefined;
    const id = thrown instanceof HostError ? thrown.ErrorId : (dism?.Symbol ?? 'RuntimeException');
    this.Exception = exceptionView(thrown);
    this.FullyQualifiedErrorId = details.id ?? (command ? `${id},${command}` : id);
    this.TargetObject = target ?? dism?.Target ?? null;
    const reason = typeNameOf(this.Exception.InnerException ?? this.Exception)
      .split('.')
      .at(-1)!;
    this.CategoryInfo = new CategoryInfo(
      details.category ?? categoryName(thrown),
      command ?? '',
      reason,
      this.TargetObject,
    );
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

const hostCategories: Readonly<Record<string, string>> = {
  CommandNotFoundException: 'ObjectNotFound',
  ParseException: 'ParserError',
  RuntimeException: 'OperationStopped',
  WriteErrorException: 'NotSpecified',
  DivideByZero: 'NotSpecified',
  NoConfirmation: 'InvalidOperation',
};
const symbolCategories: Readonly<Record<string, string>> = {
  NotFound: 'ObjectNotFound',
  PathNotFound: 'ObjectNotFound',
  AccessDenied: 'PermissionDenied',
  AlreadyExists: 'ResourceExists',
  SharingViolation: 'ResourceBusy',
  NotSupported: 'NotImplemented',
};
const categories: Readonly<Record<string, string>> = {
  usage: 'InvalidArgument',
  input: 'InvalidData',
  environment: 'ResourceUnavailable',
  cancelled: 'OperationStopped',
};

function categoryName(thrown: unknown): string {
  if (thrown instanceof HostError && Object.hasOwn(hostCategories, thrown.ErrorId))
    return hostCategories[thrown.ErrorId]!;
  if (!isDismError(thrown)) return 'NotSpecified';
  return symbolCategories[thrown.Symbol] ?? categories[thrown.Category] ?? 'NotSpecified';
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
