// A program of the machine called as a command: its arguments as text, its status in $LASTEXITCODE.
import { ErrorRecord } from '../error-record.ts';
import { HostError } from '../host-error.ts';
import { chain, forEach, type MaybePromise } from '../maybe-promise.ts';
import { informationRecord } from '../pipeline/environment.ts';
import type { StageFactory } from '../pipeline/stage.ts';
import { Hashtable } from '../value/hashtable.ts';
import { textOf } from '../value/text.ts';
import { isNumeric } from '../value/typed-number.ts';
import type { CommandElement, Expression } from './ast.ts';
import type { Frame } from './frame.ts';

/** A value as arguments: a list gives one for each item, a table `-key value` pairs. */
function words(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (value instanceof Hashtable) return [...value].flatMap(([key, item]) => [`-${textOf(key)}`, textOf(item)]);
  return Array.isArray(value) ? value.map((item) => textOf(item)) : [textOf(value)];
}

function argumentWords(node: Expression, frame: Frame): MaybePromise<string[]> {
  if (node.kind === 'splat') return words(frame.scope.get(node.name));
  // A number stays as it was written: `010`, `1KB`.
  if (node.kind === 'literal' && isNumeric(node.value))
    return [frame.source.text.slice(node.span.start, node.span.end)];
  return chain(frame.interpreter.expression(node, frame), words);
}

/** The arguments of a program. What stands together without a space, like `-o"a b"`, is one. */
function programArguments(elements: readonly CommandElement[], frame: Frame): MaybePromise<string[]> {
  const all: string[] = [];
  let end = -1;
  const add = (element: CommandElement, given: readonly string[]): void => {
    const [first, ...rest] = given;
    if (first !== undefined && all.length > 0 && element.span.start === end) all.push(all.pop()! + first);
    else if (first !== undefined) all.push(first);
    all.push(...rest);
    end = (element.value ?? element).span.end;
  };
  return chain(
    forEach(elements, (element) => {
      if (element.kind !== 'parameter')
        return chain(argumentWords(element.value, frame), (given) => add(element, given));
      const { name, value } = element;
      if (!value) return add(element, [`-${name}`]);
      return chain(argumentWords(value, frame), ([first = '', ...rest]) =>
        add(element, [`-${name}:${first}`, ...rest]),
      );
    }),
    () => all,
  );
}

/** Makes the stage of a program. `errorsAreRedirected`: its standard error goes where errors go. */
export async function programStage(
  path: string,
  elements: readonly CommandElement[],
  frame: Frame,
  errorsAreRedirected: boolean,
): Promise<StageFactory> {
  const args = await programArguments(elements, frame);
  const { makeProgramStage } = await import('../programs/program-stage.ts');
  const { session } = frame.interpreter;
  const { streams, signal } = frame;
  const call = {
    path,
    args,
    cwd: session.cwd,
    environment: session.environmentVariables,
    signal,
    onError: (line: string) => {
      if (errorsAreRedirected)
        streams.error(new ErrorRecord(new HostError('NativeCommandError', line, { symbol: 'Internal' }), path));
      else streams.information(informationRecord({ MessageData: line, Source: path, Tags: ['PSHOST'] }));
    },
    onExit: (status: number) => session.noteProgramStatus(status),
  };
  return (emit, expectsInput) => makeProgramStage(call, emit, expectsInput);
}
