// Hives of few bytes that would make a reader work or remember without end: cells that many records share, lists that
// repeat, keys below keys. Reading them ends with an error that has an offset.
import { describe, expect, it } from 'vitest';
import { isDismError } from '../../../lib/base/error.ts';
import { compareKeys } from '../../../lib/registry/compare-hives.ts';
import { Hive } from '../../../lib/registry/hive.ts';
import { marvin32 } from '../../../lib/registry/marvin32.ts';
import { writeRegText } from '../../../lib/registry/reg-text-writer.ts';
import { parseTransactionLog } from '../../../lib/registry/transaction-log.ts';
import { fixChecksum, makeDirty, now } from './samples.ts';

/** A hive as bytes, with the places of its records. */
class Patched {
  readonly bytes: Uint8Array;
  readonly view: DataView;

  constructor(hive: Hive) {
    this.bytes = hive.toBytes();
    this.view = new DataView(this.bytes.buffer);
  }

  /** Where the content of the record with a signature and a name starts in the file. */
  record(signature: 'nk' | 'vk', name: string): number {
    const nameAt = signature === 'nk' ? 76 : 20;
    const buffer = Buffer.from(this.bytes.buffer);
    for (let at = 4096 + 32; at < buffer.length - nameAt; at += 8) {
      const start = at + 4;
      if (buffer.toString('latin1', start, start + 2) !== signature) continue;
      if (buffer.toString('latin1', start + nameAt, start + nameAt + name.length) === name) return start;
    }
    throw new Error(`no ${signature} ${name}`);
  }

  copy(field: number, from: number, to: number): void {
    this.view.setUint32(to + field, this.view.getUint32(from + field, true), true);
  }
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isDismError(error) && error.Offset !== undefined) return error.Symbol;
    throw error;
  }
  return 'none';
}

/** Two keys with a class, a value of a thousand bytes and a subkey each. */
function pair(): Patched {
  const hive = Hive.create({ now });
  for (const name of ['first', 'second']) {
    const key = hive.root.create(name);
    key.setBinary(`value-${name}`, new Uint8Array(1000));
    key.setClassName(`class of ${name}`);
    key.create('below');
  }
  return new Patched(hive);
}

function readAll(bytes: Uint8Array): void {
  const keys = [Hive.open(bytes).root];
  for (const key of keys) {
    expect(key.className.length).toBeLessThan(20);
    for (const value of key.valueViews()) expect(value.data.length).toBe(1000);
    keys.push(...key.subkeys());
  }
}

describe('what two records share', () => {
  it('is nothing in a sound hive', () => {
    expect(() => readAll(pair().bytes)).not.toThrow();
  });

  it.each([
    ['a value list', 'nk', 40],
    ['a class name', 'nk', 48],
    ['a subkey list', 'nk', 28],
  ] as const)('%s ends the walk', (_, signature, field) => {
    const hive = pair();
    hive.copy(field, hive.record(signature, 'first'), hive.record(signature, 'second'));
    expect(refusal(() => readAll(hive.bytes))).toBe('Corrupt');
    const { root } = Hive.open(hive.bytes);
    expect(refusal(() => [...compareKeys(root, Hive.open(pair().bytes).root)])).toBe('Corrupt');
  });

  it('data ends the walk, and reading one of the values again does not', () => {
    const hive = pair();
    hive.copy(8, hive.record('vk', 'value-first'), hive.record('vk', 'value-second'));
    expect(refusal(() => readAll(hive.bytes))).toBe('Corrupt');
    const { root } = Hive.open(hive.bytes);
    expect(root.getSubkey('second').value('value-second')?.data.length).toBe(1000);
    expect(root.getSubkey('second').value('value-second')?.data.length).toBe(1000);
    expect(refusal(() => root.getSubkey('first').value('value-first'))).toBe('Corrupt');
    expect(refusal(() => writeRegText(Hive.open(hive.bytes).root, { keyName: 'HKLM\\X' }))).toBe('Corrupt');
  });
});

