// Functions and script blocks: `param( )` with attributes, and the named blocks begin, process, end and clean.
import type { AttributeNode, Block, Expression, ParameterNode, ScriptBlockNode, Statement } from './ast.ts';
import type { Grammar } from './grammar.ts';
import { parseTypeName } from './parse-primary.ts';

interface Bracketed {
  readonly attributes: AttributeNode[];
  readonly type: string | undefined;
}

function parseAttribute(grammar: Grammar): AttributeNode {
  const { scanner } = grammar;
  const start = scanner.pos;
  scanner.pos++;
  const name = /^[\w.]+/.exec(scanner.text.slice(scanner.pos, scanner.pos + 100))?.[0] ?? '';
  scanner.pos += name.length;
  scanner.skipBlanks();
  scanner.expect('(', 'after an attribute');
  const positional: Expression[] = [];
  const named: { name: string; value: Expression | undefined }[] = [];
  for (scanner.skipLines(); scanner.peek() !== ')'; scanner.skipLines()) {
    const here = scanner.pos;
    const word = scanner.identifier();
    scanner.skipBlanks();
    if (word !== '' && scanner.peek() === '=') {
      scanner.pos++;
      scanner.skipLines();
      named.push({ name: word, value: grammar.expressionWithoutComma() });
    } else if (word !== '' && ',)'.includes(scanner.peek() ?? ' ')) named.push({ name: word, value: undefined });
    else {
      scanner.pos = here;
      positional.push(grammar.expressionWithoutComma());
    }
    scanner.skipLines();
    if (!scanner.accept(',')) break;
  }
  scanner.expect(')', 'after an attribute');
  scanner.skipBlanks();
  scanner.expect(']', 'after an attribute');
  return { name, positional, named, span: scanner.span(start) };
}

function parseBrackets(grammar: Grammar): Bracketed {
  const { scanner } = grammar;
  const attributes: AttributeNode[] = [];
  let type: string | undefined;
  for (scanner.skipLines(); scanner.peek() === '['; scanner.skipLines()) {
    if (/^\[[\w.]+\s*\(/.test(scanner.text.slice(scanner.pos, scanner.pos + 120)))
      attributes.push(parseAttribute(grammar));
    else type = parseTypeName(grammar);
  }
  return { attributes, type };
}

/** The list inside `param( )` or after a function's name; the scanner stands after `(`. */
function parseParameterList(grammar: Grammar): ParameterNode[] {
  const { scanner } = grammar;
  const parameters: ParameterNode[] = [];
  for (scanner.skipLines(); scanner.peek() !== ')'; scanner.skipLines()) {
    const start = scanner.pos;
    const { attributes, type } = parseBrackets(grammar);
    const variable = scanner.peek() === '$' ? grammar.variable(false) : undefined;
    if (variable?.kind !== 'variable') return scanner.fail('A parameter is written $Name.', undefined, scanner.atEnd);
    scanner.skipLines();
    let defaultValue: Expression | undefined;
    if (scanner.accept('=')) {
      scanner.skipLines();
      defaultValue = grammar.expressionWithoutComma();
      scanner.skipLines();
    }
    parameters.push({ name: variable.name, type, attributes, defaultValue, span: scanner.span(start) });
    if (!scanner.accept(',')) break;
  }
  scanner.expect(')', 'after the parameters');
  return parameters;
}

/** A body up to `close`, which stays. */
export function parseScriptBlock(grammar: Grammar, close: '}' | ''): ScriptBlockNode {
  const { scanner } = grammar;
  const start = scanner.pos;
  let parameters: ParameterNode[] | undefined;
  let attributes: AttributeNode[] = [];
  scanner.skipSeparators();
  const beforeBrackets = scanner.pos;
  if (/^\[[\w.]+\s*\(/.test(scanner.text.slice(scanner.pos, scanner.pos + 120)))
    attributes = parseBrackets(grammar).attributes;
  if (scanner.acceptKeyword('param')) {
    scanner.skipLines();
    scanner.expect('(', 'after param');
    parameters = scanner.nested(() => parseParameterList(grammar));
  } else {
    scanner.pos = beforeBrackets;
    attributes = [];
  }
  const blocks: Partial<Record<'begin' | 'process' | 'end' | 'clean', Block>> = {};
  let named = false;
  while (true) {
    scanner.skipSeparators();
    const word = scanner.peekWord();
    if (word !== 'begin' && word !== 'process' && word !== 'end' && word !== 'clean') break;
    const here = scanner.pos;
    scanner.pos += word.length;
    scanner.skipLines();
    if (!scanner.accept('{')) {
      scanner.pos = here;
      break;
    }
    if (blocks[word]) scanner.fail(`There is a second '${word}' block.`, { start: here, end: here + word.length });
    blocks[word] = scanner.nested(() => grammar.block('}'));
    scanner.pos++;
    named = true;
  }
  if (named) {
    if (close === '' ? !scanner.atEnd : scanner.peek() !== close) {
      scanner.fail(
        'Beside begin, process, end and clean blocks there can be no other statement.',
        undefined,
        scanner.atEnd,
      );
    }
  } else blocks.end = grammar.block(close);
  const { begin, process, end, clean } = blocks;
  return { parameters, attributes, begin, process, end, clean, source: scanner.source, span: scanner.span(start) };
}

/** `function name { }`; the scanner stands after the keyword. */
export function parseFunction(grammar: Grammar, start: number, filter: boolean): Statement {
  const { scanner } = grammar;
  scanner.skipBlanks();
  const nameStart = scanner.pos;
  while (!scanner.atEnd && !/[\s({;})|&]/.test(scanner.peek()!)) scanner.pos++;
  const name = scanner.text.slice(nameStart, scanner.pos).replace(/^(global|script|local):/i, '');
  if (name === '') scanner.fail('The function needs a name.', undefined, scanner.atEnd);
  scanner.skipLines();
  let inline: ParameterNode[] | undefined;
  if (scanner.accept('(')) {
    inline = scanner.nested(() => parseParameterList(grammar));
    scanner.skipLines();
  }
  scanner.expect('{', 'to open the body of the function');
  const block = scanner.nested(() => parseScriptBlock(grammar, '}'));
  scanner.expect('}', 'to close the function');
  const body: ScriptBlockNode = inline ? { ...block, parameters: inline } : block;
  return { kind: 'function', name, filter, block: body, span: scanner.span(start) };
}
