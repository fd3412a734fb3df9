// The first half of binding: the arguments as written, against a signature. Names by prefix and alias, switches,
// positions, and which parameter sets remain possible. The second half, per record, is bind-record.ts.
import { HostError, type SourceSpan } from '../host-error.ts';
import { type ConversionContext, convertArgument } from './convert-argument.ts';
import { didYouMean } from './near-miss.ts';
import { declarationOf, isInSet, isMandatoryIn, type Signature } from './signature.ts';

/** One argument as written: `-Name`, `-Name:value`, or a value. */
export interface Argument {
  /** The parameter's name without the dash; absent for a plain value. */
  readonly parameter?: string | undefined;
  readonly value?: unknown;
  /** For `-Name`: a value came attached (`-Name:value`) or by splatting. */
  readonly attached?: boolean;
  readonly span?: SourceSpan | undefined;
}

/** The outcome of the first half. */
export interface BoundArguments {
  /** Converted values by declared name, own parameters. */
  readonly values: Map<string, unknown>;
  readonly common: Readonly<Record<string, unknown>>;
  /** The sets that the given parameters leave possible, the default one first. */
  readonly sets: readonly string[];
  /** Values that no parameter took; an error unless the command has none to give them to. */
  readonly rest: readonly Argument[];
}

/** The declared name for a written one: exact, alias, or unambiguous prefix; undefined when there is none. */
export function findParameter(signature: Signature, written: string, span?: SourceSpan): string | undefined {
  const lower = written.toLowerCase();
  const exact = signature.byName.get(lower);
  if (exact !== undefined) return exact;
  const found = (declarations: object): string[] =>
    Object.keys(declarations).filter((name) => name.toLowerCase().startsWith(lower));
  const own = found(signature.parameters);
  const all = [...own, ...found(signature.common)];
  // An own parameter wins over a common one: -E is nobody's business but -Path's.
  const candidates = own.length === 1 ? own : all;
  if (candidates.length > 1) {
    throw new HostError(
      'AmbiguousParameter',
      `${signature.commandName}: -${written} could be ${candidates.map((name) => '-' + name).join(', ')}. Write more of the name.`,
      { Target: written, span },
    );
  }
  return candidates[0];
}

function unknownParameter(signature: Signature, written: string, span: SourceSpan | undefined): HostError {
  const names = Object.keys(signature.parameters);
  const near = didYouMean(written, [...names, ...Object.keys(signature.common)], '-');
  const list =
    names.length === 0 ? 'It has no parameters of its own.' : `It has ${names.map((name) => '-' + name).join(', ')}.`;
  return new HostError(
    'NamedParameterNotFound',
    `${signature.commandName} has no parameter -${written}.${near} ${list}`,
    { Target: written, span },
  );
}

interface Named {
  readonly name: string;
  readonly value: unknown;
  readonly span: SourceSpan | undefined;
}

function collect(
  signature: Signature,
  given: readonly Argument[],
  simple: boolean,
): { named: Named[]; values: Argument[] } {
  const named: Named[] = [];
  const values: Argument[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < given.length; i++) {
    const argument = given[i]!;
    if (argument.parameter === undefined) {
      values.push(argument);
      continue;
    }
    const { parameter, span } = argument;
    const name = findParameter(signature, parameter, span);
    if (name === undefined) {
      // A function without declared parameters takes everything as $args.
      if (simple) {
        values.push({ value: '-' + parameter, span });
        if (argument.attached) values.push({ value: argument.value, span });
        continue;
      }
      throw unknownParameter(signature, parameter, span);
    }
    if (seen.has(name)) {
      throw new HostError('ParameterAlreadyBound', `${signature.commandName}: -${name} is given twice.`, {
        Target: name,
        span,
      });
    }
    seen.add(name);
    const declaration = declarationOf(signature, name);
    if (argument.attached) named.push({ name, value: argument.value, span });
    else if (declaration.kind === 'Switch') named.push({ name, value: true, span });
    else {
      const next = given[i + 1];
      if (next === undefined || next.parameter !== undefined) {
        throw new HostError('MissingArgument', `${signature.commandName}: -${name} needs a value.`, {
          Target: name,
          span,
        });
      }
      named.push({ name, value: next.value, span: next.span });
      i++;
    }
  }
  return { named, values };
}

