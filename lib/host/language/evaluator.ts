// Ties the parts of the evaluator together.

import { runPipeline } from '../pipeline/run.ts';
import type { Session } from '../session.ts';
import { unroll } from '../value/convert.ts';
import { evaluateExpression } from './evaluate-expression.ts';
import { evaluateBlock, evaluateStatement, runStatement, statementValue } from './evaluate-statement.ts';
import { callStage } from './function-stage.ts';
import type { Interpreter } from './interpreter.ts';
import { failed } from './report-failure.ts';

/** Makes the interpreter of a session. */
export function makeInterpreter(session: Session): Interpreter {
  return {
    session,
    expression: evaluateExpression,
    statement: evaluateStatement,
    run: runStatement,
    block: evaluateBlock,
    valueOf: statementValue,
    failed,
    async callBlock(block, args, frame) {
      const values: unknown[] = [];
      await runPipeline(
        [callStage(block.node, '', args, frame, {})],
        undefined,
        (value) => void values.push(value),
        frame.signal,
      );
      return unroll(values);
    },
  };
}
