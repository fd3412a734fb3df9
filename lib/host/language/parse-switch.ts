// The switch statement.
import type { Expression, Statement, SwitchClause } from './ast.ts';
import type { Grammar } from './grammar.ts';
import { braces, parenthesised } from './parse-braces.ts';
import { isDash, isDoubleQuote, isSingleQuote } from './scanner.ts';

/** The file after -File: a value, or a word. */
function parseFileName(grammar: Grammar): Expression {
  const { scanner } = grammar;
  scanner.skipBlanks();
  const start = scanner.pos;
  const c = scanner.peek();
  if (c === '$' || c === '(' || isSingleQuote(c) || isDoubleQuote(c)) return grammar.postfix();
  while (!scanner.atEnd && !/[\s{}();|&]/.test(scanner.peek()!)) scanner.pos++;
  if (scanner.pos === start) scanner.fail('A file is missing after -File.', undefined, scanner.atEnd);
  return { kind: 'literal', value: scanner.text.slice(start, scanner.pos), span: scanner.span(start) };
}

function asStatement(expression: Expression): Statement {
  const { span } = expression;
  return {
    kind: 'pipeline',
    stages: [{ kind: 'expression', expression, redirections: [], span }],
    background: false,
    span,
  };
}

/** `switch -Regex ($x) { }`; the scanner stands after the keyword. */
export function parseSwitch(grammar: Grammar, start: number, label: string): Statement {
  const { scanner } = grammar;
  let mode: 'exact' | 'wildcard' | 'regex' = 'exact';
  let caseSensitive = false;
  let file: Expression | undefined;
  for (scanner.skipLines(); isDash(scanner.peek()); scanner.skipLines()) {
    scanner.pos++;
    const flag = scanner.identifier().toLowerCase();
    if (flag !== '' && 'wildcard'.startsWith(flag)) mode = 'wildcard';
    else if (flag !== '' && 'regex'.startsWith(flag)) mode = 'regex';
    else if (flag !== '' && 'casesensitive'.startsWith(flag)) caseSensitive = true;
    else if (flag !== '' && 'file'.startsWith(flag)) file = parseFileName(grammar);
    else if (flag === '' || !'exact'.startsWith(flag))
      scanner.fail(`switch has no option -${flag}: -Wildcard, -Regex, -Exact, -CaseSensitive, -File.`);
  }
  const source = file ? asStatement(file) : parenthesised(grammar, 'switch', () => grammar.pipeline());
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
  return {
    kind: 'switch',
    mode,
    caseSensitive,
    fromFile: file !== undefined,
    source,
    clauses,
    label,
    span: scanner.span(start),
  };
}
