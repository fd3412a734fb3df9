// Statements: pipelines, assignments, control flow, try, and blocks of them.
import type { Block, Expression, PipelineStageNode, Statement } from './ast.ts';
import type { Grammar } from './grammar.ts';
import { braces, parenthesised } from './parse-braces.ts';
import { parsePipelineStage } from './parse-command.ts';
import { isAssignable } from './parse-expression.ts';
import { parseFunction } from './parse-function.ts';
import { parseTypeName } from './parse-primary.ts';
import { parseSwitch } from './parse-switch.ts';
import { parseTry } from './parse-try.ts';

const assignmentOperators = ['??=', '+=', '-=', '*=', '/=', '%=', '='];

/** After these another statement may stand on the same line. */
const endsInBraces = new Set(['if', 'while', 'for', 'foreach', 'switch', 'try', 'trap', 'function']);

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
    const statement = parseStatement(grammar);
    statements.push(statement);
    const closed = scanner.text[scanner.pos - 1] === '}' && endsInBraces.has(statement.kind);
    scanner.skipBlanks();
    if (closed) continue;
    if (scanner.atLineEnd() || scanner.peek() === ';' || (close !== '' && scanner.peek() === close)) continue;
    if (scanner.text[scanner.pos - 1] === '}' || scanner.text[scanner.pos - 1] === '&') continue;
    const word = /^[^\s;|(){},]+|^./.exec(scanner.text.slice(scanner.pos, scanner.pos + 60))?.[0] ?? '';
    scanner.fail(`'${word}' is not expected here.`, { start: scanner.pos, end: scanner.pos + word.length });
  }
  const traps = statements.filter((statement) => statement.kind === 'trap');
  return { statements, ...(traps.length > 0 && { traps }), span: { start, end: scanner.pos } };
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
      case 'trap': {
        scanner.skipLines();
        const types = scanner.peek() === '[' ? [parseTypeName(grammar)] : [];
        return { kind: 'trap', types, body: braces(grammar, 'trap'), span: scanner.span(start) };
      }
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
          'class enum data using'.split(' ').includes(word)
            ? `'${word}' is not part of this language.`
            : `'${word}' cannot stand here.`,
          { start, end: start + word.length },
        );
    }
  });
}
