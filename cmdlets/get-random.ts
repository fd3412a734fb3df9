// Get-Random: numbers, or items of a list, at random.
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { HostError } from '../lib/host/host-error.ts';
import { any, int32, switchParameter } from '../lib/host/parameter.ts';
import { toNumeric } from '../lib/host/value/convert.ts';
import { makeDouble } from '../lib/host/value/typed-number.ts';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export default defineCmdlet({
  name: 'Get-Random',
  synopsis: 'Gives numbers, or items of a list, at random.',
  description: 'Not for secrets.',
  impact: 'none',
  parameters: {
    Maximum: any({ help: 'Numbers below this one; the default is 2147483647.', position: 0, sets: ['Number'] }),
    Minimum: any({ help: 'Numbers from this one on; the default is 0.', sets: ['Number'] }),
    InputObject: any.array({ help: 'The list to choose from.', pipeline: 'value', sets: ['List'] }),
    Shuffle: switchParameter({ help: 'All items, in any order.', sets: ['List'] }),
    Count: int32({ help: 'How many.', validate: (n) => (n < 1 ? 'it must be at least 1.' : undefined) }),
    SetSeed: int32({ help: 'The same seed gives the same choice.' }),
  },
  defaultSet: 'Number',
  examples: [{ title: 'A die', command: 'Get-Random -Minimum 1 -Maximum 7' }],
  state: () => ({ items: [] as unknown[] }),
  process(p, ctx) {
    if (p.InputObject) ctx.state.items.push(...p.InputObject);
    return undefined;
  },
  *end(p, ctx) {
    const random = p.SetSeed === undefined ? Math.random : seeded(p.SetSeed);
    const { items } = ctx.state;
    if (ctx.parameterSet === 'List' || items.length > 0) {
      const left = [...items];
      for (let count = p.Shuffle ? left.length : (p.Count ?? 1); count > 0 && left.length > 0; count--)
        yield left.splice(Math.floor(random() * left.length), 1)[0];
      return;
    }
    const [least, most] = [toNumeric(p.Minimum ?? 0), toNumeric(p.Maximum ?? 2147483647)];
    if (least === undefined || most === undefined || Number(least) >= Number(most))
      throw new HostError('MinGreaterThanOrEqualMax', 'The minimum must be a number below the maximum.');
    const whole = [least, most].every((bound) => typeof bound === 'number' && Number.isInteger(bound));
    for (let count = p.Count ?? 1; count > 0; count--) {
      const value = Number(least) + random() * (Number(most) - Number(least));
      yield whole ? Math.floor(value) : makeDouble(value);
    }
  },
});
