// The rules of the grammar as they call each other. They live in several files that know only this interface.
import type { Block, Expression, ScriptBlockNode, Statement } from './ast.ts';
import type { Scanner } from './scanner.ts';

export interface Grammar {
  readonly scanner: Scanner;
  /** Statements up to `close` (not consumed), or to the end of the text. */
  block(close: '}' | ')' | ''): Block;
  /** A body up to `close`, with `param` and named blocks. */
  scriptBlock(close: '}' | ''): ScriptBlockNode;
  statement(): Statement;
  /** A pipeline or an assignment, as may stand in parentheses. */
  pipeline(): Statement;
  expression(): Expression;
  /** An expression without a top-level comma: an argument of a method, a default value. */
  expressionWithoutComma(): Expression;
  /** A value with the unary operators before it. */
  unary(): Expression;
  /** A value without operators around it. */
  primary(): Expression;
  /** A value with member access and indexes, for command arguments. */
  postfix(): Expression;
  /** `$name`, `${name}`, `$( )`; undefined when `$` is only a character. */
  variable(inString: boolean): Expression | undefined;
  stringLiteral(): Expression;
  /** Text with variables in it, up to where `atEnd` says. */
  expandable(atEnd: () => boolean, mode: 'string' | 'heredoc' | 'word'): Expression;
}
