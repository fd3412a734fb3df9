// try, catch and finally.
import type { ErrorRecord } from '../error-record.ts';
import type { ExceptionView } from '../exception-view.ts';
import { PipelineStopped, StopUpstream } from '../host-error.ts';
import type { Emit } from '../invocable.ts';
import { findProperty } from '../value/property.ts';
import { textOf, typeNameOf } from '../value/text.ts';
import type { Statement } from './ast.ts';
import { isSignal } from './control-flow.ts';
import type { Frame } from './frame.ts';
import { located } from './report-failure.ts';
import { canonicalType } from './type-names.ts';
import { isOfType } from './types.ts';

/** try, the first catch that takes the error, and finally. */
export async function tryStatement(node: Extract<Statement, { kind: 'try' }>, frame: Frame, emit: Emit): Promise<void> {
  try {
    try {
      await frame.interpreter.block(node.body, node.catches.length > 0 ? { ...frame, insideTry: true } : frame, emit);
    } catch (thrown) {
      if (isSignal(thrown) || thrown instanceof StopUpstream || thrown instanceof PipelineStopped) throw thrown;
      const record = located(thrown, node.span, frame);
      const clause = node.catches.find(
        ({ types }) => types.length === 0 || types.some((type) => catches(type, record)),
      );
      if (!clause) throw thrown;
      if (frame.interpreter.session.errors[0] !== record) frame.interpreter.session.rememberError(record);
      const { scope } = frame;
      const before = scope.hasOwn('_') ? scope.get('_') : undefined;
      scope.set('_', record);
      try {
        await frame.interpreter.block(clause.body, frame, emit);
      } finally {
        if (before === undefined) scope.remove('_');
        else scope.set('_', before);
      }
    }
  } finally {
    if (node.finalizer) await frame.interpreter.block(node.finalizer, frame, emit);
  }
}

/** Whether `catch [type]` takes an error: by the general names, or by the error's own. */
export function catches(type: string, record: ErrorRecord): boolean {
  const name = canonicalType(type);
  if (/(^|\.)(exception|systemexception|runtimeexception|errorrecord)$/.test(name) || isOfType(record.thrown, type))
    return true;
  for (let view = record.Exception as ExceptionView | null; view; view = view.InnerException)
    if (canonicalType(typeNameOf(view)) === name) return true;
  const short = name
    .split('.')
    .at(-1)!
    .replace(/exception$/, '');
  const symbol = findProperty(record.thrown as object, 'Symbol')
    ? textOf((record.thrown as { Symbol: unknown }).Symbol).toLowerCase()
    : '';
  const id = record.FullyQualifiedErrorId.split(',')[0]!
    .toLowerCase()
    .replace(/exception$/, '');
  const known: Readonly<Record<string, readonly string[]>> = {
    itemnotfound: ['notfound', 'pathnotfound'],
    filenotfound: ['notfound'],
    directorynotfound: ['pathnotfound'],
    unauthorizedaccess: ['accessdenied'],
    dividebyzero: ['dividebyzero'],
    commandnotfound: ['commandnotfound'],
    parameterbinding: [
      'namedparameternotfound',
      'missingmandatoryparameter',
      'cannotconvertargument',
      'parameterargumentvalidationerror',
    ],
    operationcanceled: ['cancelled'],
  };
  return short === symbol || short === id || (known[short]?.some((one) => one === symbol || one === id) ?? false);
}
