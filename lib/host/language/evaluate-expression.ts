// Evaluates expressions. Everything stays synchronous until something in it really waits.
import { HostError } from '../host-error.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { arithmetic } from '../value/arithmetic.ts';
import { Char } from '../value/char.ts';
import { isTruthy, toArray, toNumber, toNumeric, unroll } from '../value/convert.ts';
import { Hashtable } from '../value/hashtable.ts';
import { roundHalfEven } from '../value/number.ts';
import { readMember } from '../value/property.ts';
import { PropertyList, psObject } from '../value/ps-object.ts';
import { textOf, typeNameOf } from '../value/text.ts';
import { isNumeric, makeInteger } from '../value/typed-number.ts';
import { assignTo } from './assign.ts';
import type { Expression } from './ast.ts';
import type { Frame } from './frame.ts';
import { callOnItems } from './item-methods.ts';
import { matchAndRemember } from './match.ts';
import { callMethod } from './methods.ts';
import { applyBinary, applyUnary } from './operators.ts';
import { parse } from './parse.ts';
import { readVariable } from './read-variable.ts';
import { Reference } from './reference.ts';
import { makeRegex } from './regex.ts';
import { Groups } from './regex-value.ts';
import { replaceMatches } from './replace.ts';
import { ScriptBlock } from './script-block.ts';
import { callStatic } from './static-members.ts';
import { canonicalType, TypeValue } from './type-names.ts';
import { castTo } from './types.ts';

type Of<K extends Expression['kind']> = Extract<Expression, { kind: K }>;

/** Evaluates items in order into an array. */
export function evaluateAll(nodes: readonly Expression[], frame: Frame): MaybePromise<unknown[]> {
  const values: unknown[] = [];
  const from = (index: number): MaybePromise<unknown[]> => {
    for (let i = index; i < nodes.length; i++) {
      const value = frame.interpreter.expression(nodes[i]!, frame);
      if (value instanceof Promise) {
        return value.then((result) => {
          values.push(result);
          return from(i + 1);
        });
      }
      values.push(value);
    }
    return values;
  };
  return from(0);
}

function interpolate(node: Of<'interpolated'>, frame: Frame): MaybePromise<string> {
  const separator = textOf(frame.scope.get('OFS') ?? ' ');
  const nodes = node.parts.filter((part) => typeof part !== 'string');
  return chain(evaluateAll(nodes, frame), (values) => {
    let index = 0;
    return node.parts.map((part) => (typeof part === 'string' ? part : textOf(values[index++], separator))).join('');
  });
}

function hashtable(node: Of<'hashtable'>, frame: Frame): MaybePromise<Hashtable> {
  const table = new Hashtable();
  const from = (index: number): MaybePromise<Hashtable> => {
    const entry = node.entries[index];
    if (!entry) return table;
    return chain(frame.interpreter.expression(entry.key, frame), (key) =>
      chain(frame.interpreter.valueOf(entry.value, frame), (value) => {
        if (table.has(key))
          throw new HostError('DuplicateKey', `The table has the key '${textOf(key)}' twice.`, {
            span: entry.key.span,
          });
        table.set(key, value);
        return from(index + 1);
      }),
    );
  };
  return from(0);
}

function binary(node: Of<'binary'>, frame: Frame): MaybePromise<unknown> {
  const { operator, caseSensitive } = node;
  const evaluate = frame.interpreter.expression;
  return chain(evaluate(node.left, frame), (left) => {
    if (operator === '-and' && !isTruthy(left)) return false;
    if (operator === '-or' && isTruthy(left)) return true;
    if (operator === '??' && left !== null && left !== undefined) return left;
    return chain(evaluate(node.right, frame), (right) => {
      if (operator === '-and' || operator === '-or') return isTruthy(right);
      if (operator === '??') return right;
      if (operator === '-match' && !Array.isArray(left))
        return matchAndRemember(left, right, caseSensitive, frame.scope);
      if (operator === '-replace' && Array.isArray(right) && right[1] instanceof ScriptBlock) {
        return replaceWithBlock(left, right[0], right[1], caseSensitive);
      }
      if (operator === '-split' && right instanceof ScriptBlock) return splitWithBlock(left, right);
      return applyBinary(operator, left, right, caseSensitive);
    });
  });
}

