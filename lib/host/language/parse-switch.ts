// The switch statement.
import type { Expression, Statement, SwitchClause } from './ast.ts';
import type { Grammar } from './grammar.ts';
import { braces, parenthesised } from './parse-braces.ts';
import { isDash } from './scanner.ts';

/** `switch -Regex ($x) { }`; the scanner stands after the keyword. */
export function parseSwitch(grammar: Grammar, start: number, label: string): Statement {
  const { scanner } = grammar;
  let mode: 'exact' | 'wildcard' | 'regex' = 'exact';
  let caseSensitive = false;
  for (scanner.skipLines(); isDash(scanner.peek()); scanner.skipLines()) {
    scanner.pos++;
    const flag = scanner.identifier().toLowerCase();
    if (flag !== '' && 'wildcard'.startsWith(flag)) mode = 'wildcard';
    else if (flag !== '' && 'regex'.startsWith(flag)) mode = 'regex';
    else if (flag !== '' && 'casesensitive'.startsWith(flag)) caseSensitive = true;
    else if (flag === '' || !'exact'.startsWith(flag))
      scanner.fail(`switch has no option -${flag}: -Wildcard, -Regex, -Exact, -CaseSensitive.`);
  }
  const source = parenthesised(grammar, 'switch', () => grammar.pipeline());
  scanner.skipLines();
  scanner.expect('{', 'after switch ( )');
  const clauses: SwitchClause[] = [];
  for (scanner.skipSeparators(); scanner.peek() !== '}'; scanner.skipSeparators()) {
    if (scanner.atEnd) scanner.fail("'}' is missing after switch.", undefined, true);
    let test: Expression | undefined;
    if (!scanner.acceptKeyword('default')) {
      const word = scanner.pos;
      if (/[\p{L}_*?]/u.test(scanner.peek()!)) {
        while (!scanner.atEnd && !/[\s{;}]/.test(scanner.peek()!)) scanner.pos++;
        test = { kind: 'literal', value: scanner.text.slice(word, scanner.pos), span: scanner.span(word) };
      } else test = grammar.postfix();
      if (scanner.pos === word) scanner.fail('A value to compare with is missing in switch.');
    }
    clauses.push({ test, body: braces(grammar, 'a value of switch') });
  }
  scanner.pos++;
  return { kind: 'switch', mode, caseSensitive, source, clauses, label, span: scanner.span(start) };
}
