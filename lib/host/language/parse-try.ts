// try with its catches and its finally.
import type { Block, CatchClause, Statement } from './ast.ts';
import type { Grammar } from './grammar.ts';
import { braces } from './parse-braces.ts';
import { parseTypeName } from './parse-primary.ts';

/** `try { } catch [type] { } finally { }`; the scanner stands after the keyword. */
export function parseTry(grammar: Grammar, start: number): Statement {
  const { scanner } = grammar;
  const body = braces(grammar, 'try');
  const catches: CatchClause[] = [];
  let finalizer: Block | undefined;
  let here = scanner.pos;
  for (scanner.skipLines(); scanner.acceptKeyword('catch'); scanner.skipLines()) {
    const types: string[] = [];
    scanner.skipLines();
    while (scanner.peek() === '[') {
      types.push(parseTypeName(grammar));
      scanner.skipLines();
      scanner.accept(',');
      scanner.skipLines();
    }
    catches.push({ types, body: braces(grammar, 'catch') });
    here = scanner.pos;
  }
  if (scanner.acceptKeyword('finally')) finalizer = braces(grammar, 'finally');
  else scanner.pos = here;
  if (catches.length === 0 && !finalizer)
    scanner.fail('try needs a catch or a finally.', { start, end: start + 3 }, scanner.atEnd);
  return { kind: 'try', body, catches, finalizer, span: scanner.span(start) };
}
