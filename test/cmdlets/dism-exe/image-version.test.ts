// The version of the image in the banner.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runLine, standIn } from '../../support/dism-host.ts';
import { describeWithJudges, judge } from '../../support/judges.ts';
import { type PhonyWindowsOptions, writePhonyWindows } from '../../support/phony-windows.ts';
import { scratchFolder } from '../../support/trees.ts';

const scratch = scratchFolder('dism-version');
const log = join(scratch, 'run.log');

describe('the version of the image', () => {
  const drivers = standIn('Get-WindowsDriver', {}, () => []);
  const banner = async (root: string, more = ''): Promise<string> =>
    (await runLine(`/Image:"${root}" /Get-Drivers /LogPath:"${log}" ${more}`, drivers)).output.split('Obtaining')[0]!;

  const makeImage = (name: string, options: PhonyWindowsOptions): string => {
    writePhonyWindows(join(scratch, name), options);
    return join(scratch, name);
  };

  it('is a line of the banner', async () => {
    const root = makeImage('eleven', { release: '11', version: { revision: 2033 } });
    expect(await banner(root)).toBe(
      '\nDeployment Image Servicing and Management tool\nVersion: 1.2.3\n\nImage Version: 10.0.26100.2033\n\n',
    );
  });

  it('is found in any spelling and below /WinDir', async () => {
    const root = makeImage('seven', { release: '7', windowsDirectory: 'WINNT' });
    expect(await banner(root, '/WinDir:winnt')).toContain('Image Version: 6.1.7601.17514\n');
    expect(await banner(root, '/WinDir:Windows')).not.toContain('Image Version');
  });

  it('is left out when the hive cannot be read', async () => {
    const root = makeImage('broken', {});
    writeFileSync(join(root, 'Windows', 'System32', 'config', 'SOFTWARE'), 'no hive');
    expect(await banner(root)).not.toContain('Image Version');
  });
});

describeWithJudges(['wimlib-imagex'], 'the version of an image file', () => {
  it('is that of its XML', async () => {
    const tree = join(scratch, 'tree');
    const file = join(scratch, 'version.wim');
    mkdirSync(tree);
    writeFileSync(join(tree, 'file'), 'x');
    await judge('wimlib-imagex', 'capture', tree, file, 'x');
    const properties = Object.entries({ MAJOR: 10, MINOR: 0, BUILD: 26100, SPBUILD: 1742 });
    const words = properties.map(([name, number]) => `--image-property=WINDOWS/VERSION/${name}=${number}`);
    const drivers = standIn('Get-WindowsDriver', {}, () => []);
    const line = `/Image:"${file}" /Index:1 /Get-Drivers /LogPath:"${log}"`;
    expect((await runLine(line, drivers)).output).not.toContain('Image Version');
    await judge('wimlib-imagex', 'info', file, '1', ...words);
    expect((await runLine(line, drivers)).output).toContain('\nImage Version: 10.0.26100.1742\n\n');
  });
});
