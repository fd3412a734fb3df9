// Statements: pipelines, assignments, control flow, try, and blocks of them.
import type { Block, CatchClause, Expression, PipelineStageNode, Statement, SwitchClause } from './ast.ts';
import type { Grammar } from './grammar.ts';
import { parsePipelineStage } from './parse-command.ts';
import { isAssignable, parseTypeName } from './parse-expression.ts';
import { parseFunction } from './parse-function.ts';
import { isDash } from './scanner.ts';

const assignmentOperators = ['??=', '+=', '-=', '*=', '/=', '%=', '='];

/** Statements up to `close` or the end; `close` stays. */
export function parseBlock(grammar: Grammar, close: '}' | ')' | ''): Block {
  const { scanner } = grammar;
  const start = scanner.pos;
  const statements: Statement[] = [];
  while (true) {
    scanner.skipSeparators();
    if (scanner.atEnd) {
      if (close !== '') scanner.fail(`'${close}' is missing.`, { start: Math.max(0, start - 1), end: start }, true);
      break;
    }
    if (close !== '' && scanner.peek() === close) break;
    statements.push(parseStatement(grammar));
    scanner.skipBlanks();
    if (scanner.atLineEnd() || scanner.peek() === ';' || (close !== '' && scanner.peek() === close)) continue;
    if (scanner.text[scanner.pos - 1] === '}' || scanner.text[scanner.pos - 1] === '&') continue;
    const word = /^[^\s;|(){},]+|^./.exec(scanner.text.slice(scanner.pos, scanner.pos + 60))?.[0] ?? '';
    scanner.fail(`'${word}' is not expected here.`, { start: scanner.pos, end: scanner.pos + word.length });
  }
  return { statements, span: { start, end: scanner.pos } };
}

function braces(grammar: Grammar, after: string): Block {
  const { scanner } = grammar;
  scanner.skipLines();
  scanner.expect('{', `after ${after}`);
  const block = scanner.nested(() => parseBlock(grammar, '}'));
  scanner.pos++;
  return block;
}

function parenthesised<T>(grammar: Grammar, after: string, body: () => T): T {
  const { scanner } = grammar;
  scanner.skipLines();
  scanner.expect('(', `after ${after}`);
  scanner.skipLines();
  const result = scanner.nested(body);
  scanner.skipLines();
  scanner.expect(')', `to close the ( after ${after}`);
  return result;
}

/** A pipeline or an assignment. */
export function parsePipeline(grammar: Grammar): Statement {
  const { scanner } = grammar;
  const start = scanner.pos;
  const first = parsePipelineStage(grammar);
  if (first.kind === 'expression') {
    scanner.skipBlanks();
    const operator = assignmentOperators.find((word) => scanner.startsWith(word));
    if (operator !== undefined && !scanner.startsWith('==')) {
      if (!isAssignable(first.expression)) scanner.fail('Nothing can be assigned to this.', first.span);
      scanner.pos += operator.length;
      scanner.skipLines();
      if (scanner.atEnd) scanner.fail(`Something is missing after '${operator}'.`, undefined, true);
      const value = scanner.nested(() => parseStatement(grammar));
      return { kind: 'assignment', operator, target: first.expression, value, span: scanner.span(start) };
    }
  }
  const stages: PipelineStageNode[] = [first];
  let background = false;
  while (true) {
    scanner.skipBlanks();
    if (scanner.atLineEnd() && !scanner.atEnd) {
      // A line that starts with | goes on with the pipeline of the line before.
      const here = scanner.pos;
      scanner.skipLines();
      if (scanner.peek() !== '|' || scanner.peek(1) === '|') scanner.pos = here;
    }
    if (scanner.peek() !== '|' || scanner.peek(1) === '|') break;
    scanner.pos++;
    scanner.skipLines();
    if (scanner.atEnd) scanner.fail("A command is missing after '|'.", undefined, true);
    const stage = parsePipelineStage(grammar);
    if (stage.kind === 'expression')
      scanner.fail('Only the first element of a pipeline can be a value; name a command here.', stage.span);
    stages.push(stage);
  }
  if (scanner.peek() === '&' && scanner.peek(1) !== '&') {
    background = true;
    scanner.pos++;
  }
  return { kind: 'pipeline', stages, background, span: scanner.span(start) };
}

function parseChain(grammar: Grammar): Statement {
  const { scanner } = grammar;
  let left = parsePipeline(grammar);
  while (true) {
    scanner.skipBlanks();
    const operator = scanner.startsWith('&&') ? '&&' : scanner.startsWith('||') ? '||' : undefined;
    if (!operator) return left;
    scanner.pos += 2;
    scanner.skipLines();
    const right = parsePipeline(grammar);
    left = { kind: 'chain', operator, left, right, span: { start: left.span.start, end: right.span.end } };
  }
}

function parseIf(grammar: Grammar, start: number): Statement {
  const { scanner } = grammar;
  const clauses: { test: Statement; body: Block }[] = [];
  let otherwise: Block | undefined;
  while (true) {
    const test = parenthesised(grammar, 'if', () => parsePipeline(grammar));
    clauses.push({ test, body: braces(grammar, 'if ( )') });
    const here = scanner.pos;
    scanner.skipLines();
    if (scanner.acceptKeyword('elseif')) continue;
    if (scanner.acceptKeyword('else')) otherwise = braces(grammar, 'else');
    else scanner.pos = here;
    break;
  }
  return { kind: 'if', clauses, otherwise, span: scanner.span(start) };
}

