// The second half of binding: fills what is left from a record of the pipeline and decides the parameter set.
import { HostError } from '../host-error.ts';
import type { ParameterDeclaration } from '../parameter.ts';
import { getProperty } from '../value/property.ts';
import { textOf, typeNameOf } from '../value/text.ts';
import { type BoundArguments, missingMandatory } from './bind-arguments.ts';
import { type ConversionContext, convertFromPipeline } from './convert-argument.ts';
import { isInSet, isMandatoryIn, type Signature } from './signature.ts';

/** A record's complete parameters. */
export interface BoundRecord {
  readonly parameters: Record<string, unknown>;
  readonly set: string;
  readonly bound: ReadonlySet<string>;
}

/** Binds record after record for one invocation. */
export interface RecordBinder {
  /** Without a record: the parameters as far as they are known before any. */
  bind(): BoundRecord;
  bind(record: unknown): BoundRecord;
  /** What `begin` and `end` see. */
  readonly initial: BoundRecord;
}

function valueFromPipeline(
  name: string,
  declaration: ParameterDeclaration,
  record: unknown,
  context: ConversionContext,
): unknown {
  const { pipeline, kind } = declaration;
  if (pipeline !== 'property') {
    // A record of some type does not become text or a number silently; it has properties to bind by.
    const structured = typeof record === 'object' && record !== null && !Array.isArray(record);
    if (
      kind === 'Object' ||
      !structured ||
      kind === 'FileTime' ||
      kind === 'DateTime' ||
      kind === 'ScriptBlock' ||
      kind === 'Hashtable'
    ) {
      const converted = convertFromPipeline(declaration, record, context);
      if (converted !== undefined) return converted;
    }
  }
  if (pipeline === 'value') {
    const structured = typeof record === 'object' && record !== null;
    return structured &&
      kind !== 'Object' &&
      String(record) !== '[object Object]' &&
      (kind === 'String' || kind === 'Path')
      ? convertFromPipeline(declaration, textOf(record), context)
      : undefined;
  }
  for (const candidate of [name, ...declaration.aliases]) {
    const property = getProperty(record, candidate);
    if (property === undefined || property === null || property === '') continue;
    const converted = convertFromPipeline(declaration, property, context);
    if (converted !== undefined) return converted;
  }
  return undefined;
}

function defaultsFor(signature: Signature, set: string | undefined): Record<string, unknown> {
  const defaults: Record<string, unknown> = {};
  for (const [name, declaration] of Object.entries(signature.parameters)) {
    if (declaration.default !== undefined && (set === undefined || isInSet(declaration, set)))
      defaults[name] = declaration.default;
    else if (declaration.kind === 'Switch') defaults[name] = false;
  }
  return defaults;
}

/** Prepares the per-record half for one invocation. */
export function makeRecordBinder(
  signature: Signature,
  given: BoundArguments,
  context: ConversionContext,
  expectsInput: boolean,
): RecordBinder {
  const fromPipeline = Object.entries(signature.parameters).filter(
    ([name, { pipeline, sets }]) =>
      pipeline !== undefined &&
      !given.values.has(name) &&
      (sets.length === 0 || sets.some((set) => given.sets.includes(set))),
  );
  const givenNames: ReadonlySet<string> = new Set(given.values.keys());
  const parametersFor = (set: string | undefined): Record<string, unknown> => ({
    ...defaultsFor(signature, set),
    ...Object.fromEntries(given.values),
  });
  const satisfied = (set: string, has: (name: string) => boolean): boolean =>
    Object.entries(signature.parameters).every(([name, declaration]) => !isMandatoryIn(declaration, set) || has(name));

  const chooseInitial = (): string => {
    const exact = given.sets.find((set) => satisfied(set, (name) => givenNames.has(name)));
    if (expectsInput) {
      const canPipe = new Set(fromPipeline.map(([name]) => name));
      const possible = given.sets.filter((set) => satisfied(set, (name) => givenNames.has(name) || canPipe.has(name)));
      const first = possible[0];
      // Where no parameter that the pipeline fills tells the sets apart, the first of them is it.
      const undecided = fromPipeline.some(([, declaration]) => possible.some((set) => !isInSet(declaration, set)));
      if (first !== undefined) return undecided ? '' : first;
    }
    if (exact !== undefined) return exact;
    throw missingMandatory(signature, given.sets[0]!, givenNames);
  };
  const initialSet = chooseInitial();
  const initial: BoundRecord = {
    parameters: parametersFor(initialSet || undefined),
    set: initialSet,
    bound: givenNames,
  };
  if (!expectsInput) return { initial, bind: () => initial };

  // The usual case of Where-Object and its kin: one catch-all parameter takes every record as it is.
  const single = fromPipeline.length === 1 && initialSet !== '' ? fromPipeline[0]! : undefined;
  if (single && single[1].kind === 'Object' && single[1].pipeline === 'value' && !single[1].isArray) {
    const name = single[0];
    const bound = new Set([...givenNames, name]);
    return {
      initial,
      bind: (record?: unknown) => {
        // Inherits the rest: copying some fifty parameters of Where-Object for every record would be most of its time.
        const parameters = Object.create(initial.parameters) as Record<string, unknown>;
        parameters[name] = record;
        return { parameters, set: initialSet, bound };
      },
    };
  }

  const bases = new Map<string, Record<string, unknown>>();
  return {
    initial,
    bind(record?: unknown): BoundRecord {
      const found = new Map<string, unknown>();
      for (const [name, declaration] of fromPipeline) {
        const value = valueFromPipeline(name, declaration, record, context);
        if (value !== undefined) found.set(name, value);
      }
      const has = (name: string): boolean => givenNames.has(name) || found.has(name);
      const complete = given.sets.filter((set) => satisfied(set, has));
      // Of the sets that are complete, one that uses what the record offers beats one that ignores all of it.
      const uses = (set: string): boolean =>
        [...found.keys()].some((name) => isInSet(signature.parameters[name]!, set));
      const set = complete.find(uses) ?? complete[0];
      if (set === undefined || found.size === 0) throw inputNotBound(signature, given, record, has);
      const base = bases.get(set) ?? parametersFor(set);
      bases.set(set, base);
      const parameters = { ...base };
      const bound = new Set(givenNames);
      for (const [name, value] of found) {
        if (!isInSet(signature.parameters[name]!, set)) continue;
        parameters[name] = value;
        bound.add(name);
      }
      return { parameters, set, bound };
    },
  };
}

function inputNotBound(
  signature: Signature,
  given: BoundArguments,
  record: unknown,
  has: (name: string) => boolean,
): HostError {
  const set = given.sets[0]!;
  const missing = Object.entries(signature.parameters)
    .filter(([name, declaration]) => isMandatoryIn(declaration, set) && !has(name))
    .map(([name]) => '-' + name);
  const wanted = missing.length > 0 ? `${missing.join(' and ')} found no value in it` : 'no parameter takes it';
  return new HostError(
    'InputObjectNotBound',
    `${signature.commandName} cannot use a ${typeNameOf(record) || 'null'} from the pipeline: ${wanted}.`,
    { Target: textOf(record).slice(0, 200) },
  );
}