/** `-split { }`: the block decides for each character, which is $_, whether it separates. */
async function splitWithBlock(left: unknown, block: ScriptBlock): Promise<string[]> {
  const pieces: string[] = [];
  for (const item of toArray(left)) {
    let piece = '';
    for (const character of textOf(item)) {
      if (isTruthy(await block.evaluate(character))) {
        pieces.push(piece);
        piece = '';
      } else piece += character;
    }
    pieces.push(piece);
  }
  return pieces;
}

async function replaceWithBlock(
  left: unknown,
  pattern: unknown,
  block: ScriptBlock,
  caseSensitive: boolean,
): Promise<unknown> {
  const plain = makeRegex(textOf(pattern), caseSensitive, true);
  const regex = new RegExp(plain.source, `d${plain.flags}`);
  if (!Array.isArray(left)) return replaceMatches(textOf(left), regex, block);
  const replaced: string[] = [];
  for (const item of left) replaced.push(await replaceMatches(textOf(item), regex, block));
  return replaced;
}

function increment(node: Of<'increment'>, frame: Frame): MaybePromise<unknown> {
  return chain(frame.interpreter.expression(node.target, frame), (before) => {
    const number = toNumeric(before);
    if (number === undefined)
      throw new HostError('OperatorRequiresNumber', `'${node.operator}' needs a number, not a ${typeNameOf(before)}.`, {
        span: node.span,
      });
    const after = arithmetic(node.operator === '++' ? '+' : '-', number, 1);
    return chain(assignTo(node.target, after, frame), () => (node.prefix ? after : number));
  });
}

/** An item or several by index; negative ones count from the end. */
function index(object: unknown, key: unknown, frame: Frame, node: Of<'index'>): unknown {
  if (object === null || object === undefined)
    throw new HostError('NullArray', 'Cannot index into null.', { span: node.span });
  if (object instanceof Hashtable) {
    const one = (single: unknown): unknown =>
      object.ordered && typeof single === 'number'
        ? ([...object.values()].at(single) ?? null)
        : (object.get(single) ?? null);
    return Array.isArray(key) ? key.map(one) : one(key);
  }
  if ((object instanceof Groups || object instanceof PropertyList) && !isNumeric(key))
    return object.named(textOf(key)) ?? null;
  if (Array.isArray(key)) {
    return key.map((one) => index(object, one, frame, node)).filter((item) => item !== null);
  }
  if (typeof object === 'string' || Array.isArray(object) || object instanceof Uint8Array) {
    const number = toNumber(key);
    if (number === undefined)
      throw new HostError('InvalidIndex', `'${textOf(key)}' is not an index.`, { span: node.span });
    const item = object.at(roundHalfEven(number));
    if (item === undefined) return null;
    if (typeof object === 'string') return Char.of((item as string).charCodeAt(0));
    return object instanceof Uint8Array ? makeInteger('Byte', BigInt(item as number)) : item;
  }
  if (typeof object === 'object' && typeof key === 'string') return readMember(object, key);
  return toNumber(key) === 0 || toNumber(key) === -1 ? object : null;
}

function memberOf(object: unknown, name: string): unknown {
  const found = readMember(object, name);
  return found === null && isPsObject(name) && object !== null && object !== undefined ? psObject(object) : found;
}

function isPsObject(name: string): boolean {
  return name.length === 8 && name.toLowerCase() === 'psobject';
}

function member(node: Of<'member'>, frame: Frame): MaybePromise<unknown> {
  const evaluate = frame.interpreter.expression;
  const nameNode = node.name;
  return chain(evaluate(node.object, frame), (object) => {
    if (node.nullSafe && (object === null || object === undefined)) return null;
    // A plain name needs no evaluation: this is the path every `$_.Name` takes.
    if (nameNode.kind === 'literal' && !node.isStatic) return memberOf(object, String(nameNode.value));
    return chain(evaluate(nameNode, frame), (name) =>
      node.isStatic
        ? callStatic(object, textOf(name), [], frame.interpreter.session)
        : readMember(object, textOf(name)),
    );
  });
}

