// The Exception that a script sees in an error, under the name .NET has for the condition.
import { isDismError } from '../base/error.ts';
import { HostError } from './host-error.ts';
import { setTypeName } from './value/text.ts';

/** The `Exception` of an error record. */
export interface ExceptionView {
  readonly Message: string;
  readonly HResult: number;
  readonly InnerException: ExceptionView | null;
}

const automation = 'System.Management.Automation';
const runtime = `${automation}.RuntimeException`;
const binding = `${automation}.ParameterBindingException`;

/** By ErrorId of the host's errors. */
const hostTypes: Readonly<Record<string, string>> = {
  CommandNotFoundException: `${automation}.CommandNotFoundException`,
  ParseException: `${automation}.ParseException`,
  InvalidCast: `${automation}.PSInvalidCastException`,
  AmbiguousParameter: binding,
  AmbiguousParameterSet: binding,
  CannotConvertArgument: `${automation}.ParameterBindingArgumentTransformationException`,
  InputObjectNotBound: binding,
  MissingArgument: binding,
  MissingMandatoryParameter: binding,
  NamedParameterNotFound: binding,
  ParameterAlreadyBound: binding,
  ParameterArgumentValidationError: `${automation}.ParameterBindingValidationException`,
  PositionalParameterNotFound: binding,
  ActionPreferenceStop: `${automation}.ActionPreferenceStopException`,
  WriteErrorException: 'Microsoft.PowerShell.Commands.WriteErrorException',
  MethodNotFound: runtime,
  CallDepthOverflow: `${automation}.ScriptCallDepthException`,
};
/** Errors that .NET throws inside a RuntimeException. */
const innerTypes: Readonly<Record<string, string>> = {
  DivideByZero: 'System.DivideByZeroException',
  IndexOutOfRange: 'System.IndexOutOfRangeException',
  ArgumentOutOfRange: 'System.ArgumentOutOfRangeException',
  Overflow: 'System.OverflowException',
  FormatError: 'System.FormatException',
};
/** By symbol of the project's errors. */
const symbolTypes: Readonly<Record<string, string>> = {
  NotFound: `${automation}.ItemNotFoundException`,
  PathNotFound: `${automation}.ItemNotFoundException`,
  AccessDenied: 'System.UnauthorizedAccessException',
  InvalidParameter: 'System.ArgumentException',
  NotSupported: 'System.NotSupportedException',
  Cancelled: `${automation}.PipelineStoppedException`,
};

function typeNameOfError(error: unknown): string {
  if (error instanceof HostError) {
    const { ErrorId } = error;
    if (Object.hasOwn(hostTypes, ErrorId)) return hostTypes[ErrorId]!;
    // What a script throws as `[System.ArgumentException]'text'` keeps its name.
    return /Exception$/.test(ErrorId) ? (ErrorId.includes('.') ? ErrorId : `System.${ErrorId}`) : runtime;
  }
  if (isDismError(error)) return symbolTypes[error.Symbol] ?? 'System.IO.IOException';
  return runtime;
}

/** An error as a script sees it. */
export function exceptionView(error: unknown): ExceptionView {
  const cause = error instanceof Error ? error.cause : undefined;
  const Message = error instanceof Error ? error.message : String(error);
  const HResult = isDismError(error) ? error.HResult : 0x80131501;
  const inner = error instanceof HostError ? innerTypes[error.ErrorId] : undefined;
  const isRuntime = error instanceof HostError && error.ErrorId === 'RuntimeException';
  const view = (typeName: string, InnerException: ExceptionView | null): ExceptionView =>
    Object.freeze(setTypeName({ Message, HResult, InnerException }, typeName)) as unknown as ExceptionView;
  if (inner) return view(runtime, view(inner, null));
  return view(isRuntime ? runtime : typeNameOfError(error), cause === undefined ? null : exceptionView(cause));
}
