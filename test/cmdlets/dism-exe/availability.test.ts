// Which commands and options there are for which image: lines on images of phony Windows, and the help for them.
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkAvailability, isAvailable } from '../../../cmdlets/dism-exe/availability.ts';
import { allCommands } from '../../../cmdlets/dism-exe/commands/index.ts';
import { OptionValues } from '../../../cmdlets/dism-exe/option-values.ts';
import { identifyTarget, type TargetWindows } from '../../../cmdlets/dism-exe/target-windows.ts';
import { runLine } from '../../support/dism-host.ts';
import { type PhonyWindowsOptions, writePhonyWim, writePhonyWindows } from '../../support/phony-windows.ts';
import { scratchFolder } from '../../support/trees.ts';

const scratch = scratchFolder('dism-availability');
const images = {
  vista: { release: 'vista-sp2' },
  seven: { release: '7' },
  eight: { release: '8' },
  eightOne: { release: '8.1' },
  ten: { release: '10' },
  eleven: { release: '11' },
  pe: { release: 'winpe' },
  pe4: { release: 'winpe', version: { major: 6, minor: 2, build: 9200, revision: 16384 } },
} as const satisfies Record<string, PhonyWindowsOptions>;
type Name = keyof typeof images;
const names = Object.keys(images) as Name[];
const windows = {} as Record<Name, TargetWindows>;

beforeAll(async () => {
  for (const [name, options] of Object.entries(images)) {
    writePhonyWindows(join(scratch, name), options);
    const found = await identifyTarget({ kind: 'directory', path: join(scratch, name) }, undefined);
    windows[name as Name] = found!;
  }
  await writePhonyWim(join(scratch, 'both.wim'), [images.eleven, images.pe]);
});

const log = `/LogPath:"${scratch}/l.log"`;
const on = (name: Name, line: string) => runLine(`/English /Image:"${scratch}/${name}" ${line} ${log}`);

const later = ['eight', 'eightOne', 'ten', 'eleven'] as const;
const all: readonly Name[] = names;
/** The images that have a command, or an option of one. */
const expected: Readonly<Record<string, readonly Name[]>> = {
  'Get-PESettings': ['pe', 'pe4'],
  'Get-ScratchSpace': ['pe', 'pe4'],
  'Get-TargetPath': ['pe', 'pe4'],
  'Set-ScratchSpace': ['pe', 'pe4'],
  'Set-TargetPath': ['pe', 'pe4'],
  'Get-Profiling': ['pe4'],
  'Enable-Profiling': ['pe4'],
  'Disable-Profiling': ['pe4'],
  'Apply-Profiles': ['pe4'],
  'Get-ProvisionedAppxPackages': later,
  'Remove-ProvisionedAppxPackage': later,
  'Optimize-ProvisionedAppxPackages': ['ten', 'eleven'],
  'Import-DefaultAppAssociations': later,
  'Get-Capabilities': ['ten', 'eleven', 'pe'],
  'Add-Capability': ['ten', 'eleven', 'pe'],
  'Add-Language': ['eleven', 'pe'],
  'Get-RRMPs': ['eleven', 'pe'],
  'Add-ProvisioningPackage': ['ten', 'eleven', 'pe'],
  'Cleanup-Image': all,
  'Cleanup-Image /RestoreHealth': [...later, 'pe', 'pe4'],
  'Cleanup-Image /RevertPendingActions': ['vista', 'seven', ...later],
  'Cleanup-Image /SPSuperseded': ['seven', ...later, 'pe', 'pe4'],
  'Cleanup-Image /Defer': ['ten', 'eleven', 'pe'],
  'Add-Package /PreventPending': [...later, 'pe', 'pe4'],
  'Cleanup-Image /AnalyzeComponentStore': ['eightOne', 'ten', 'eleven', 'pe'],
  'Enable-Feature': all,
  'Enable-Feature /All': [...later, 'pe', 'pe4'],
  'Disable-Feature /Remove': [...later, 'pe', 'pe4'],
  'Optimize-Image /WIMBoot': ['eightOne'],
  'Optimize-Image /Boot': ['ten', 'eleven', 'pe'],
  'Get-CurrentEdition': ['vista', 'seven', ...later],
  'Set-ProductKey': ['vista', 'seven', ...later],
  'Get-Drivers': all,
  'Add-Driver': all,
  'Get-Packages': all,
};

