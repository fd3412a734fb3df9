// Recovery from transaction logs of both formats, and what is refused.
import { describe, expect, it } from 'vitest';
import { isDismError } from '../../../lib/base/error.ts';
import { Hive } from '../../../lib/registry/hive.ts';
import { marvin32 } from '../../../lib/registry/marvin32.ts';
import { recoverHive } from '../../../lib/registry/recover-hive.ts';
import { parseTransactionLog } from '../../../lib/registry/transaction-log.ts';
import { fixChecksum, makeDirty, newLog, newLogEntry, now, oldLog, smallHive } from './samples.ts';

/** Four states of one hive, each with one more edit, the last one longer. */
function states(): readonly Uint8Array[] {
  const hive = smallHive();
  const list = [hive.toBytes()];
  hive.root.getSubkey('Alpha').setText('text', 'first edit');
  list.push(hive.toBytes());
  hive.root.create('Second\\Edit');
  list.push(hive.toBytes());
  hive.root.setBinary('third edit', new Uint8Array(20_000).fill(3));
  list.push(hive.toBytes());
  return list;
}

const bins = (bytes: Uint8Array, length = bytes.length): Buffer => Buffer.from(bytes.subarray(4096, length));

describe('logs of Windows 8.1 and later', () => {
  const [s0, s1, s2, s3] = states() as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const entries = [newLogEntry(s0, s1, 10), newLogEntry(s1, s2, 11), newLogEntry(s2, s3, 12)] as const;
  const dirty = makeDirty(s0, 10);

  it('bring the hive to its last state, from one log or from two that alternate', () => {
    const splits = [
      [newLog(s0, 12, entries)],
      [newLog(s0, 10, entries.slice(0, 1)), newLog(s0, 12, entries.slice(1))],
      [newLog(s0, 12, entries.slice(1)), newLog(s0, 10, entries.slice(0, 1))],
    ];
    for (const logs of splits) {
      const recovery = recoverHive(dirty, logs);
      expect(recovery.state).toBe('recovered');
      expect(bins(recovery.bytes).equals(bins(s3))).toBe(true);
      const hive = Hive.open(dirty, { logs, now });
      expect(hive.state).toBe('recovered');
      expect(hive.root.value('third edit')?.data.length).toBe(20_000);
      expect(hive.check().findings).toEqual([]);
      const bytes = hive.toBytes();
      const view = new DataView(bytes.buffer);
      expect([view.getUint32(4, true), view.getUint32(8, true)]).toEqual([13, 13]);
      expect(Hive.open(bytes).state).toBe('clean');
    }
  });

  it('are ignored by a clean hive, and entries older than the hive by a dirty one', () => {
    expect(recoverHive(s0, [newLog(s0, 12, entries)])).toMatchObject({ state: 'clean', pages: 0 });
    const later = recoverHive(makeDirty(s2, 12), [newLog(s0, 12, entries)]);
    expect(bins(later.bytes).equals(bins(s3))).toBe(true);
    expect(recoverHive(makeDirty(s0, 90), [newLog(s0, 12, entries)]).state).toBe('dirty');
  });

  it('stop at a gap, at a broken hash and at a truncated entry', () => {
    const gap = recoverHive(dirty, [newLog(s0, 10, entries.slice(0, 1)), newLog(s0, 12, entries.slice(2))]);
    expect(bins(gap.bytes).equals(bins(s1))).toBe(true);
    const log = newLog(s0, 12, entries);
    const second = 512 + entries[0].length;
    for (const at of [second + 12, second + 45, second + entries[1].length - 1]) {
      const broken = log.slice();
      broken[at]! ^= 1;
      expect(bins(recoverHive(dirty, [broken]).bytes).equals(bins(s1))).toBe(true);
    }
    const short = recoverHive(dirty, [log.subarray(0, second + entries[1].length - 1)]);
    expect(bins(short.bytes).equals(bins(s1))).toBe(true);
  });

  it('give the base block when the hive has lost its own', () => {
    const lost = dirty.slice();
    lost.fill(0, 0, 4096);
    const recovery = recoverHive(lost, [newLog(s0, 10, entries)]);
    expect(recovery.state).toBe('recovered');
    expect(Hive.open(lost, { logs: [newLog(s0, 10, entries)] }).root.subkey('Second\\Edit')).toBeDefined();
  });
});

