// Turns expressions that never wait into plain functions. Where-Object's condition runs once for every record, and a
// function made once costs a fraction of walking its tree; what a function gives is what evaluateExpression gives.
import { isTruthy } from '../value/convert.ts';
import { readMember } from '../value/property.ts';
import type { Expression } from './ast.ts';
import type { Frame } from './frame.ts';
import { applyBinary, applyUnary } from './operators.ts';
import { readVariable } from './read-variable.ts';

/** The value of an expression among a frame's variables. */
export type CompiledExpression = (frame: Frame) => unknown;

const compiled = new WeakMap<Expression, { readonly run: CompiledExpression | undefined }>();

/** The function of an expression; undefined when something in it may wait or assign. */
export function compileExpression(node: Expression): CompiledExpression | undefined {
  const known = compiled.get(node);
  if (known) return known.run;
  const run = compile(node);
  compiled.set(node, { run });
  return run;
}

function compile(node: Expression): CompiledExpression | undefined {
  switch (node.kind) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'variable':
      return node.scope === 'function' ? undefined : (frame) => readVariable(node, frame);
    case 'member': {
      const object = node.isStatic || node.nullSafe ? undefined : compileExpression(node.object);
      if (!object || node.name.kind !== 'literal') return undefined;
      const name = String(node.name.value);
      // Not a property but a view of the whole; rare, and left to the evaluator.
      if (name.toLowerCase() === 'psobject') return undefined;
      return (frame) => readMember(object(frame), name);
    }
    case 'unary': {
      const operand = compileExpression(node.operand);
      const { operator } = node;
      return operand && ((frame) => applyUnary(operator, operand(frame)));
    }
    case 'paren': {
      const { pipeline } = node;
      const stage = pipeline.kind === 'pipeline' && !pipeline.background ? pipeline.stages[0] : undefined;
      if (pipeline.kind !== 'pipeline' || pipeline.stages.length !== 1 || stage?.kind !== 'expression')
        return undefined;
      const inner = stage.redirections.length === 0 ? compileExpression(stage.expression) : undefined;
      return inner && ((frame) => inner(frame) ?? null);
    }
    case 'comma': {
      const items = node.items.map(compileExpression);
      if (!items.every((item) => item !== undefined)) return undefined;
      return (frame) => items.map((item) => item(frame));
    }
    case 'binary':
      return compileBinary(node);
    default:
      return undefined;
  }
}

function compileBinary(node: Extract<Expression, { kind: 'binary' }>): CompiledExpression | undefined {
  const { operator, caseSensitive } = node;
  // -match leaves $Matches behind, -replace may run a block.
  if (operator === '-match' || operator === '-replace') return undefined;
  const left = compileExpression(node.left);
  const right = compileExpression(node.right);
  if (!left || !right) return undefined;
  switch (operator) {
    case '-and':
      return (frame) => isTruthy(left(frame)) && isTruthy(right(frame));
    case '-or':
      return (frame) => isTruthy(left(frame)) || isTruthy(right(frame));
    case '??':
      return (frame) => left(frame) ?? right(frame);
    default:
      return (frame) => applyBinary(operator, left(frame), right(frame), caseSensitive);
  }
}
