// Measure-Object: counts, sums and extremes of numbers; lines, words and characters of text.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { HostError } from '../lib/host/host-error.ts';
import { forEach } from '../lib/host/maybe-promise.ts';
import { any, switchParameter } from '../lib/host/parameter.ts';
import {
  expandWildcards,
  type PropertyExpression,
  parsePropertyExpressions,
  readExpression,
} from '../lib/host/property-expression.ts';
import { compare } from '../lib/host/value/compare.ts';
import { toNumber } from '../lib/host/value/convert.ts';
import { setTypeName, textOf } from '../lib/host/value/text.ts';
import { hasWildcard } from '../lib/host/value/wildcard.ts';

interface Tally {
  count: number;
  sum: number;
  /** Sum of squared differences from the mean, kept as records come (Welford). */
  spread: number;
  mean: number;
  least: unknown;
  most: unknown;
  lines: number;
  words: number;
  characters: number;
}

const newTally = (): Tally => ({
  count: 0,
  sum: 0,
  spread: 0,
  mean: 0,
  least: null,
  most: null,
  lines: 0,
  words: 0,
  characters: 0,
});

export default defineCmdlet({
  name: 'Measure-Object',
  synopsis: 'Counts records and sums up their properties.',
  impact: 'none',
  parameters: {
    Property: any.array({ help: 'The properties to measure; without it, the records themselves.', position: 0 }),
    Sum: switchParameter({ help: 'The sum.', sets: ['Generic'] }),
    Average: switchParameter({ help: 'The mean.', sets: ['Generic'] }),
    Maximum: switchParameter({ help: 'The largest value.', sets: ['Generic'] }),
    Minimum: switchParameter({ help: 'The smallest value.', sets: ['Generic'] }),
    StandardDeviation: switchParameter({ help: 'The standard deviation of the sample.', sets: ['Generic'] }),
    AllStats: switchParameter({ help: 'All of these.', sets: ['Generic'] }),
    Line: switchParameter({ help: 'The number of lines.', sets: ['Text'] }),
    Word: switchParameter({ help: 'The number of words.', sets: ['Text'] }),
    Character: switchParameter({ help: 'The number of characters.', sets: ['Text'] }),
    IgnoreWhiteSpace: switchParameter({ help: 'Does not count white space as characters.', sets: ['Text'] }),
    InputObject: any({ help: 'The records.', pipeline: 'value' }),
  },
  defaultSet: 'Generic',
  aliases: ['measure'],
  examples: [{ title: 'Sum and mean', command: '1..4 | Measure-Object -Sum -Average' }],
  state: () => ({
    expressions: undefined as readonly PropertyExpression[] | undefined,
    hasWildcards: false,
    tallies: new Map<string, Tally>(),
    missing: new Set<string>(),
  }),
  begin(p, ctx) {
    if (!p.Property) return undefined;
    ctx.state.expressions = parsePropertyExpressions(p.Property);
    ctx.state.hasWildcards = ctx.state.expressions.some(
      ({ property }) => property !== undefined && hasWildcard(property),
    );
    return undefined;
  },
  process(p, ctx) {
    const { state } = ctx;
    const item = p.InputObject;
    if (item === null || item === undefined) return undefined;
    const needsNumbers = p.Sum || p.Average || p.StandardDeviation || p.AllStats;
    const needsValues = needsNumbers || p.Maximum || p.Minimum;
    const add = (name: string, value: unknown): void => {
      let tally = state.tallies.get(name);
      if (!tally) {
        tally = newTally();
        state.tallies.set(name, tally);
      }
      if (ctx.parameterSet === 'Text') {
        const text = textOf(value);
        tally.count++;
        tally.lines += text === '' ? 0 : text.split('\n').length;
        tally.words += text.split(/\s+/).filter((word) => word !== '').length;
        tally.characters += p.IgnoreWhiteSpace ? text.replace(/\s/g, '').length : text.length;
        return;
      }
      if (!needsValues) {
        tally.count++;
        return;
      }
      if (needsNumbers) {
        const number = typeof value === 'string' && value.trim() === '' ? undefined : toNumber(value);
        if (number === undefined || Number.isNaN(number)) {
          ctx.error(new HostError('NonNumericInputObject', `'${textOf(value).slice(0, 80)}' is not a number.`), value);
          return;
        }
        tally.count++;
        tally.sum += number;
        const difference = number - tally.mean;
        tally.mean += difference / tally.count;
        tally.spread += difference * (number - tally.mean);
      } else tally.count++;
      if (tally.least === null || compare(value, tally.least) < 0) tally.least = value;
      if (tally.most === null || compare(value, tally.most) > 0) tally.most = value;
    };
    const addGiven = (name: string, value: unknown): void => {
      if (value !== null && value !== undefined) add(name, value);
    };
    if (!state.expressions) {
      add('', item);
      return undefined;
    }
    const { expressions, hasWildcards } = state;
    const done = forEach(hasWildcards ? expandWildcards(expressions, item) : expressions, (expression) => {
      const value = readExpression(expression, item);
      if (value instanceof Promise) return value.then((later) => void addGiven(expression.name, later));
      addGiven(expression.name, value);
    });
    return done?.then(() => undefined);
  },
  *end(p, ctx) {
    const { tallies, expressions } = ctx.state;
    if (tallies.size === 0 && expressions) {
      for (const { name } of expressions) {
        ctx.error(new HostError('GenericMeasurePropertyNotFound', `No record has a property ${name}.`));
      }
      return;
    }
    if (tallies.size === 0) tallies.set('', newTally());
    for (const [name, tally] of tallies) {
      const property = name === '' ? null : name;
      if (ctx.parameterSet === 'Text') {
        const text = {
          Lines: p.Line ? tally.lines : null,
          Words: p.Word ? tally.words : null,
          Characters: p.Character ? tally.characters : null,
          Property: property,
        };
        yield setTypeName(text, 'Microsoft.PowerShell.Commands.TextMeasureInfo');
        continue;
      }
      const all = p.AllStats;
      const measured = {
        Count: tally.count,
        Average: (p.Average || all) && tally.count > 0 ? tally.sum / tally.count : null,
        Sum: p.Sum || all ? tally.sum : null,
        Maximum: p.Maximum || all ? numeric(tally.most) : null,
        Minimum: p.Minimum || all ? numeric(tally.least) : null,
        StandardDeviation:
          (p.StandardDeviation || all) && tally.count > 1
            ? Math.sqrt(tally.spread / (tally.count - 1))
            : p.StandardDeviation || all
              ? 0
              : null,
        Property: property,
      };
      yield setTypeName(measured, 'Microsoft.PowerShell.Commands.GenericMeasureInfo');
    }
  },
});

/** Extremes of numbers are numbers even when they came as text. */
function numeric(value: unknown): unknown {
  return typeof value === 'string' ? (value.trim() === '' ? value : (toNumber(value) ?? value)) : value;
}
