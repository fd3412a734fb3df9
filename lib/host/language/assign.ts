// Assigning variables and what hangs on them.
import { HostError } from '../host-error.ts';
import { chain, forEach, type MaybePromise } from '../maybe-promise.ts';
import { toNumber } from '../value/convert.ts';
import { Hashtable } from '../value/hashtable.ts';
import { findProperty, writeMember } from '../value/property.ts';
import { textOf, typeNameOf } from '../value/text.ts';
import type { Expression } from './ast.ts';
import type { Frame } from './frame.ts';
import { Reference } from './reference.ts';
import { ScriptBlock } from './script-block.ts';
import { castTo } from './types.ts';

const readOnly = new Set(['true', 'false', 'null', '?', 'error', 'pid', 'home', 'psversiontable']);

function assignVariable(
  node: Extract<Expression, { kind: 'variable' }>,
  value: unknown,
  frame: Frame,
  type?: string,
): void {
  const { name, scope } = node;
  if (scope === 'env') {
    const variables = frame.interpreter.session.environmentVariables;
    if (value === null) delete variables[name];
    else variables[name] = textOf(value);
    return;
  }
  if (scope === 'function') {
    if (!(value instanceof ScriptBlock))
      throw new HostError('InvalidFunction', 'A function is assigned a { } block.', { span: node.span });
    frame.scope.functions.set(name.toLowerCase(), { name, block: value.node, filter: false });
    return;
  }
  if (name.toLowerCase() === 'null') return;
  if (readOnly.has(name.toLowerCase()))
    throw new HostError('VariableNotWritable', `$${name} cannot be assigned.`, { span: node.span });
  const target = frame.scope.at(scope);
  const fixed = type ?? target.typeOf(name);
  target.set(name, fixed === undefined ? value : castTo(fixed, value));
  if (type !== undefined) target.constrain(name, type);
}

function assignMember(object: unknown, name: string, value: unknown, node: Expression): void {
  if (Array.isArray(object)) {
    for (const item of object) assignMember(item, name, value, node);
    return;
  }
  if (object instanceof Reference && name.toLowerCase() === 'value') {
    object.set(value);
    return;
  }
  if (writeMember(object, name, value)) return;
  const exists = typeof object === 'object' && object !== null && findProperty(object, name) !== undefined;
  throw new HostError(
    'PropertyAssignmentException',
    exists
      ? `The property ${name} of a ${typeNameOf(object)} is read-only.`
      : `A ${typeNameOf(object) || 'null'} has no property ${name} to assign.`,
    { span: node.span },
  );
}

function assignIndex(object: unknown, key: unknown, value: unknown, node: Expression): void {
  if (object instanceof Hashtable) {
    object.set(key, value);
    return;
  }
  if (Array.isArray(object)) {
    const number = toNumber(key) ?? Number.NaN;
    const at = number < 0 ? object.length + number : number;
    if (!(at >= 0 && at < object.length))
      throw new HostError('IndexOutOfRange', `The array has no item ${textOf(key)}; it has ${object.length}.`, {
        span: node.span,
      });
    object[Math.round(at)] = value;
    return;
  }
  if (typeof object === 'object' && object !== null) assignMember(object, textOf(key), value, node);
  else throw new HostError('NullArray', 'Cannot index into this value.', { span: node.span });
}

/** Assigns to a variable, a property, an index, or several at once. */
export function assignTo(target: Expression, value: unknown, frame: Frame, type?: string): MaybePromise<void> {
  const evaluate = frame.interpreter.expression;
  switch (target.kind) {
    case 'variable':
      return assignVariable(target, value, frame, type);
    case 'cast':
      return assignTo(target.operand, value, frame, target.type);
    case 'member':
      return chain(evaluate(target.object, frame), (object) =>
        chain(evaluate(target.name, frame), (name) => assignMember(object, textOf(name), value, target)),
      );
    case 'index':
      return chain(evaluate(target.object, frame), (object) =>
        chain(evaluate(target.index, frame), (key) => assignIndex(object, key, value, target)),
      );
    case 'comma': {
      const values = Array.isArray(value) ? value : [value];
      const last = target.items.length - 1;
      return forEach(target.items.entries(), ([i, item]) => {
        const rest = values.slice(i);
        return assignTo(item, i < last ? (values[i] ?? null) : rest.length > 1 ? rest : (rest[0] ?? null), frame);
      });
    }
    default:
      throw new HostError('InvalidLeftHandSide', 'Nothing can be assigned to this.', { span: target.span });
  }
}
