// Get-WindowsEdition on phony Windows in directories and image files.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { getWindowsEdition, getWindowsImage, pipe } from '../../cmdlets/library.ts';
import { captureToNewFile } from '../../lib/image/capture.ts';
import { openHive, writeHive } from '../../lib/registry/hive-file.ts';
import { runScript } from '../lib/host/session-fixture.ts';
import { type PhonyWindowsOptions, writePhonyWim, writePhonyWindows } from '../support/phony-windows.ts';
import { scratchFolder } from '../support/trees.ts';

const folder = scratchFolder('get-windowsedition');
let trees = 0;

function phony(options: PhonyWindowsOptions = {}): string {
  const root = join(folder, `tree-${trees++}`);
  writePhonyWindows(root, options);
  return root;
}

const targets = async (Path: string): Promise<string[]> =>
  (await getWindowsEdition({ Path, Target: true }).toArray()).map((record) => (record as { Edition: string }).Edition);

describe('Get-WindowsEdition', () => {
  it('tells the edition of a directory', async () => {
    const Path = phony({ release: 'server-2019', edition: 'ServerDatacenter' });
    expect(await getWindowsEdition({ Path }).toArray()).toMatchObject([
      {
        Edition: 'ServerDatacenter',
        Path,
        ImagePath: '',
        Online: false,
        RestartNeeded: false,
        LogLevel: 'WarningsInfo',
      },
    ]);
  });

  it('tells the editions of the images of a file, also of piped ones', async () => {
    const ImagePath = join(folder, 'two.wim');
    await writePhonyWim(ImagePath, [{ release: '7', edition: 'Ultimate' }, { release: 'winpe' }]);
    const before = readFileSync(ImagePath);
    const expected = [
      { Edition: 'Ultimate', ImagePath, ImageIndex: 1, Path: '' },
      { Edition: 'WindowsPE', ImagePath, ImageIndex: 2, Path: '' },
    ];
    expect(await getWindowsEdition({ ImagePath, AllImages: true }).toArray()).toMatchObject(expected);
    expect(await pipe(getWindowsImage({ ImagePath }), getWindowsEdition({})).toArray()).toMatchObject(expected);
    expect(readFileSync(ImagePath).equals(before)).toBe(true);
  });

  it('tells the edition of an image inside the image', async () => {
    const Path = phony();
    const inner = join(Path, 'Windows/System32/Recovery');
    mkdirSync(inner);
    await writePhonyWim(join(inner, 'winre.wim'), [{ release: 'winpe' }]);
    const ImagePath = join(folder, 'nested.wim');
    await captureToNewFile({ imagePath: ImagePath, capturePath: Path, name: 'outer' });
    const NestedImagePath = '\\windows\\system32\\recovery\\WinRE.wim';
    expect(await getWindowsEdition({ ImagePath, Index: [1], NestedImagePath }).toArray()).toMatchObject([
      { Edition: 'WindowsPE' },
    ]);
  });

  it('finds a Windows folder that is named', async () => {
    const Path = phony({ windowsDirectory: 'deep/WINNT', edition: 'Core' });
    await expect(getWindowsEdition({ Path }).toArray()).rejects.toMatchObject({ Symbol: 'PathNotFound' });
    expect(await getWindowsEdition({ Path, WindowsDirectory: 'deep\\winnt' }).toArray()).toMatchObject([
      { Edition: 'Core' },
    ]);
  });

  it('prints as Microsoft’s', async () => {
    const { text } = await runScript(`Get-WindowsEdition -Path ${phony()}`);
    expect(text.trim().split(/\r?\n/)).toEqual(['Edition : Professional']);
  });

  it('takes the installed edition package when the registry names no edition', async () => {
    const Path = phony();
    const path = join(Path, 'Windows/System32/config/SOFTWARE');
    const hive = await openHive(path);
    hive.root.getSubkey('Microsoft\\Windows NT\\CurrentVersion').deleteValue('EditionID');
    await writeHive(hive, path);
    await expect(getWindowsEdition({ Path }).toArray()).rejects.toMatchObject({ Symbol: 'NotFound' });
    const packages = hive.root.getSubkey('Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\Packages');
    const version = '31bf3856ad364e35~amd64~~10.0.26100.1';
    packages.create(`Microsoft-Windows-CoreEdition~${version}`).setDword('CurrentState', 0x40);
    packages.create(`Microsoft-Windows-EducationEdition~${version}`).setDword('CurrentState', 0x70);
    await writeHive(hive, path);
    expect(await getWindowsEdition({ Path }).toArray()).toMatchObject([{ Edition: 'Education' }]);
  });

  it('refuses the running Windows', async () => {
    await expect(getWindowsEdition({ Online: true }).toArray()).rejects.toMatchObject({
      Symbol: 'NotSupported',
      HResult: 0x80070032,
    });
  });
});

describe('Get-WindowsEdition -Target', () => {
  it('lists the targets that the image holds', async () => {
    const Path = phony({ targetEditions: ['Enterprise', 'Education', 'ProfessionalWorkstation'] });
    expect(await targets(Path)).toEqual(['Enterprise', 'Education', 'ProfessionalWorkstation']);
    const mum =
      'Windows/servicing/Packages/Microsoft-Windows-EducationEdition~31bf3856ad364e35~amd64~~10.0.26100.4349.mum';
    rmSync(join(Path, mum));
    expect(await targets(Path)).toEqual(['Enterprise', 'ProfessionalWorkstation']);
    mkdirSync(join(Path, 'Windows/System32/spp/tokens/skus/Education'));
    expect(await targets(Path)).toEqual(['Enterprise', 'Education', 'ProfessionalWorkstation']);
  });

  it('is error 50 for an image that cannot tell', async () => {
    await expect(targets(phony({ release: 'winpe' }))).rejects.toMatchObject({
      Symbol: 'NotSupported',
      HResult: 0x80070032,
    });
  });

  it.each([
    ['is no XML', 'nonsense', 'Corrupt'],
    ['defines entities', '<!DOCTYPE a [<!ENTITY b "c">]><TmiMatrix/>', 'Corrupt'],
  ])('names a matrix that %s', async (_, text, symbol) => {
    const Path = phony({ targetEditions: ['Enterprise'] });
    writeFileSync(join(Path, 'Windows/servicing/Editions/EditionMatrix.xml'), text);
    await expect(targets(Path)).rejects.toMatchObject({
      Symbol: symbol,
      File: expect.stringContaining('EditionMatrix.xml'),
    });
  });

  it('takes no target that would be a path', async () => {
    const Path = phony({ targetEditions: ['Enterprise'] });
    const matrix =
      '<TmiMatrix><Edition ID="Professional"><Target ID="..\\..\\x"/><Target ID=""/></Edition></TmiMatrix>';
    writeFileSync(join(Path, 'Windows/servicing/Editions/EditionMatrix.xml'), matrix);
    expect(await targets(Path)).toEqual([]);
  });
});
