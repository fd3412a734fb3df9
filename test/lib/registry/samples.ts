// Hives and logs made on the spot for the tests of this folder.
import { FileTime } from '../../../lib/base/file-time.ts';
import { baseBlockChecksum } from '../../../lib/registry/base-block.ts';
import { Hive } from '../../../lib/registry/hive.ts';
import { marvin32 } from '../../../lib/registry/marvin32.ts';

export const clock = new FileTime(133_000_000_000_000_000n);
export const now = (): FileTime => clock;

/** A small hive with every record kind but big data and lists of lists. */
export function smallHive(): Hive {
  const hive = Hive.create({ now });
  const alpha = hive.root.create('Alpha');
  alpha.setText('text', 'hello');
  alpha.setDword('number', 42);
  alpha.setValue('', 'REG_NONE', new Uint8Array(0));
  alpha.setTextList('list', ['one', 'two']);
  const beta = hive.root.create('Alpha\\beta');
  beta.setClassName('Shell');
  beta.setBinary('bytes', new Uint8Array(100).fill(7));
  hive.root.create('Gamma').setText('ключ', 'значение');
  hive.root.create('Ünïcode').setQword('q', 1n << 40n);
  return hive;
}

/** Makes the checksum of a base block right again after a field was changed. */
export function fixChecksum(bytes: Uint8Array): Uint8Array {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(508, baseBlockChecksum(bytes), true);
  return bytes;
}

/** The hive as it is after a crash: the sequence numbers differ. */
export function makeDirty(bytes: Uint8Array, secondary: number): Uint8Array {
  const dirty = Uint8Array.from(bytes);
  const view = new DataView(dirty.buffer);
  view.setUint32(4, secondary + 1, true);
  view.setUint32(8, secondary, true);
  return fixChecksum(dirty);
}

function logBase(hive: Uint8Array, type: number, sequence: number): Uint8Array {
  const base = Uint8Array.from(hive.subarray(0, 512));
  const view = new DataView(base.buffer);
  view.setUint32(4, sequence, true);
  view.setUint32(8, sequence, true);
  view.setUint32(28, type, true);
  return fixChecksum(base);
}

/** The 512-byte sectors of the bins in which two hives of one base differ. */
export function changedSectors(before: Uint8Array, after: Uint8Array): number[] {
  const sectors: number[] = [];
  for (let at = 4096; at < after.length; at += 512) {
    const old = Buffer.from(before.subarray(at, at + 512));
    if (Buffer.compare(old, after.subarray(at, at + 512)) !== 0) sectors.push((at - 4096) / 512);
  }
  return sectors;
}

/** A log of Windows up to 8 that turns `before` into `after`. */
export function oldLog(before: Uint8Array, after: Uint8Array, sequence: number): Uint8Array {
  const sectors = changedSectors(before, after);
  const bitmap = new Uint8Array((after.length - 4096) / 4096);
  for (const sector of sectors) bitmap[sector >>> 3]! |= 1 << (sector & 7);
  const start = Math.ceil((512 + 4 + bitmap.length) / 512) * 512;
  const log = new Uint8Array(start + sectors.length * 512);
  log.set(logBase(after, 1, sequence));
  log.set(Buffer.from('DIRT', 'latin1'), 512);
  log.set(bitmap, 516);
  sectors.forEach((sector, i) => {
    log.set(after.subarray(4096 + sector * 512, 4096 + sector * 512 + 512), start + i * 512);
  });
  return log;
}

/** One entry of a log of Windows 8.1 and later. */
export function newLogEntry(before: Uint8Array, after: Uint8Array, sequence: number): Uint8Array {
  const sectors = changedSectors(before, after);
  const size = Math.ceil((40 + sectors.length * 520) / 512) * 512;
  const entry = new Uint8Array(size);
  const view = new DataView(entry.buffer);
  entry.set(Buffer.from('HvLE', 'latin1'));
  view.setUint32(4, size, true);
  view.setUint32(12, sequence, true);
  view.setUint32(16, after.length - 4096, true);
  view.setUint32(20, sectors.length, true);
  let at = 40 + sectors.length * 8;
  sectors.forEach((sector, i) => {
    view.setUint32(40 + i * 8, sector * 512, true);
    view.setUint32(44 + i * 8, 512, true);
    entry.set(after.subarray(4096 + sector * 512, 4096 + sector * 512 + 512), at);
    at += 512;
  });
  const body = marvin32(entry, 40, size);
  view.setUint32(24, body[0], true);
  view.setUint32(28, body[1], true);
  const head = marvin32(entry, 0, 32);
  view.setUint32(32, head[0], true);
  view.setUint32(36, head[1], true);
  return entry;
}

/** A log of Windows 8.1 and later with these entries. */
export function newLog(hive: Uint8Array, sequence: number, entries: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat([logBase(hive, 6, sequence), ...entries]));
}
