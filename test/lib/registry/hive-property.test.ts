// Random edits against a model of plain objects: after writing and opening again both hold the same, the hive is sound, and
// other people's readers agree.
import { describe, expect, it } from 'vitest';
import { upcase } from '../../../lib/base/upcase.ts';
import { compactHive } from '../../../lib/registry/compact-hive.ts';
import { compareKeys, type HiveDifference } from '../../../lib/registry/compare-hives.ts';
import { EditJournal } from '../../../lib/registry/edit-journal.ts';
import { Hive } from '../../../lib/registry/hive.ts';
import type { HiveKey } from '../../../lib/registry/hive-key.ts';
import { chooseSeed, type Random, randomFrom } from '../../support/random.ts';
import { hasTool, linesOfHive, linesOfHivexml, runOnHive } from './judges.ts';
import { now } from './samples.ts';

interface ModelKey {
  name: string;
  className: string;
  readonly values: Map<string, { readonly name: string; readonly type: number; readonly data: string }>;
  readonly keys: Map<string, ModelKey>;
}

const newModel = (name: string): ModelKey => ({ name, className: '', values: new Map(), keys: new Map() });

const letters = ['a', 'B', 'z', '_', '0', ' ', '.', 'ä', 'Ö', 'ß', 'ж', 'Я', '日', 'ı'];

function randomName(random: Random): string {
  return Array.from({ length: 1 + random.below(random.below(10) === 0 ? 100 : 4) }, () => random.pick(letters)).join(
    '',
  );
}

function randomKey(random: Random, hive: Hive, model: ModelKey): [HiveKey, ModelKey] {
  let key = hive.root;
  let at = model;
  while (at.keys.size > 0 && random.below(3) > 0) {
    at = random.pick([...at.keys.values()]);
    key = key.getSubkey(at.name);
  }
  return [key, at];
}

function randomData(random: Random): Uint8Array {
  const length = random.pick([0, 1, 4, 5, 8, 30, 300, 4000, 17_000, 50_000]);
  return length > 300 ? new Uint8Array(length).fill(random.below(256)) : random.bytes(length);
}

const allTypes = Array.from({ length: 12 }, (_, type) => type);
/** Those that hivexml gives as bytes whatever they are. */
const byteTypes = [0, 3, 8, 9, 10];

function edit(random: Random, hive: Hive, model: ModelKey, types = allTypes): void {
  const [key, at] = randomKey(random, hive, model);
  const action = random.below(20);
  if (action < 8) {
    const name = randomName(random);
    key.create(name);
    const upcased = upcase(name);
    if (!at.keys.has(upcased)) at.keys.set(upcased, newModel(name));
  } else if (action < 14) {
    const data = randomData(random);
    const name = random.below(8) === 0 ? '' : randomName(random);
    const known = at.values.get(upcase(name));
    const type = random.pick(types);
    key.setValue(name, type, data);
    at.values.set(upcase(name), { name: known?.name ?? name, type, data: Buffer.from(data).toString('hex') });
  } else if (action < 16 && at.values.size > 0) {
    const name = random.pick([...at.values.keys()]);
    expect(key.deleteValue(name)).toBe(true);
    at.values.delete(name);
  } else if (action === 16 && at.keys.size > 0) {
    const name = random.pick([...at.keys.keys()]);
    expect(key.deleteSubkey(name)).toBe(true);
    at.keys.delete(name);
  } else if (action === 17 && at.keys.size > 0) {
    const from = random.pick([...at.keys.keys()]);
    const to = randomName(random);
    if (at.keys.has(upcase(to)) && upcase(to) !== from) return;
    key.getSubkey(from).rename(to);
    const child = at.keys.get(from)!;
    at.keys.delete(from);
    child.name = to;
    at.keys.set(upcase(to), child);
  } else if (action === 18) {
    at.className = random.below(3) === 0 ? '' : randomName(random);
    key.setClassName(at.className);
  } else {
    const descriptor = key.securityDescriptor;
    descriptor[descriptor.length - 4] = 18 + random.below(4);
    key.setSecurityDescriptor(descriptor);
  }
}

