// Select-Object: properties, calculated ones included, and parts of the stream.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { toJson } from '../lib/host/format/json.ts';
import { HostError } from '../lib/host/host-error.ts';
import { chain, forEach, type MaybePromise } from '../lib/host/maybe-promise.ts';
import { any, int32, string, switchParameter } from '../lib/host/parameter.ts';
import {
  expandWildcards,
  type PropertyExpression,
  parsePropertyExpressions,
  readExpression,
  spelledName,
} from '../lib/host/property-expression.ts';
import { enumerate } from '../lib/host/value/convert.ts';
import { setOwn } from '../lib/host/value/hashtable.ts';
import { findProperty, getProperty, propertyNames } from '../lib/host/value/property.ts';
import { isPlainObject, newObject, textOf, typeNameOf } from '../lib/host/value/text.ts';
import { hasWildcard, wildcard } from '../lib/host/value/wildcard.ts';

const count = (help: string, sets: readonly string[]) =>
  int32({ help, sets, validate: (n) => (n < 0 ? 'it must not be negative.' : undefined) });

/** Makes the records of the chosen properties; what does not depend on the record is found out once. */
function makeShape(
  properties: readonly PropertyExpression[],
  exclude: readonly string[],
): (item: unknown) => MaybePromise<unknown> {
  const excluded = exclude.map((pattern) => wildcard(pattern));
  const expands = properties.some(({ property }) => property !== undefined && hasWildcard(property));
  let typeName = '';
  let selectedName = '';
  return (item) => {
    const own = typeNameOf(item);
    if (own !== typeName) {
      typeName = own;
      selectedName = `Selected.${own}`;
    }
    const result = newObject(selectedName);
    const add = (expression: PropertyExpression): MaybePromise<void> => {
      const name = spelledName(expression, item);
      if (excluded.some((matches) => matches(name)) || Object.hasOwn(result, name)) return;
      const value = readExpression(expression, item);
      if (value instanceof Promise) return value.then((later) => setOwn(result, name, later));
      setOwn(result, name, value);
    };
    const done = forEach(expands ? expandWildcards(properties, item) : properties, add);
    return done instanceof Promise ? done.then(() => result) : result;
  };
}

function identity(item: unknown): string {
  return isPlainObject(item) ? toJson(item, { depth: 3, compress: true }) : `${typeof item}:${textOf(item)}`;
}