function narrowSets(
  signature: Signature,
  names: readonly string[],
  spanOf: (name: string) => SourceSpan | undefined,
): string[] {
  const { sets, defaultSet } = signature;
  let possible = defaultSet ? [defaultSet, ...sets.filter((set) => set !== defaultSet)] : [...sets];
  const before: string[] = [];
  for (const name of names) {
    if (!Object.hasOwn(signature.parameters, name)) continue;
    const declaration = signature.parameters[name]!;
    const left = possible.filter((set) => isInSet(declaration, set));
    if (left.length === 0) {
      const other = before.find(
        (earlier) => !sets.some((set) => isInSet(declaration, set) && isInSet(signature.parameters[earlier]!, set)),
      );
      throw new HostError(
        'AmbiguousParameterSet',
        `${signature.commandName}: -${name} cannot be used together with ${other ? '-' + other : before.map((earlier) => '-' + earlier).join(', ')}.`,
        { Target: name, span: spanOf(name) },
      );
    }
    possible = left;
    before.push(name);
  }
  return possible;
}

/** Binds the arguments as written. `simple`: a function without declared parameters, where nothing is wrong. */
export function bindArguments(
  signature: Signature,
  given: readonly Argument[],
  context: ConversionContext,
  simple = false,
): BoundArguments {
  const { named, values } = collect(signature, given, simple);
  const own = new Map<string, unknown>();
  const common: Record<string, unknown> = {};
  const spans = new Map(named.map(({ name, span }) => [name, span]));
  for (const { name, value, span } of named) {
    const declaration = declarationOf(signature, name);
    const converted = convertArgument(signature.commandName, name, declaration, value, context, span);
    if (Object.hasOwn(signature.parameters, name)) own.set(name, converted);
    else common[name] = converted;
  }
  let sets = narrowSets(signature, [...own.keys()], (name) => spans.get(name));

  const positional = Object.entries(signature.parameters)
    .filter(
      ([name, declaration]) =>
        declaration.position !== undefined && !own.has(name) && sets.some((set) => isInSet(declaration, set)),
    )
    .sort(([, a], [, b]) => a.position! - b.position!);
  let index = 0;
  for (const [name, declaration] of positional) {
    if (index >= values.length) break;
    if (declaration.remaining || !sets.some((set) => isInSet(declaration, set))) continue;
    const argument = values[index]!;
    let converted: unknown;
    try {
      converted = convertArgument(signature.commandName, name, declaration, argument.value, context, argument.span);
    } catch (error) {
      // Another set may have a parameter of a fitting type at the same position.
      if (
        positional.some(([other, item]) => other !== name && item.position === declaration.position && !own.has(other))
      )
        continue;
      throw error;
    }
    index++;
    own.set(name, converted);
    sets = narrowSets(signature, [...own.keys()], () => argument.span);
  }
  let rest: readonly Argument[] = values.slice(index);
  const collector = Object.entries(signature.parameters).find(
    ([name, declaration]) => declaration.remaining && !own.has(name) && sets.some((set) => isInSet(declaration, set)),
  );
  if (rest.length > 0 && collector) {
    const all = rest.length === 1 ? rest[0]!.value : rest.map(({ value }) => value);
    own.set(
      collector[0],
      convertArgument(signature.commandName, collector[0], collector[1], all, context, rest[0]!.span),
    );
    rest = [];
  }
  if (rest.length > 0 && !simple) {
    const extra = rest[0]!;
    throw new HostError(
      'PositionalParameterNotFound',
      `${signature.commandName} has no place for '${String(extra.value)}'. Name the parameter it is for: ${
        Object.keys(signature.parameters)
          .map((name) => '-' + name)
          .join(', ') || 'it takes none'
      }.`,
      { Target: String(extra.value), span: extra.span },
    );
  }
  return { values: own, common, sets, rest };
}

/** The error for mandatory parameters that nobody gave. */
export function missingMandatory(signature: Signature, set: string, bound: ReadonlySet<string>): HostError {
  const missing = Object.entries(signature.parameters)
    .filter(([name, declaration]) => isMandatoryIn(declaration, set) && !bound.has(name))
    .map(([name]) => '-' + name);
  return new HostError(
    'MissingMandatoryParameter',
    `${signature.commandName} needs ${missing.join(' and ')}. See: Get-Help ${signature.commandName}`,
    { Target: missing.join(', ').replaceAll('-', '') },
  );
}