describe('logs of Windows up to 8', () => {
  const [s0, s1, s2] = states() as [Uint8Array, Uint8Array, Uint8Array];

  it('bring the hive to its last state', () => {
    const hive = Hive.open(makeDirty(s0, 5), { logs: [oldLog(s0, s2, 5)] });
    expect(hive.state).toBe('recovered');
    expect(hive.root.subkey('Second\\Edit')).toBeDefined();
    expect(hive.check().findings).toEqual([]);
  });

  it('give the base block when the checksum of the hive is wrong', () => {
    const broken = makeDirty(s0, 5);
    broken[508]! ^= 1;
    expect(
      Hive.open(broken, { logs: [oldLog(s0, s1, 5)] })
        .root.getSubkey('Alpha')
        .getText('text'),
    ).toBe('first edit');
  });

  it('are not used when their time stamp is another hive state, or they are not whole', () => {
    const other = makeDirty(s0, 5);
    other[12]! ^= 1;
    expect(recoverHive(fixChecksum(other), [oldLog(s0, s1, 5)]).state).toBe('dirty');
    const log = oldLog(s0, s1, 5);
    for (const broken of [log.subarray(0, log.length - 1), log.subarray(0, 514), log.subarray(0, 100)]) {
      expect(recoverHive(makeDirty(s0, 5), [broken]).state).toBe('dirty');
    }
  });
});

describe('a dirty hive without a log that helps', () => {
  const dirty = makeDirty(smallHive().toBytes(), 5);
  const refused = (action: () => unknown): unknown => {
    try {
      action();
    } catch (error) {
      return isDismError(error) ? error.Symbol : error;
    }
    return undefined;
  };

  it('can be read but neither edited nor written', () => {
    const hive = Hive.open(dirty, { file: 'SYSTEM' });
    expect(hive.state).toBe('dirty');
    expect(hive.root.getSubkey('Alpha').getText('text')).toBe('hello');
    expect(refused(() => hive.root.create('x'))).toBe('WriteInProgress');
    expect(refused(() => hive.root.getSubkey('Alpha').deleteValue('text'))).toBe('WriteInProgress');
    expect(refused(() => hive.root.getSubkey('Alpha').delete())).toBe('WriteInProgress');
    expect(refused(() => hive.toBytes())).toBe('WriteInProgress');
  });
});

describe('parts', () => {
  it('marvin32 gives the hash that Windows 10 wrote for a log entry', () => {
    // The first 32 bytes of a real entry, and its header hash.
    const head = Buffer.from('48764c45005e00000000000002000000005000000100000031e40718666c8667', 'hex');
    expect(marvin32(head, 0, 32)).toEqual([0xa7657f02, 0xcd44f3cf]);
  });

  it('hostile logs are refused without reading beyond their end', () => {
    const [s0, s1] = states() as [Uint8Array, Uint8Array];
    for (const log of [oldLog(s0, s1, 5), newLog(s0, 5, [newLogEntry(s0, s1, 5)])]) {
      for (let at = 0; at < Math.min(log.length, 1200); at += 4) {
        for (const value of [0, 0xffffffff, 0x7fffffff, 0x80000000]) {
          const broken = log.slice();
          new DataView(broken.buffer).setUint32(at, value, true);
          const parsed = parseTransactionLog(at < 512 ? fixChecksum(broken) : broken);
          for (const page of parsed?.entries.flatMap((entry) => entry.pages) ?? []) {
            expect(page.offset + page.bytes.length).toBeLessThanOrEqual(parsed!.entries.at(-1)!.dataLength);
          }
        }
      }
    }
  });
});
