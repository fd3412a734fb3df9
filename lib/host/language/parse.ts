// From text to syntax tree. The rules are spread over the parse-*.ts files; this ties them together.
import type { ScriptBlockNode } from './ast.ts';
import type { Grammar } from './grammar.ts';
import { parseExpression, parsePostfix, parseUnary } from './parse-expression.ts';
import { parseScriptBlock } from './parse-function.ts';
import { parsePrimary } from './parse-primary.ts';
import { parseBlock, parsePipeline, parseStatement } from './parse-statement.ts';
import { parseExpandable, parseStringLiteral, parseVariable } from './parse-string.ts';
import { Scanner } from './scanner.ts';

/** Parses a script; throws ParseError with line and column. */
export function parse(text: string, file = ''): ScriptBlockNode {
  const scanner = new Scanner({ text: text.startsWith('\ufeff') ? text.slice(1) : text, file });
  const grammar: Grammar = {
    scanner,
    block: (close) => parseBlock(grammar, close),
    scriptBlock: (close) => parseScriptBlock(grammar, close),
    statement: () => parseStatement(grammar),
    pipeline: () => parsePipeline(grammar),
    expression: () => parseExpression(grammar),
    expressionWithoutComma: () => parseExpression(grammar, false),
    unary: () => parseUnary(grammar),
    primary: () => parsePrimary(grammar),
    postfix: () => parsePostfix(grammar, false),
    variable: (inString) => parseVariable(grammar, inString),
    stringLiteral: () => parseStringLiteral(grammar),
    expandable: (atEnd, mode) => parseExpandable(grammar, atEnd, mode),
  };
  return parseScriptBlock(grammar, '');
}
