// From an offset to line, column and a caret under the place.
import type { SourceSpan } from '../host-error.ts';
import type { SourceText } from './ast.ts';

export interface SourcePosition {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly lineText: string;
  /** `At line:1 char:5`, the line, and carets. */
  readonly message: string;
}

/** Where a span lies. */
export function positionOf(source: SourceText, span: SourceSpan): SourcePosition {
  const { text, file } = source;
  const start = Math.max(0, Math.min(span.start, text.length));
  const before = text.lastIndexOf('\n', start - 1);
  const lineStart = start === 0 ? 0 : before + 1;
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < lineStart; i = text.indexOf('\n', i + 1)) line++;
  const lineEnd = text.indexOf('\n', lineStart);
  const whole = text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd).replace(/\r$/, '');
  const column = start - lineStart + 1;
  // A very long line is shown around the place only.
  const from = column > 100 ? column - 60 : 0;
  const lineText = whole.slice(from, from + 160);
  const width = Math.max(1, Math.min(span.end - span.start, lineText.length - (column - 1 - from)));
  const carets = ' '.repeat(Math.max(0, column - 1 - from)) + '~'.repeat(width).replace(/^~/, '^');
  const place = file === '' ? `At line:${line} char:${column}` : `At ${file}:${line} char:${column}`;
  return { line, column, lineText, message: `${place}\n+ ${lineText}\n+ ${carets}` };
}