function parseFor(grammar: Grammar, start: number, label: string): Statement {
  const { scanner } = grammar;
  const part = (close: string): Statement | undefined => {
    scanner.skipLines();
    const value = scanner.peek() === close ? undefined : parsePipeline(grammar);
    scanner.skipLines();
    return value;
  };
  scanner.skipLines();
  scanner.expect('(', 'after for');
  const initial = part(';');
  scanner.accept(';');
  const test = part(';');
  scanner.accept(';');
  const step = part(')');
  scanner.expect(')', 'to close the ( after for');
  const body = braces(grammar, 'for ( )');
  return { kind: 'for', initial, test, step, body, label, span: scanner.span(start) };
}

function parseForeach(grammar: Grammar, start: number, label: string): Statement {
  const { scanner } = grammar;
  const [variable, source] = parenthesised(grammar, 'foreach', () => {
    const name = grammar.variable(false);
    if (name?.kind !== 'variable') return scanner.fail('foreach needs a variable: foreach ($item in $items) { }');
    scanner.skipLines();
    if (!scanner.acceptKeyword('in')) scanner.fail("'in' is missing: foreach ($item in $items) { }");
    scanner.skipLines();
    return [name, parsePipeline(grammar)] as const;
  });
  const body = braces(grammar, 'foreach ( )');
  return { kind: 'foreach', variable, source, body, label, span: scanner.span(start) };
}

function parseSwitch(grammar: Grammar, start: number, label: string): Statement {
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
  const source = parenthesised(grammar, 'switch', () => parsePipeline(grammar));
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

function parseTry(grammar: Grammar, start: number): Statement {
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

function parseJump(grammar: Grammar, kind: 'break' | 'continue', start: number): Statement {
  const { scanner } = grammar;
  scanner.skipBlanks();
  let label: Expression | undefined;
  if (!scanner.atLineEnd() && !';})'.includes(scanner.peek()!)) {
    const from = scanner.pos;
    const word = scanner.identifier();
    label = word === '' ? grammar.primary() : { kind: 'literal', value: word, span: scanner.span(from) };
  }
  return { kind, label, span: scanner.span(start) };
}

function optionalPipeline(grammar: Grammar): Statement | undefined {
  const { scanner } = grammar;
  scanner.skipBlanks();
  return scanner.atLineEnd() || ';})'.includes(scanner.peek()!) ? undefined : parsePipeline(grammar);
}

const keywords = new Set(
  'if while do for foreach switch try function filter throw return exit break continue param begin process end clean else elseif catch finally until in class enum trap data using'.split(
    ' ',
  ),
);

/** One statement. */
export function parseStatement(grammar: Grammar): Statement {
  const { scanner } = grammar;
  return scanner.nested(() => {
    scanner.skipBlanks();
    const start = scanner.pos;
    let label = '';
    if (scanner.peek() === ':' && /[\p{L}_]/u.test(scanner.peek(1) ?? '')) {
      scanner.pos++;
      label = scanner.identifier();
      scanner.skipLines();
    }
    const word = scanner.peekWord();
    const after = scanner.peek(word.length);
    // `foreach-thing` and `if.exe` are commands; a keyword ends at a space or a bracket.
    if (!keywords.has(word) || (after !== undefined && !/[\s({;}$)|[]/.test(after))) return parseChain(grammar);
    scanner.pos += word.length;
    switch (word) {
      case 'if':
        return parseIf(grammar, start);
      case 'while': {
        const test = parenthesised(grammar, word, () => parsePipeline(grammar));
        return { kind: 'while', test, body: braces(grammar, 'while ( )'), label, span: scanner.span(start) };
      }
      case 'do': {
        const body = braces(grammar, word);
        scanner.skipLines();
        const until = scanner.acceptKeyword('until');
        if (!until && !scanner.acceptKeyword('while'))
          scanner.fail("'while' or 'until' is missing after do { }.", undefined, scanner.atEnd);
        const test = parenthesised(grammar, until ? 'until' : 'while', () => parsePipeline(grammar));
        return { kind: 'do', test, until, body, label, span: scanner.span(start) };
      }
      case 'for':
        return parseFor(grammar, start, label);
      case 'foreach':
        return parseForeach(grammar, start, label);
      case 'switch':
        return parseSwitch(grammar, start, label);
      case 'try':
        return parseTry(grammar, start);
      case 'function':
      case 'filter':
        return parseFunction(grammar, start, word === 'filter');
      case 'throw':
      case 'return':
      case 'exit':
        return { kind: word, value: optionalPipeline(grammar), span: scanner.span(start) };
      case 'break':
      case 'continue':
        return parseJump(grammar, word, start);
      default:
        return scanner.fail(
          'class enum trap data using'.split(' ').includes(word)
            ? `'${word}' is not part of this language.`
            : `'${word}' cannot stand here.`,
          { start, end: start + word.length },
        );
    }
  });
}
