// The switch statement.
import { readFile } from 'node:fs/promises';
import type { Emit } from '../invocable.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { decodeText } from '../text-file.ts';
import { isEqual } from '../value/compare.ts';
import { enumerate, isTruthy } from '../value/convert.ts';
import { textOf } from '../value/text.ts';
import { wildcard } from '../value/wildcard.ts';
import type { Statement } from './ast.ts';
import { LoopSignal } from './control-flow.ts';
import type { Frame } from './frame.ts';
import { matchAndRemember } from './match.ts';

type SwitchStatement = Extract<Statement, { kind: 'switch' }>;

/** switch: every clause that fits runs, until a break. */
export async function switchStatement(node: SwitchStatement, frame: Frame, emit: Emit): Promise<void> {
  const value = await frame.interpreter.valueOf(node.source, frame);
  const { scope } = frame;
  const items = node.fromFile ? await linesOf(frame.interpreter.session.resolvePath(textOf(value))) : enumerate(value);
  for (const item of items) {
    scope.set('_', item);
    let matched = false;
    try {
      for (const clause of node.clauses) {
        if (!clause.test || !(await switchMatches(node, clause.test, item, frame))) continue;
        matched = true;
        await frame.interpreter.block(clause.body, frame, emit);
      }
      const otherwise = node.clauses.find(({ test }) => !test);
      if (!matched && otherwise) await frame.interpreter.block(otherwise.body, frame, emit);
    } catch (thrown) {
      if (!(thrown instanceof LoopSignal) || !thrown.isFor(node.label)) throw thrown;
      if (thrown.kind === 'break') return;
    }
  }
}

/** The lines of a text file. */
async function linesOf(file: string): Promise<string[]> {
  const lines = decodeText(await readFile(file)).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

async function switchMatches(
  node: SwitchStatement,
  test: Parameters<Frame['interpreter']['expression']>[0],
  item: unknown,
  frame: Frame,
): Promise<boolean> {
  const { interpreter } = frame;
  if (test.kind === 'scriptblock') {
    const block = (await interpreter.expression(test, frame)) as { evaluate(item: unknown): MaybePromise<unknown> };
    return isTruthy(await block.evaluate(item));
  }
  const pattern = await interpreter.expression(test, frame);
  if (node.mode === 'wildcard') return wildcard(textOf(pattern), node.caseSensitive)(textOf(item));
  if (node.mode === 'regex') return matchAndRemember(item, pattern, node.caseSensitive, frame.scope);
  return isEqual(item, pattern, node.caseSensitive);
}
