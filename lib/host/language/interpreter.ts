// The parts of the evaluator as they call each other; they live in several files that know only this interface.
import type { Argument } from '../binder/bind-arguments.ts';
import type { SourceSpan } from '../host-error.ts';
import type { Emit } from '../invocable.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { Session } from '../session.ts';
import type { Block, Expression, Statement } from './ast.ts';
import type { Frame } from './frame.ts';
import type { ScriptBlock } from './script-block.ts';

export interface Interpreter {
  readonly session: Session;
  /** The value of an expression; an array stays one value. */
  expression(this: void, node: Expression, frame: Frame): MaybePromise<unknown>;
  /** Runs a statement; its output goes to `emit` item by item. */
  statement(this: void, node: Statement, frame: Frame, emit: Emit): MaybePromise<void>;
  /** Runs a statement so that its failure is the caller's. */
  run(this: void, node: Statement, frame: Frame, emit: Emit): MaybePromise<void>;
  block(this: void, node: Block, frame: Frame, emit: Emit): MaybePromise<void>;
  /** The output of a statement as it would be assigned. */
  valueOf(this: void, node: Statement, frame: Frame): MaybePromise<unknown>;
  /** Deals with what a statement threw: reports it and returns, or throws it on. */
  failed(this: void, thrown: unknown, span: SourceSpan, frame: Frame): void;
  /** Runs a block in a scope of its own and collects its output. */
  callBlock(this: void, block: ScriptBlock, args: readonly Argument[], frame: Frame): Promise<unknown>;
}