export default defineCmdlet({
  name: 'Select-Object',
  synopsis: 'Selects properties of records, or some of the records.',
  impact: 'none',
  parameters: {
    Property: any.array({
      help: 'Names, wildcards, or tables @{ Name = ...; Expression = { ... } }.',
      position: 0,
      sets: ['Default', 'SkipLast'],
    }),
    ExcludeProperty: string.array({ help: 'Properties to leave out.', sets: ['Default', 'SkipLast'], wildcards: true }),
    ExpandProperty: string({
      help: 'Gives the values of this property instead of records.',
      sets: ['Default', 'SkipLast'],
    }),
    First: count('Only so many from the start; the source is then stopped.', ['Default']),
    Last: count('Only so many from the end.', ['Default']),
    Skip: count('Leaves out so many from the start (from the end, with -Last).', ['Default']),
    SkipLast: int32({
      help: 'Leaves out so many from the end.',
      sets: ['SkipLast'],
      mandatory: ['SkipLast'],
      validate: (n) => (n < 0 ? 'it must not be negative.' : undefined),
    }),
    Index: int32.array({ help: 'Only the records at these places, from 0.', sets: ['Index'], mandatory: ['Index'] }),
    SkipIndex: int32.array({
      help: 'All but the records at these places.',
      sets: ['SkipIndex'],
      mandatory: ['SkipIndex'],
    }),
    Unique: switchParameter({ help: 'Leaves out records equal to an earlier one.' }),
    CaseInsensitive: switchParameter({ help: '-Unique does not tell letters of different case apart.' }),
    Wait: switchParameter({
      help: 'Does not stop the source after the last wanted record.',
      sets: ['Default', 'Index'],
    }),
    InputObject: any({ help: 'The records.', pipeline: 'value' }),
  },
  defaultSet: 'Default',
  aliases: ['select'],
  examples: [
    { title: 'Two properties', command: '[pscustomobject]@{ A = 1; B = 2; C = 3 } | Select-Object A, C' },
    { title: 'The first two', command: '1..10 | Select-Object -First 2' },
    {
      title: 'A calculated property',
      command: "'abc' | Select-Object Length, @{ Name = 'Upper'; Expression = { $_.ToUpper() } }",
    },
  ],
  state: () => ({
    shape: undefined as ((item: unknown) => MaybePromise<unknown>) | undefined,
    seen: new Set<string>(),
    held: [] as unknown[],
    place: -1,
    passed: 0,
    last: undefined as number | undefined,
  }),
  begin(p, ctx) {
    const given = p.Property ?? (p.ExcludeProperty ? ['*'] : undefined);
    if (given) ctx.state.shape = makeShape(parsePropertyExpressions(given), p.ExcludeProperty ?? []);
    return undefined;
  },
  process(p, ctx) {
    const { state } = ctx;
    const item = p.InputObject;
    const place = ++state.place;
    const out = (): MaybePromise<readonly unknown[]> =>
      chain(transform(item), (results) => {
        if (!p.Unique) return results;
        return results.filter((result) => {
          const key = p.CaseInsensitive ? identity(result).toLowerCase() : identity(result);
          if (state.seen.has(key)) return false;
          state.seen.add(key);
          return true;
        });
      });
    const transform = (one: unknown): MaybePromise<readonly unknown[]> => {
      if (p.ExpandProperty === undefined) return state.shape ? chain(state.shape(one), (result) => [result]) : [one];
      const value = getProperty(one, p.ExpandProperty);
      if (value === undefined && !(typeof one === 'object' && one !== null && findProperty(one, p.ExpandProperty))) {
        ctx.error(
          new HostError(
            'ExpandPropertyNotFound',
            `The ${typeNameOf(one)} has no property ${p.ExpandProperty}. It has ${propertyNames(one).join(', ') || 'none'}.`,
          ),
          one,
        );
        return [];
      }
      return [...enumerate(value)];
    };
    if (p.Index || p.SkipIndex) {
      const wanted = p.Index ? p.Index.includes(place) : !p.SkipIndex!.includes(place);
      return wanted ? out() : [];
    }
    if (p.Last !== undefined || p.SkipLast !== undefined) {
      state.held.push(item);
      const { First } = p;
      if (p.Last !== undefined && First !== undefined && place < First) {
        state.held.pop();
        return out();
      }
      const keep = p.SkipLast ?? p.Last! + (p.Skip ?? 0);
      if (state.held.length <= keep) return [];
      const released = state.held.shift();
      return p.SkipLast === undefined ? [] : transform(released);
    }
    if (place < (p.Skip ?? 0)) return [];
    if (p.First === undefined) return out();
    if (state.passed >= p.First) {
      if (p.Wait) return [];
      throw ctx.stopUpstream();
    }
    state.passed++;
    if (state.passed < p.First || p.Wait) return out();
    return chain(out(), (results) => lastResults(results, ctx.stopUpstream()));
  },
  async *end(p, ctx) {
    const { held, shape } = ctx.state;
    if (p.Last === undefined) return;
    const rest = p.Skip ? held.slice(0, Math.max(0, held.length - p.Skip)) : held;
    for (const item of rest.slice(p.Last === 0 ? rest.length : -p.Last)) {
      const { ExpandProperty } = p;
      if (ExpandProperty !== undefined) yield* enumerate(getProperty(item, ExpandProperty));
      else yield shape ? await shape(item) : item;
    }
  },
});

/** Gives the results, then stops the source: no further record is asked of it. */
function* lastResults(results: readonly unknown[], stop: Error): Generator<unknown> {
  yield* results;
  throw stop;
}