describe('repetition', () => {
  it('of a segment of big data is refused', () => {
    const source = Hive.create({ now });
    source.root.setBinary('big', new Uint8Array(40_000));
    const hive = new Patched(source);
    const record = 4096 + hive.view.getUint32(hive.record('vk', 'big') + 8, true) + 4;
    const list = 4096 + hive.view.getUint32(record + 4, true) + 4;
    hive.copy(0, list, list + 4);
    expect(refusal(() => Hive.open(hive.bytes).root.value('big'))).toBe('Corrupt');
  });

  it('of leaves for four billion subkeys is refused', () => {
    const source = Hive.create({ now });
    for (let i = 0; i < 2000; i++) source.root.create(`k${i}`);
    const hive = new Patched(source);
    const root = 4096 + hive.view.getUint32(36, true) + 4;
    const index = 4096 + hive.view.getUint32(root + 28, true) + 4;
    for (let i = 1; i < 4; i++) hive.copy(0, index + 4, index + 4 + i * 4);
    hive.view.setUint32(root + 20, 0xffffffff, true);
    expect(refusal(() => [...Hive.open(hive.bytes).root.subkeys()])).toBe('Corrupt');
  });
});

it('keys below keys are followed 512 levels deep', () => {
  const levels = 511;
  const upper = Hive.create({ now });
  upper.root.create(Array.from({ length: levels }, (_, i) => `d${i}`).join('\\'));
  upper.root.create(Array.from({ length: levels }, (_, i) => `e${i}`).join('\\'));
  const hive = new Patched(upper);
  // The other branch hangs below the first one.
  const [deepest, branch] = [hive.record('nk', `d${levels - 1}`), hive.record('nk', 'e0')];
  const root = 4096 + hive.view.getUint32(36, true) + 4;
  const list = 4096 + hive.view.getUint32(root + 28, true) + 4;
  hive.view.setUint32(root + 20, 1, true);
  hive.view.setUint16(list + 2, 1, true);
  const lower = Hive.create({ now });
  lower.root.create('one');
  hive.view.setUint32(deepest + 20, 1, true);
  hive.view.setUint32(branch + 16, deepest - 4 - 4096, true);
  // Its list: that of the deepest key of the other branch's parent, with its entry replaced.
  const parent = hive.record('nk', `e${levels - 2}`);
  hive.copy(28, parent, deepest);
  hive.view.setUint32(parent + 20, 0, true);
  const entry = 4096 + hive.view.getUint32(deepest + 28, true) + 4;
  hive.view.setUint32(entry + 4, branch - 4 - 4096, true);
  const walk = (): void => {
    const keys = [Hive.open(hive.bytes).root];
    for (const key of keys) keys.push(...key.subkeys());
  };
  expect(refusal(walk)).toBe('Corrupt');
  const open = (): Hive => Hive.open(hive.bytes);
  expect(refusal(() => [...compareKeys(open().root, open().root)])).toBe('Corrupt');
  expect(refusal(() => writeRegText(open().root, { keyName: 'HKLM\\X' }))).toBe('Corrupt');
});

it('a log of two hundred thousand steps is followed', () => {
  const hive = Hive.create({ now });
  const bytes = hive.toBytes();
  const dirty = makeDirty(bytes, 1);
  const count = 200_000;
  const log = new Uint8Array(512 * (count + 1));
  const view = new DataView(log.buffer);
  log.set(dirty.subarray(0, 512));
  view.setUint32(28, 6, true);
  const first = new DataView(dirty.buffer).getUint32(8, true);
  for (let i = 0; i < count; i++) {
    const at = 512 * (i + 1);
    view.setUint32(at, 0x454c7648, true);
    view.setUint32(at + 4, 512, true);
    view.setUint32(at + 12, first + i, true);
    view.setUint32(at + 16, bytes.length - 4096, true);
    const body = marvin32(log, at + 40, at + 512);
    view.setUint32(at + 24, body[0], true);
    view.setUint32(at + 28, body[1], true);
    const head = marvin32(log, at, at + 32);
    view.setUint32(at + 32, head[0], true);
    view.setUint32(at + 36, head[1], true);
  }
  fixChecksum(log);
  expect(parseTransactionLog(log)?.entries).toHaveLength(count);
  const recovered = Hive.open(dirty, { logs: [log] });
  expect(recovered.state).toBe('recovered');
  expect(recovered.check().findings).toEqual([]);
});
