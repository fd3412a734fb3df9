// What running code stands on: its variables, its message streams, and how deep it is nested.
import type { Streams } from '../pipeline/environment.ts';
import type { SourceText } from './ast.ts';
import type { Interpreter } from './interpreter.ts';
import type { Scope } from './scope.ts';

export interface Frame {
  readonly interpreter: Interpreter;
  readonly scope: Scope;
  readonly streams: Streams;
  readonly signal: AbortSignal;
  readonly source: SourceText;
  /** A try somewhere above will see errors, so statements do not report them. */
  readonly insideTry: boolean;
  /** Calls of functions and blocks above. */
  readonly depth: number;
  /** The common parameters of the advanced function this runs in, for Write-Verbose and its kin. */
  readonly commandName: string;
}
