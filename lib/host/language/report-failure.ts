// What becomes of a failing statement: reported with its place, or thrown further.
import { ErrorRecord, ThrownValue } from '../error-record.ts';
import { HostError, PipelineStopped, type SourceSpan, StopUpstream } from '../host-error.ts';
import { textOf } from '../value/text.ts';
import { isSignal } from './control-flow.ts';
import type { Frame } from './frame.ts';
import { positionOf } from './source-position.ts';

/** Adds the place in the script to an error that has none. */
export function located(thrown: unknown, span: SourceSpan, frame: Frame): ErrorRecord {
  const record = ErrorRecord.from(
    thrown instanceof RangeError && /call stack/.test(thrown.message)
      ? new HostError('CallDepthOverflow', 'The script nests or recurses too deeply.')
      : thrown,
  );
  if (!record.InvocationInfo) {
    const own = thrown instanceof HostError ? (thrown.span ?? span) : span;
    const position = positionOf(frame.source, own);
    record.InvocationInfo = Object.freeze({
      MyCommand: frame.commandName,
      ScriptName: frame.source.file,
      ScriptLineNumber: position.line,
      OffsetInLine: position.column,
      Line: position.lineText,
      PositionMessage: position.message,
    });
  }
  return record;
}

/** Reports what a statement threw and lets the script go on, or throws it further. */
export function failed(thrown: unknown, span: SourceSpan, frame: Frame): void {
  if (isSignal(thrown) || thrown instanceof StopUpstream || thrown instanceof PipelineStopped) throw thrown;
  const { session } = frame.interpreter;
  const record = located(thrown, span, frame);
  if (thrown instanceof ThrownValue) throw thrown;
  if (frame.insideTry) throw new ThrownValue(record);
  const action = textOf(frame.scope.get('ErrorActionPreference') ?? 'Continue').toLowerCase();
  session.rememberError(record);
  frame.streams.collect?.error(record);
  if (action === 'stop' || (action === 'inquire' && session.inquire(record.Exception.Message) === 'halt'))
    throw new ThrownValue(record);
  if (action !== 'silentlycontinue' && action !== 'ignore') frame.streams.error(record);
}