function call(node: Of<'call'>, frame: Frame): MaybePromise<unknown> {
  const evaluate = frame.interpreter.expression;
  return chain(evaluate(node.object, frame), (object) => {
    if (node.nullSafe && (object === null || object === undefined)) return null;
    return chain(evaluate(node.name, frame), (nameValue) =>
      chain(evaluateAll(node.args, frame), (args) => {
        const name = textOf(nameValue);
        if (
          node.isStatic &&
          object instanceof TypeValue &&
          object.canonical === 'scriptblock' &&
          /^create$/i.test(name)
        )
          return new ScriptBlock(parse(textOf(args[0])), frame);
        if (node.isStatic) return callStatic(object, name, args, frame.interpreter.session);
        if (object instanceof ScriptBlock && /^(invoke|invokereturnasis)$/i.test(name)) return object.call(args, frame);
        if (object instanceof ScriptBlock && /^getnewclosure$/i.test(name)) return object;
        const onItems = callOnItems(object, name, args);
        if (onItems) return onItems;
        return callMethod(object, name, args);
      }),
    );
  });
}

/** `$function:name`: the function's code. */
function functionBody(name: string, frame: Frame): ScriptBlock | null {
  const found = frame.scope.findFunction(name);
  return found ? new ScriptBlock(found.block, frame) : null;
}

function cast(node: Of<'cast'>, frame: Frame): MaybePromise<unknown> {
  if (canonicalType(node.type) === 'ref') return reference(node.operand, frame);
  return chain(frame.interpreter.expression(node.operand, frame), (value) => {
    try {
      return castTo(node.type, value);
    } catch (error) {
      if (error instanceof HostError) error.span ??= node.span;
      throw error;
    }
  });
}

/** `[ref]$name`. */
function reference(target: Expression, frame: Frame): Reference {
  const write = (value: unknown): void => void assignTo(target, value, frame);
  if (target.kind !== 'variable')
    throw new HostError('NotAVariable', '[ref] stands before a variable.', { span: target.span });
  return new Reference(() => readVariable(target, frame), write);
}

/** The value of an expression. */
export function evaluateExpression(node: Expression, frame: Frame): MaybePromise<unknown> {
  const evaluate = frame.interpreter.expression;
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'variable':
      return node.scope === 'function' ? functionBody(node.name, frame) : readVariable(node, frame);
    case 'member':
      return member(node, frame);
    case 'binary':
      return binary(node, frame);
    case 'interpolated':
      return interpolate(node, frame);
    case 'array':
    case 'subexpression': {
      const values: unknown[] = [];
      const done = frame.interpreter.block(node.body, frame, (value) => void values.push(value));
      return chain(done, () => (node.kind === 'array' ? values : unroll(values)));
    }
    case 'paren':
      return frame.interpreter.valueOf(node.pipeline, frame);
    case 'comma':
      return evaluateAll(node.items, frame);
    case 'hashtable':
      return hashtable(node, frame);
    case 'scriptblock':
      return new ScriptBlock(node.block, frame);
    case 'unary':
      return chain(evaluate(node.operand, frame), (value) => applyUnary(node.operator, value));
    case 'increment':
      return increment(node, frame);
    case 'ternary':
      return chain(evaluate(node.test, frame), (test) => evaluate(isTruthy(test) ? node.then : node.otherwise, frame));
    case 'call':
      return call(node, frame);
    case 'index':
      return chain(evaluate(node.object, frame), (object) =>
        object === null && node.nullSafe
          ? null
          : chain(evaluate(node.index, frame), (key) => index(object, key, frame, node)),
      );
    case 'type':
      return TypeValue.of(node.name);
    case 'cast':
      return cast(node, frame);
    default:
      throw new HostError('SplatOutsideCommand', "'@name' passes parameters to a command and can stand only there.", {
        span: node.span,
      });
  }
}
