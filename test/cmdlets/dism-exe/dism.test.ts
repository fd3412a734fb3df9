// The dism command as a function of the library.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dism } from '../../../cmdlets/library.ts';
import { scratchFolder } from '../../support/trees.ts';

const scratch = scratchFolder('dism-function');
const log = `/LogPath:"${join(scratch, 'dism.log')}"`;

it('runs a line in the quoting of Windows', async () => {
  mkdirSync(join(scratch, 'my tree'));
  writeFileSync(join(scratch, 'my tree', 'file'), 'content');
  const heard: string[] = [];
  const options = { cwd: scratch, onOutput: (text: string) => void heard.push(text) };
  const captured = await dism(
    `DISM.exe ${log} /Capture-Image /ImageFile:"my image.wim" /CaptureDir:"my tree" /Name:"My image"`,
    options,
  );
  expect(captured).toMatchObject({ ExitCode: 0, Warnings: '' });
  expect(heard.join('')).toBe(captured.Output);
  const listed = await dism([log, '/Get-ImageInfo', '/ImageFile:my image.wim'], { cwd: scratch });
  expect(listed.Output).toContain('\nName : My image\n');
});

it('gives codes that a process could not', async () => {
  expect(await dism(`${log} /Image:x`)).toMatchObject({ ExitCode: 1639 });
});

it('stops', async () => {
  const line = `${log} /Capture-Image /ImageFile:x.wim /CaptureDir:"${scratch}" /Name:x`;
  expect(await dism(line, { cwd: scratch, signal: AbortSignal.abort() })).toMatchObject({ ExitCode: 1223 });
});
