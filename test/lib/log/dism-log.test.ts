// The log file: line format, levels, rotation, and what happens when it cannot be written.
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defaultLogPath, openDismLog, rotationBytes } from '../../../lib/log/dism-log.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
});
afterAll(() => rm(folder, { recursive: true }));
const warn = (text: string): void => expect.unreachable(text);

it('writes lines as DISM does, in order, of the chosen levels', async () => {
  const path = join(folder, 'deep', 'dism.log');
  const log = openDismLog({ path, level: 'Warnings', warn, now: () => new Date(2026, 10, 22, 17, 5, 44) });
  log.info('left out');
  log.error('first\nsecond');
  log.warning('third');
  await log.flush();
  expect(await readFile(path, 'utf8')).toBe(
    '2026-11-22 17:05:44, Error                 DISM   first second\n2026-11-22 17:05:44, Warning               DISM   third\n',
  );
});

it('moves a long log to .bak', async () => {
  const path = join(folder, 'long.log');
  await writeFile(path, 'old');
  await truncate(path, rotationBytes + 1);
  const log = openDismLog({ path, warn });
  log.info('new');
  await log.flush();
  expect((await stat(`${path}.bak`)).size).toBe(rotationBytes + 1);
  expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(2);
});

it('warns once when it cannot write', async () => {
  const warnings: string[] = [];
  const file = join(folder, 'file');
  await writeFile(file, '');
  const log = openDismLog({ path: join(file, 'dism.log'), warn: (text) => void warnings.push(text) });
  log.info('a');
  await log.flush();
  log.info('b');
  await log.flush();
  expect(warnings).toHaveLength(1);
});

it('lies in the state folder', () => {
  expect(defaultLogPath({ XDG_STATE_HOME: '/state' })).toBe('/state/opendism/dism.log');
  expect(defaultLogPath({ XDG_STATE_HOME: 'relative' })).toMatch(/\.local\/state\/opendism\/dism\.log$/);
});
