// Reading variables. Automatic ones are computed where they are read.
import type { Expression } from './ast.ts';
import type { Frame } from './frame.ts';

/** The value of a variable; null when there is none. */
export function readVariable(node: Extract<Expression, { kind: 'variable' }>, frame: Frame): unknown {
  const { name, scope } = node;
  if (scope === 'env') return frame.interpreter.session.environmentVariables[name] ?? null;
  const found = scope === '' ? frame.scope.get(name) : frame.scope.at(scope).get(name);
  if (found !== undefined) return found;
  switch (name.toLowerCase()) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'psitem':
      return frame.scope.get('_') ?? null;
    default:
      return frame.interpreter.session.automaticVariable(name.toLowerCase()) ?? null;
  }
}
