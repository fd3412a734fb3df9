// A cmdlet declared and called from TypeScript: types, binding, streaming, errors, early stop.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { defineCmdlet } from '../../../lib/host/cmdlet.ts';
import {
  any,
  enumeration,
  extension,
  path,
  scriptBlock,
  string,
  switchParameter,
  uint32,
} from '../../../lib/host/parameter.ts';
import type { PipelineStage } from '../../../lib/host/pipeline/call.ts';
import { pipe } from '../../../lib/host/pipeline/pipe.ts';
import { defineRecord, recordTypeOf } from '../../../lib/host/record.ts';

interface Item {
  readonly Index: number;
  readonly Name: string;
}
const item = defineRecord<Item>('Test.Item', { list: ['Index', 'Name'], text: (record) => record.Name });
const closed: string[] = [];

const getItem = defineCmdlet({
  name: 'Get-Item',
  synopsis: 'Counts.',
  impact: 'none',
  parameters: {
    Count: uint32({ help: 'How many.', mandatory: true, position: extension(0) }),
    Prefix: string({ help: 'Before the number.', default: 'item' }),
    Kind: enumeration(['Small', 'Large'], { help: 'The kind.' }),
    Loud: switchParameter({ help: 'In capitals.' }),
    ImagePath: path({ help: 'A path.' }),
  },
  output: item,
  examples: [],
  async *process(p, ctx) {
    expectTypeOf(p.Count).toEqualTypeOf<number>();
    expectTypeOf(p.Prefix).toEqualTypeOf<string>();
    expectTypeOf(p.Kind).toEqualTypeOf<'Small' | 'Large' | undefined>();
    expectTypeOf(p.Loud).toEqualTypeOf<boolean>();
    try {
      for (let i = 1; i <= p.Count; i++) {
        if (i === 99) ctx.error(new Error('no 99'));
        yield item({ Index: i, Name: `${p.Loud ? p.Prefix.toUpperCase() : p.Prefix}${i}` });
      }
    } finally {
      closed.push('closed');
    }
  },
});

const setItem = defineCmdlet({
  name: 'Set-Item',
  synopsis: 'Changes.',
  impact: 'medium',
  parameters: {
    Index: uint32({ help: 'Which.', mandatory: true, pipeline: 'property' }),
    Note: string({ help: 'What.', mandatory: true }),
  },
  examples: [],
  state: () => ({ seen: 0 }),
  async *process(p, ctx) {
    ctx.state.seen++;
    if (await ctx.shouldProcess(`item ${p.Index}`, 'Set')) yield `${p.Index}=${p.Note}`;
  },
  *end(_, ctx) {
    yield `seen ${ctx.state.seen}`;
  },
});

const where = defineCmdlet({
  name: 'Where-Object',
  synopsis: 'Filters.',
  impact: 'none',
  parameters: {
    FilterScript: scriptBlock({ help: 'The test.', mandatory: true }),
    InputObject: any({ help: 'The record.', pipeline: 'value' }),
  },
  examples: [],
  async process(p) {
    return (await p.FilterScript.evaluate(p.InputObject)) ? [p.InputObject] : [];
  },
});
const whereObject = <T>(test: (value: T) => unknown): PipelineStage<T, T> =>
  where({ FilterScript: test }) as unknown as PipelineStage<T, T>;

describe('defineCmdlet from TypeScript', () => {
  it('yields typed frozen records', async () => {
    const records = await getItem({ Count: 2, Loud: true }).toArray();
    expectTypeOf(records).toEqualTypeOf<Item[]>();
    expect(records).toEqual([
      { Index: 1, Name: 'ITEM1' },
      { Index: 2, Name: 'ITEM2' },
    ]);
    expect(Object.isFrozen(records[0])).toBe(true);
    expect(recordTypeOf(records[0])?.typeName).toBe('Test.Item');
    expect(JSON.stringify(records[0])).toBe('{"Index":1,"Name":"ITEM1"}');
    expect(`${records[0]}`).toBe('ITEM1');
  });

  it('refuses wrong calls at compile time and at run time', async () => {
    // @ts-expect-error Count is mandatory
    await expect(getItem({}).toArray()).rejects.toMatchObject({ ErrorId: 'MissingMandatoryParameter' });
    // @ts-expect-error Kind has two values
    await expect(getItem({ Count: 1, Kind: 'Huge' }).toArray()).rejects.toMatchObject({
      ErrorId: 'CannotConvertArgument',
    });
    // @ts-expect-error there is no such parameter
    await expect(getItem({ Count: 1, Prefiks: 'x' }).toArray()).rejects.toMatchObject({
      ErrorId: 'NamedParameterNotFound',
    });
  });

  it('pipes with types from end to end and binds by property name', async () => {
    const out = await pipe(
      getItem({ Count: 4 }),
      whereObject((i) => {
        expectTypeOf(i).toEqualTypeOf<Item>();
        return i.Index > 2;
      }),
      setItem({ Note: 'x' }),
    ).toArray();
    expect(out).toEqual(['3=x', '4=x', 'seen 2']);
  });

  it('a caller who leaves early ends the source, whose finally runs', async () => {
    closed.length = 0;
    for await (const record of getItem({ Count: 1000 })) if (record.Index === 3) break;
    expect(closed).toEqual(['closed']);
  });

  it('a non-terminating error throws unless somebody listens', async () => {
    await expect(getItem({ Count: 100 }).toArray()).rejects.toThrow('no 99');
    const heard: string[] = [];
    const records = await getItem({ Count: 100 }, { onError: (record) => heard.push(String(record)) }).toArray();
    expect(records).toHaveLength(100);
    expect(heard).toEqual(['no 99']);
  });

  it('-WhatIf says and does not', async () => {
    const said: unknown[] = [];
    const out = await setItem(
      { Index: 7, Note: 'n', WhatIf: true },
      { onInformation: (message) => said.push(message) },
    ).toArray();
    expect(out).toEqual(['seen 1']);
    expect(said).toEqual(['What if: Performing the operation "Set" on target "item 7".']);
    await expect(setItem({ Index: 7, Note: 'n', Confirm: true }).toArray()).rejects.toMatchObject({
      ErrorId: 'NoConfirmation',
    });
  });

  it('an aborted signal ends the call', async () => {
    const controller = new AbortController();
    const run = async () => {
      for await (const record of getItem({ Count: 1000 }, { signal: controller.signal })) {
        if (record.Index === 5) controller.abort();
      }
    };
    await expect(run()).rejects.toMatchObject({ Symbol: 'Cancelled' });
  });
});
