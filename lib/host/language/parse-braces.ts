// What stands in braces and parentheses after a keyword.
import type { Block } from './ast.ts';
import type { Grammar } from './grammar.ts';

/** `{ statements }`. */
export function braces(grammar: Grammar, after: string): Block {
  const { scanner } = grammar;
  scanner.skipLines();
  scanner.expect('{', `after ${after}`);
  const block = scanner.nested(() => grammar.block('}'));
  scanner.pos++;
  return block;
}

/** `( )` around what `body` parses. */
export function parenthesised<T>(grammar: Grammar, after: string, body: () => T): T {
  const { scanner } = grammar;
  scanner.skipLines();
  scanner.expect('(', `after ${after}`);
  scanner.skipLines();
  const result = scanner.nested(body);
  scanner.skipLines();
  scanner.expect(')', `to close the ( after ${after}`);
  return result;
}