describe('images have', () => {
  it.each(Object.keys(expected))('/%s', (text) => {
    const [name, option] = text.split(' /');
    const command = allCommands.find((one) => one.name === name)!;
    const declared = option === undefined ? undefined : command.options!.find((one) => one.name === option)!;
    const found = names.filter(
      (image) =>
        isAvailable(command.images, windows[image]) &&
        (declared === undefined || isAvailable(declared.images, windows[image])),
    );
    expect(found.sort()).toEqual([...expected[text]!].sort());
  });

  it('everything, where they could not be identified', () => {
    for (const command of allCommands) expect(isAvailable(command.images, undefined), command.name).toBe(true);
  });

  it('no less because an option was not given', () => {
    const cleanup = allCommands.find(({ name }) => name === 'Cleanup-Image')!;
    expect(() => checkAvailability(cleanup, new OptionValues(), windows.seven)).not.toThrow();
  });
});

describe('a line', () => {
  it('with a command of Windows PE on another Windows is error 87', async () => {
    const { code, output } = await on('eleven', '/Get-PESettings');
    expect(code).toBe(87);
    expect(output).toContain(
      '\nImage Version: 10.0.26100.4349\n\n\nError: 87\n\nThe get-pesettings option is unknown.\n',
    );
  });

  it('with that command on Windows PE is error 50 while nothing serves it', async () => {
    const { code, output } = await on('pe', '/Set-ScratchSpace:512');
    expect(code).toBe(50);
    expect(output).toContain('/Set-ScratchSpace');
  });

  it('with an option of later Windows is error 87 in the context', async () => {
    const { code, output } = await on('seven', '/Cleanup-Image /RestoreHealth');
    expect(code).toBe(87);
    expect(output).toContain('The restorehealth option is not recognized in this context.');
    expect((await on('ten', '/Cleanup-Image /RestoreHealth')).code).toBe(50);
  });

  it('goes by the image of a file', async () => {
    const file = (index: number, line: string) =>
      runLine(`/Image:"${scratch}/both.wim" /Index:${index} ${line} ${log}`);
    expect((await file(1, '/Get-TargetPath')).code).toBe(87);
    expect((await file(2, '/Get-TargetPath')).code).toBe(50);
    expect((await file(2, '/Get-ProvisionedAppxPackages')).code).toBe(87);
  });

  it('on image files needs no image', async () => {
    expect((await runLine(`/Get-ImageInfo /ImageFile:"${scratch}/both.wim" ${log}`)).code).toBe(0);
  });
});

describe('help', () => {
  it('lists what the image has', async () => {
    const full = (await on('eleven', '/?')).output;
    const pe = (await on('pe', '/?')).output;
    expect(full).toContain('Image Version: 10.0.26100.4349');
    expect(full).toContain('/Get-ProvisionedAppxPackages');
    expect(full).not.toContain('/Set-TargetPath');
    expect(full).not.toContain('/Get-OSUninstallWindow');
    expect(pe).toContain('/Set-TargetPath');
    expect(pe).not.toContain('/Get-ProvisionedAppxPackages');
    expect(pe).not.toContain('/Apply-Profiles');
  });

  it('on a command leaves out its options that are not there', async () => {
    expect((await on('seven', '/Cleanup-Image /?')).output).not.toMatch(/^ +\/RestoreHealth/m);
    expect((await on('ten', '/Cleanup-Image /?')).output).toMatch(/^ +\/RestoreHealth/m);
  });

  it('on a command that is not there is error 87', async () => {
    const { code, output } = await on('eleven', '/Get-PESettings /?');
    expect(code).toBe(87);
    expect(output).toContain('No help topic could be found for the get-pesettings option.');
    expect((await runLine('/Get-PESettings /?')).output).toContain('For images of Windows PE.');
  });

  it('on a missing image is error 3', async () => {
    expect((await runLine(`/Image:"${scratch}/none" /? ${log}`)).code).toBe(3);
  });
});
