// Hives on disk: logs are found and used, writing is atomic and leaves no log that fits the old state.
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHive, writeHive } from '../../../lib/registry/hive-file.ts';
import { makeDirty, newLog, newLogEntry, now, smallHive } from './samples.ts';

describe('hive files', () => {
  let folder: string;
  let file: string;
  const before = smallHive().toBytes();
  const changed = smallHive();
  changed.root.create('Changed');
  const after = changed.toBytes();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hive-'));
    file = join(folder, 'SYSTEM');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are completed from the logs beside them and written clean, the logs emptied', async () => {
    await writeFile(file, makeDirty(before, 7), { mode: 0o600 });
    await writeFile(join(folder, 'system.log1'), newLog(before, 7, [newLogEntry(before, after, 7)]));
    await writeFile(join(folder, 'SYSTEM.LOG2'), newLog(before, 90, []));
    const hive = await openHive(file, { now });
    expect(hive.state).toBe('recovered');
    expect(hive.root.subkey('Changed')).toBeDefined();
    hive.root.create('Edited');
    await writeHive(hive, file);
    expect((await readdir(folder)).sort()).toEqual(['SYSTEM', 'SYSTEM.LOG2', 'system.log1']);
    expect((await stat(join(folder, 'system.log1'))).size).toBe(0);
    expect((await stat(join(folder, 'SYSTEM.LOG2'))).size).toBe(0);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const again = await openHive(file);
    expect(again.state).toBe('clean');
    expect(again.root.subkeyNames()).toContain('Edited');
    // Above the 90 of the second log.
    expect((await readFile(file)).readUInt32LE(4)).toBeGreaterThan(90);
  });

  it('that are dirty are refused and stay as they are', async () => {
    const dirty = makeDirty(before, 7);
    await writeFile(file, dirty);
    const hive = await openHive(file);
    await expect(writeHive(hive, file)).rejects.toMatchObject({ Symbol: 'WriteInProgress' });
    expect(Uint8Array.from(await readFile(file))).toEqual(dirty);
    expect(await readdir(folder)).toEqual(['SYSTEM']);
  });

  it('report what the operating system says', async () => {
    await expect(openHive(join(folder, 'missing'))).rejects.toMatchObject({ Symbol: 'NotFound' });
    await expect(writeHive(smallHive(), join(folder, 'no', 'such'))).rejects.toMatchObject({ Symbol: 'NotFound' });
    await writeFile(file, 'not a hive');
    await expect(openHive(file)).rejects.toMatchObject({ Symbol: 'Corrupt', File: file, Offset: 0 });
  });

  it('behind a symbolic link are replaced where they lie', async () => {
    await writeFile(file, before);
    await symlink(file, join(folder, 'link'));
    await writeHive(changed, join(folder, 'link'));
    expect((await openHive(file)).root.subkey('Changed')).toBeDefined();
  });
});