function contentOf(key: HiveKey): unknown {
  return {
    name: key.isRoot ? '' : key.name,
    className: key.className,
    values: [...key.values()].map((value) => [value.name, value.type, Buffer.from(value.data).toString('hex')]).sort(),
    keys: [...key.subkeys()].map(contentOf),
  };
}

/** Bytes as text: comparing arrays of them takes seconds. */
function textOf(differences: Iterable<HiveDifference>): string {
  const text = (_: string, value: unknown): unknown =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
  return [...differences].map((difference) => JSON.stringify(difference, text)).join('\n');
}

function contentOfModel(model: ModelKey): unknown {
  return {
    name: model.name,
    className: model.className,
    values: [...model.values.values()].map((value) => [value.name, value.type, value.data]).sort(),
    keys: [...model.keys].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, child]) => contentOfModel(child)),
  };
}

describe('random edits', () => {
  const seed = chooseSeed();
  console.log(`random edits of hives: OPENDISM_SEED=${seed}`);

  it('give what a model of plain objects gives, also when compacted', () => {
    const random = randomFrom(seed);
    let hive = Hive.create({ now, minorVersion: random.pick([3, 5]) });
    const model = newModel('');
    for (let round = 0; round < 15; round++) {
      for (let i = 0; i < 60; i++) edit(random, hive, model);
      const before = hive;
      hive = Hive.open(hive.toBytes(), { now });
      expect(hive.check().findings, `seed ${seed}, round ${round}`).toEqual([]);
      expect(JSON.stringify(contentOf(hive.root)), `seed ${seed}, round ${round}`).toBe(
        JSON.stringify(contentOfModel(model)),
      );
      expect([...compareKeys(before.root, hive.root)]).toEqual([]);
    }
    const compact = compactHive(hive, { now });
    expect([...compareKeys(hive.root, compact.root)]).toEqual([]);
    expect(compact.check().findings).toEqual([]);
    // Cells of many sizes do not fill every bin: a hive that had nothing free may grow by some.
    expect(compact.space.total).toBeLessThanOrEqual(hive.space.total * 1.2);
  });

  it('are told by a journal as by comparing, also across writing and opening again', () => {
    const random = randomFrom(seed + 3);
    const found = Hive.create({ now });
    const model = newModel('');
    for (let i = 0; i < 150; i++) edit(random, found, model);
    const bytes = found.toBytes();
    const journal = new EditJournal();
    let hive = Hive.open(bytes, { now, journal });
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < 12; i++) edit(random, hive, model);
      const compared = textOf(compareKeys(Hive.open(bytes).root, hive.root));
      expect(textOf(journal.differences(hive.root)), `seed ${seed}, round ${round}`).toBe(compared);
      if (random.below(3) === 0) hive = Hive.open(hive.viewBytes(), { now, journal, adopt: true });
    }
  });

  it.skipIf(!hasTool('hivexml'))('hivexml reads the same keys and values', () => {
    const random = randomFrom(seed + 1);
    const hive = Hive.create({ now });
    const model = newModel('');
    for (let i = 0; i < 400; i++) edit(random, hive, model, byteTypes);
    for (let i = 0; i < 1200; i++) {
      const key = hive.root.create(`many${i}`);
      if (i % 10 === 0) key.setText('text', randomName(random));
      if (i % 10 === 1) key.setDword('number', random.below(0x7fffffff) * 2);
      if (i % 10 === 2) key.setTextList('list', [randomName(random), randomName(random)]);
      if (i % 10 === 3) key.setQword('large', BigInt(random.below(0x7fffffff)) ** 2n);
    }
    const bytes = hive.toBytes();
    expect(linesOfHivexml(bytes)).toEqual(linesOfHive(Hive.open(bytes)));
  });

  it.skipIf(!hasTool('reglookup'))('reglookup reads the same number of keys and values', () => {
    const random = randomFrom(seed + 2);
    const hive = Hive.create({ now });
    const model = newModel('');
    for (let i = 0; i < 400; i++) edit(random, hive, model);
    for (let i = 0; i < 1200; i++) hive.root.create(`many${i}`);
    const { keys, values } = hive.check();
    const lines = runOnHive('reglookup', ['-H'], hive.toBytes()).trim().split('\n');
    expect(lines).toHaveLength(keys + values);
  });
});
