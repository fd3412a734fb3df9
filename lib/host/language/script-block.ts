// ScriptBlock: a `{ }` as a value, bound to the variables it was written among.
import type { Emit, Invocable } from '../invocable.ts';
import { chain, ensure, forEach, type MaybePromise } from '../maybe-promise.ts';
import { unroll } from '../value/convert.ts';
import type { Expression, ScriptBlockNode } from './ast.ts';
import { type CompiledExpression, compileExpression } from './compile-expression.ts';
import { ReturnSignal } from './control-flow.ts';
import type { Frame } from './frame.ts';

/** The expression a block consists of, when it is nothing else: the common case of Where-Object, worth a short cut. */
function soleExpression(node: ScriptBlockNode): Expression | undefined {
  const statement = node.end?.statements[0];
  if (node.end?.statements.length !== 1 || node.parameters || statement?.kind !== 'pipeline') return undefined;
  const stage = statement.stages[0]!;
  if (
    statement.stages.length > 1 ||
    statement.background ||
    stage.kind !== 'expression' ||
    stage.redirections.length > 0
  )
    return undefined;
  return stage.expression.kind === 'increment' ? undefined : stage.expression;
}

const noArguments: readonly unknown[] = [];

/** Code with the place it came from. */
export class ScriptBlock implements Invocable {
  readonly node: ScriptBlockNode;
  readonly frame: Frame;
  readonly #sole: Expression | undefined;
  readonly #compiled: CompiledExpression | undefined;

  constructor(node: ScriptBlockNode, frame: Frame) {
    this.node = node;
    this.frame = frame;
    this.#sole = soleExpression(node);
    this.#compiled = this.#sole && compileExpression(this.#sole);
  }

  /** The same code among other variables. */
  rebind(frame: Frame): ScriptBlock {
    return new ScriptBlock(this.node, frame);
  }

  /** Runs in its own variables with `$_` set, as ForEach-Object does. */
  invoke(item: unknown, emit: Emit, args: readonly unknown[] = noArguments): MaybePromise<void> {
    const compiled = this.#compiled;
    if (compiled && args.length === 0) return this.#withItem(item, args, () => this.#emitCompiled(compiled, emit));
    return this.#withItem(item, args, () => {
      const { begin, process, end } = this.node;
      const run = (index: number): MaybePromise<void> => {
        const block = [begin, process, end][index];
        if (index > 2) return;
        return block
          ? chain(this.frame.interpreter.block(block, this.frame, emit), () => run(index + 1))
          : run(index + 1);
      };
      return returning(() => run(0));
    });
  }

  evaluate(item: unknown, args: readonly unknown[] = noArguments): MaybePromise<unknown> {
    const sole = this.#sole;
    if (this.#compiled && args.length === 0) return this.#evaluateCompiled(item, this.#compiled);
    if (sole && args.length === 0) {
      return this.#withItem(item, args, () => {
        const { interpreter } = this.frame;
        const failed = (error: unknown): null => {
          interpreter.failed(error, sole.span, this.frame);
          return null;
        };
        try {
          const value = interpreter.expression(sole, this.frame);
          if (value instanceof Promise) return value.then(single, failed);
          return single(value);
        } catch (error) {
          return failed(error);
        }
      });
    }
    const values: unknown[] = [];
    return chain(
      this.invoke(item, (value) => void values.push(value), args),
      () => unroll(values),
    );
  }

  #emitCompiled(compiled: CompiledExpression, emit: Emit): MaybePromise<void> {
    const { session } = this.frame.interpreter;
    let value: unknown;
    try {
      value = compiled(this.frame);
    } catch (error) {
      session.lastSucceeded = false;
      return this.frame.interpreter.failed(error, this.#sole!.span, this.frame);
    }
    session.lastSucceeded = true;
    return Array.isArray(value) ? forEach(value, emit) : emit(value);
  }

  #evaluateCompiled(item: unknown, compiled: CompiledExpression): unknown {
    const place = this.frame.scope.place('_');
    const before = place.value;
    place.value = item ?? null;
    try {
      return single(compiled(this.frame));
    } catch (error) {
      this.frame.interpreter.failed(error, this.#sole!.span, this.frame);
      return null;
    } finally {
      place.value = before;
    }
  }

  /** `.Invoke()`: runs in a scope of its own and gives all output. */
  call(args: readonly unknown[], frame: Frame): Promise<unknown> {
    const { interpreter } = frame;
    return interpreter.callBlock(
      this,
      args.map((value) => ({ value })),
      frame,
    );
  }

  #withItem<T>(item: unknown, args: readonly unknown[], body: () => MaybePromise<T>): MaybePromise<T> {
    const { scope } = this.frame;
    const place = scope.place('_');
    const before = place.value;
    place.value = item ?? null;
    if (this.node.parameters || args.length > 0) {
      scope.set('args', args);
      this.node.parameters?.forEach(({ name }, index) => {
        scope.set(name, args[index] ?? null);
      });
    }
    return ensure(body, () => {
      place.value = before;
    });
  }

  toString(): string {
    const { source, span } = this.node;
    return source.text.slice(span.start, span.end);
  }
}

function single(value: unknown): unknown {
  if (Array.isArray(value) && value.length <= 1) return value.length === 0 ? null : value[0];
  return value ?? null;
}

/** Runs a body in which `return` ends it. */
export function returning(body: () => MaybePromise<void>): MaybePromise<void> {
  const caught = (thrown: unknown): void => {
    if (!(thrown instanceof ReturnSignal)) throw thrown;
  };
  try {
    const result = body();
    return result instanceof Promise ? result.catch(caught) : result;
  } catch (thrown) {
    caught(thrown);
  }
}
