// What -Property accepts everywhere: a name, a wildcard, a script block, or a table with Name and Expression.
import { HostError } from './host-error.ts';
import { type Invocable, isInvocable } from './invocable.ts';
import { chain, type MaybePromise } from './maybe-promise.ts';
import { isTruthy, toHashtable } from './value/convert.ts';
import { Hashtable } from './value/hashtable.ts';
import { findProperty, getProperty, propertyNames } from './value/property.ts';
import { textOf } from './value/text.ts';
import { hasWildcard, wildcard } from './value/wildcard.ts';

/** One property to read. */
export interface PropertyExpression {
  /** Its label; for a plain name the name as asked for. */
  readonly name: string;
  /** Set for a plain name: where it is read from. */
  readonly property: string | undefined;
  readonly code: Invocable | undefined;
  /** The other entries of the table form, keys in lower case. */
  readonly options: ReadonlyMap<string, unknown>;
}

/** Reads what -Property was given. */
export function parsePropertyExpressions(given: readonly unknown[]): PropertyExpression[] {
  return given.flat().map((item) => {
    if (isInvocable(item)) return { name: item.toString().trim(), property: undefined, code: item, options: new Map() };
    if (typeof item === 'function') return parsePropertyExpressions([{ Expression: item }])[0]!;
    if (item instanceof Hashtable || (typeof item === 'object' && item !== null))
      return fromTable(toHashtable(item) ?? new Hashtable());
    const name = textOf(item);
    return { name, property: name, code: undefined, options: new Map() };
  });
}

const keys = [
  'name',
  'label',
  'expression',
  'formatstring',
  'width',
  'alignment',
  'align',
  'ascending',
  'descending',
  'depth',
];

function fromTable(table: Hashtable): PropertyExpression {
  const options = new Map<string, unknown>();
  for (const [key, value] of table) {
    const written = textOf(key).toLowerCase();
    const matches = keys.filter((candidate) => candidate.startsWith(written));
    const full = matches.includes(written)
      ? written
      : written === 'n'
        ? 'name'
        : written === 'e'
          ? 'expression'
          : written === 'l'
            ? 'label'
            : matches.length === 1
              ? matches[0]
              : undefined;
    if (!full)
      throw new HostError(
        'DictionaryKeyUnknown',
        `A calculated property has no key '${textOf(key)}'; it has Name, Expression, FormatString, Width, Alignment, Ascending, Descending.`,
      );
    options.set(full, value);
  }
  const expression = options.get('expression');
  const label = options.get('name') ?? options.get('label');
  if (isInvocable(expression))
    return {
      name: label === undefined ? expression.toString().trim() : textOf(label),
      property: undefined,
      code: expression,
      options,
    };
  if (typeof expression === 'function') {
    const call = expression as (item: unknown) => unknown;
    const code: Invocable = {
      evaluate: (item) => call(item),
      invoke: (item, emit) => chain(call(item), emit),
      toString: () => 'function',
    };
    return { name: textOf(label ?? 'function'), property: undefined, code, options };
  }
  const property = expression === undefined ? label : expression;
  if (property === undefined)
    throw new HostError(
      'ExpressionMissing',
      'A calculated property needs an Expression: @{ Name = ...; Expression = { ... } }.',
    );
  return { name: textOf(label ?? property), property: textOf(property), code: undefined, options };
}

/** A property's value; null when the item has none of that name. */
export function readExpression(expression: PropertyExpression, item: unknown): MaybePromise<unknown> {
  if (expression.code) return expression.code.evaluate(item);
  return getProperty(item, expression.property!) ?? null;
}

/** Plain names with wildcards become the names that the item has; others stay. */
export function expandWildcards(expressions: readonly PropertyExpression[], item: unknown): PropertyExpression[] {
  return expressions.flatMap((expression) => {
    const { property } = expression;
    if (property === undefined || !hasWildcard(property)) return [expression];
    const matches = wildcard(property);
    const names = item instanceof Hashtable ? [...item.keys()].map((key) => textOf(key)) : propertyNames(item);
    return names.filter(matches).map((name) => ({ ...expression, name, property: name }));
  });
}

/** The property's name as the item spells it, or as asked for. */
export function spelledName(expression: PropertyExpression, item: unknown): string {
  if (expression.property === undefined || expression.name !== expression.property) return expression.name;
  return typeof item === 'object' && item !== null
    ? (findProperty(item, expression.property) ?? expression.name)
    : expression.name;
}

/** Whether the table form asks for descending order, or undefined when it says nothing. */
export function asksDescending(expression: PropertyExpression): boolean | undefined {
  const { options } = expression;
  if (options.has('descending')) return isTruthy(options.get('descending'));
  return options.has('ascending') ? !isTruthy(options.get('ascending')) : undefined;
}
