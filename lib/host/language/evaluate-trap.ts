// trap: what a block does about errors of its statements.
import { ThrownValue } from '../error-record.ts';
import { PipelineStopped, StopUpstream } from '../host-error.ts';
import type { Emit } from '../invocable.ts';
import type { Block, Statement } from './ast.ts';
import { isSignal, LoopSignal } from './control-flow.ts';
import { catches } from './evaluate-try.ts';
import type { Frame } from './frame.ts';
import { failed, located } from './report-failure.ts';

type Trap = Extract<Statement, { kind: 'trap' }>;

/**
 * Runs a block that has traps. After an error its trap runs: `continue` goes on with the next statement, `break` ends
 * the block with the error, and without either the error is reported and the block goes on.
 */
export async function trappedBlock(node: Block, traps: readonly Trap[], frame: Frame, emit: Emit): Promise<void> {
  const guarded = { ...frame, insideTry: true };
  for (const statement of node.statements) {
    try {
      await frame.interpreter.run(statement, guarded, emit);
    } catch (thrown) {
      if (isSignal(thrown) || thrown instanceof StopUpstream || thrown instanceof PipelineStopped) throw thrown;
      const record = located(thrown, statement.span, frame);
      const trap = traps.find(({ types }) => types.length === 0 || types.some((type) => catches(type, record)));
      if (!trap) throw thrown;
      frame.scope.set('_', record);
      try {
        await frame.interpreter.block(trap.body, frame, emit);
      } catch (signal) {
        if (!(signal instanceof LoopSignal) || signal.label !== '') throw signal;
        if (signal.kind === 'break') throw new ThrownValue(record);
        frame.interpreter.session.rememberError(record);
        continue;
      }
      failed(record, statement.span, frame);
    }
  }
}
