// What a run on stand-ins for cmdlets leaves in the log.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { beforeAll, describe, expect, it } from 'vitest';
import { runLine, standIn } from '../../support/dism-host.ts';
import { scratchFolder } from '../../support/trees.ts';

const scratch = scratchFolder('dism-log');
const image = join(scratch, 'image');
beforeAll(() => mkdirSync(image));

describe('the log', () => {
  const drivers = standIn('Get-WindowsDriver', {}, (_, context) => {
    context.log.info('information');
    context.log.debug('details');
    return [];
  });
  const lines = (path: string): string[] => readFileSync(path, 'utf8').replace(/\n$/, '').split('\n');
  const form = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d, (Error|Warning|Info|Debug) +DISM {3}\S/;

  it('frames what the cmdlet logs', async () => {
    const path = join(scratch, 'frame.log');
    await runLine(`/Image:"${image}" /Get-Drivers /LogPath:"${path}" /English`, drivers);
    const written = lines(path);
    const thread = threadId === 0 ? process.pid : threadId;
    for (const line of written) {
      expect(line).toMatch(form);
      expect(line.indexOf('DISM ')).toBe(43);
    }
    const texts = written.map((line) => line.slice(50));
    const begin = ['', '<----- Starting Dism.exe session ----->', ''].map((text) => `DISM.EXE: ${text}`);
    const end = ['', '<----- Ending Dism.exe session ----->', ''].map((text) => `DISM.EXE: ${text}`);
    expect(texts.slice(0, 3)).toEqual(begin);
    expect(texts.slice(-3)).toEqual(end);
    expect(texts).toContain(
      `DISM.EXE: Executing command line: dism /Image:${image} /Get-Drivers /LogPath:${path} /English`,
    );
    expect(texts).toContain(`DISM Driver Manager: PID=${process.pid} TID=${thread} information`);
    expect(texts.join()).not.toContain('details');
  });

  it('keeps what its level says', async () => {
    const path = join(scratch, 'level.log');
    await runLine(`/Image:"${image}" /Get-Drivers /LogPath:"${path}" /LogLevel:4`, drivers);
    expect(lines(path).some((line) => line.endsWith('details'))).toBe(true);
    const errors = join(scratch, 'errors.log');
    await runLine(`/Image:"${image}" /Get-Packages /LogPath:"${errors}" /LogLevel:1`, drivers);
    expect(lines(errors)).toHaveLength(1);
    expect(lines(errors)[0]).toMatch(/, Error .*\(hr:0x80070032\)$/);
  });

  it('holds lines that were refused, and no product key', async () => {
    const path = join(scratch, 'refused.log');
    await runLine(`/Image:"${image}" /Set-Edition:Pro /ProductKey:AAAAA-BBBBB /Oops /LogPath:"${path}"`, drivers);
    await runLine(`/Image:"${image}" /Set-ProductKey:AAAAA-BBBBB /LogPath="${path}"`, drivers);
    const text = lines(path).join('\n');
    expect(text).toContain('(hr:0x80070057)');
    expect(text).not.toContain('BBBBB');
  });

  it('that cannot be written is a warning', async () => {
    writeFileSync(join(scratch, 'file'), '');
    const { code, warnings } = await runLine(
      `/Image:"${image}" /Get-Drivers /LogPath:"${scratch}/file/x.log"`,
      drivers,
    );
    expect(code).toBe(0);
    expect(warnings).toContain('x.log');
  });
});
