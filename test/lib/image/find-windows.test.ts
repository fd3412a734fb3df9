// Identification of phony Windows of every release, of damaged ones, and of real hives.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DirectoryRoot } from '../../../lib/image/directory-root.ts';
import { type FindWindowsOptions, findWindows } from '../../../lib/image/find-windows.ts';
import type { ReadableTree } from '../../../lib/image/readable-tree.ts';
import { openWimContainer } from '../../../lib/image/wim-container.ts';
import type { WindowsInstallation } from '../../../lib/image/windows-installation.ts';
import { softwareFacts, systemFacts } from '../../../lib/image/windows-registry.ts';
import { Hive } from '../../../lib/registry/hive.ts';
import { openHive, writeHive } from '../../../lib/registry/hive-file.ts';
import { describeWithCorpus } from '../../support/judges.ts';
import { phonyReleaseNames, writePhonyWim, writePhonyWindows } from '../../support/phony-windows.ts';
import { scratchFolder } from '../../support/trees.ts';

const folder = scratchFolder('find-windows');
let trees = 0;

async function find(directory: string, options: FindWindowsOptions = {}): Promise<WindowsInstallation> {
  await using root = await DirectoryRoot.open(directory);
  return findWindows(root, options);
}

function phony(options: Parameters<typeof writePhonyWindows>[1] = {}): string {
  const root = join(folder, `tree-${trees++}`);
  writePhonyWindows(root, options);
  return root;
}

describe('findWindows', () => {
  it.each(phonyReleaseNames)('identifies %s', async (release) => {
    const root = join(folder, `release-${release}`);
    const profile = writePhonyWindows(root, { release });
    const { major, minor, build, revision } = profile;
    const windows = await find(root);
    expect(windows).toMatchObject({
      systemRoot: '\\Windows',
      architecture: 'amd64',
      version: { major, minor, build, revision },
      editionId: profile.editionId,
      installationType: profile.installationType,
      productName: profile.productName,
      productType: profile.isServer ? 'ServerNT' : 'WinNT',
      productSuite: profile.isWindowsPE ? [] : ['Terminal Server'],
      servicePackBuild: profile.servicePackBuild ?? revision,
      servicePackLevel: profile.servicePackLevel ?? 0,
      languages: ['en-US'],
      defaultLanguage: 'en-US',
      isWindowsPE: release.startsWith('winpe'),
      controlSet: 'ControlSet001',
    });
    expect(windows.hal).toBe(profile.hasDriverDatabase ? undefined : 'acpiapic');
    expect(windows.details).toMatchObject({
      ImageState: 'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE',
      ServicingStackVersion: profile.versionText,
      GeneralizationState: '7',
    });
  });

  it.each(['x86', 'amd64', 'arm', 'arm64', 'ia64'] as const)(
    'knows a Windows for %s by its executables',
    async (name) => {
      expect((await find(phony({ architecture: name }))).architecture).toBe(name);
    },
  );

  it('reads languages and the default one from the current control set', async () => {
    const root = phony({ languages: ['de-DE', 'en-US', 'sr-Latn-RS'], controlSet: 3 });
    expect(await find(root)).toMatchObject({
      controlSet: 'ControlSet003',
      languages: ['de-DE', 'en-US', 'sr-Latn-RS'],
      defaultLanguage: 'de-DE',
      productType: 'WinNT',
    });
  });

  it('finds a Windows folder of any name, and the one that is named', async () => {
    const root = phony({ windowsDirectory: 'WINNT' });
    writePhonyWindows(root, { windowsDirectory: 'other\\place'.replace('\\', '/'), release: '7' });
    expect((await find(root)).systemRoot).toBe('\\WINNT');
    for (const windowsDirectory of ['other\\Place', '\\OTHER\\place\\', 'C:\\other\\place', 'other/place']) {
      const found = await find(root, { windowsDirectory });
      expect([found.systemRoot, found.version.build]).toEqual(['\\other\\place', 7601]);
    }
  });

  it('reads less than its hives and a few headers', async () => {
    const root = phony({ extraEntries: 500 });
    const kernel = join(root, 'Windows/System32/ntoskrnl.exe');
    writeFileSync(kernel, Buffer.concat([readFileSync(kernel), Buffer.alloc(10 << 20)]));
    const counts = { bytes: 0, lists: 0 };
    await using tree = await DirectoryRoot.open(root);
    await findWindows(counting(tree, counts));
    const hives = ['SYSTEM', 'SOFTWARE'].map((name) => statSync(join(root, 'Windows/System32/config', name)).size);
    expect(counts.bytes).toBeLessThan(hives[0]! + hives[1]! + (32 << 10));
    expect(counts.lists).toBe(1);
  });

  it('takes the version of the kernel for what the registry does not say', async () => {
    const root = phony({ release: '10' });
    const path = join(root, 'Windows/System32/config/SOFTWARE');
    const hive = await openHive(path);
    const key = hive.root.getSubkey('Microsoft\\Windows NT\\CurrentVersion');
    key.deleteValue('UBR');
    key.setText('CurrentBuild', '1.511.1 () (Obsolete data - do not use)');
    await writeHive(hive, path);
    expect((await find(root)).version).toEqual({
      major: 10,
      minor: 0,
      build: 19045,
      revision: 3803,
    });
    hive.root.deleteSubkey('Microsoft');
    await writeHive(hive, path);
    const windows = await find(root);
    expect(windows.version).toEqual({ major: 10, minor: 0, build: 19045, revision: 3803 });
    expect([windows.editionId, windows.installationType, windows.productName]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('takes the image state and the servicing stack from files when the registry does not have them', async () => {
    const root = phony({ release: '8.1', imageState: 'IMAGE_STATE_UNDEPLOYABLE' });
    const path = join(root, 'Windows/System32/config/SOFTWARE');
    const hive = await openHive(path);
    hive.root.deleteSubkey('Microsoft\\Windows\\CurrentVersion');
    await writeHive(hive, path);
    const expected = { ImageState: 'IMAGE_STATE_UNDEPLOYABLE', ServicingStackVersion: '6.3.9600.17415' };
    expect((await find(root)).details).toMatchObject(expected);
    rmSync(join(root, 'Windows/servicing/Version'), { recursive: true });
    expect((await find(root)).details).toMatchObject(expected);
    rmSync(join(root, 'Windows/WinSxS'), { recursive: true });
    rmSync(join(root, 'Windows/Setup'), { recursive: true });
    const { details } = await find(root);
    expect([details.ImageState, details.ServicingStackVersion]).toEqual([undefined, undefined]);
  });

  it('refuses a tree without Windows, and a folder that is none', async () => {
    const root = phony();
    await expect(find(root, { windowsDirectory: 'Users' })).rejects.toMatchObject({
      Symbol: 'PathNotFound',
      Target: 'Users',
    });
    await expect(find(root, { windowsDirectory: '..\\x' })).rejects.toMatchObject({
      Symbol: 'UnsafePath',
    });
    rmSync(join(root, 'Windows/System32/config/SYSTEM'));
    await expect(find(root)).rejects.toMatchObject({ Symbol: 'PathNotFound', Target: root });
  });

  it.each(['ntoskrnl.exe', 'kernel32.dll'])('does without %s', async (name) => {
    const root = phony({ architecture: 'x86', release: '7' });
    renameSync(join(root, 'Windows/System32', name), join(root, 'gone'));
    expect(await find(root)).toMatchObject({ architecture: 'x86', version: { revision: 17514 } });
  });

  it.each([
    ['is no hive', (bytes: Buffer) => Buffer.from('not a hive'.padEnd(bytes.length, '.')), 0],
    ['ends early', (bytes: Buffer) => bytes.subarray(0, 2000), undefined],
    ['has a root cell outside', (bytes: Buffer) => patched(bytes, 36, 0x7ffffff0), undefined],
  ])('names the hive that %s', async (_, damage, offset) => {
    const root = phony();
    const path = join(root, 'Windows/System32/config/SOFTWARE');
    writeFileSync(path, damage(readFileSync(path)));
    const error = await find(root).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ Category: 'input', File: expect.stringContaining('\\config\\SOFTWARE') });
    if (offset !== undefined) expect(error).toMatchObject({ Offset: offset });
    expect(error).toMatchObject({ Offset: expect.any(Number) });
  });

  it('reads a hive that was not written completely', async () => {
    const root = phony();
    const config = join(root, 'Windows/System32/config');
    cpSync(join(config, 'SYSTEM'), join(config, 'SYSTEM.LOG1'));
    const bytes = readFileSync(join(config, 'SYSTEM'));
    // Not written completely, with logs that do not help: readable all the same.
    bytes.writeUInt32LE(bytes.readUInt32LE(4) + 1, 4);
    writeFileSync(join(config, 'SYSTEM'), withChecksum(bytes));
    expect((await find(root)).defaultLanguage).toBe('en-US');
  });
});

describe('findWindows in images of a WIM', () => {
  it('finds in each what lies in the directory it was captured from', async () => {
    const wim = join(folder, 'three.wim');
    const options = [
      { release: 'vista-sp2', architecture: 'x86' },
      { release: 'server-2012-r2', languages: ['fr-FR', 'en-US'], hal: 'acpiapic' },
      { release: '11', architecture: 'arm64', windowsDirectory: 'WINNT' },
    ] as const;
    await writePhonyWim(wim, options);
    await using container = await openWimContainer(wim, 'all', { readOnly: true });
    for (const [at, root] of container.roots.entries()) {
      const expected = await find(phony(options[at]));
      expect(await findWindows(root)).toEqual(expected);
      expect(await findWindows(root, { windowsDirectory: expected.systemRoot.slice(1).toLowerCase() })).toEqual(
        expected,
      );
    }
  });
});

/** A tree that counts what is asked of it. */
function counting(tree: ReadableTree, counts: { bytes: number; lists: number }): ReadableTree {
  return {
    label: tree.label,
    stat: (path) => tree.stat(path),
    list: (path) => {
      counts.lists++;
      return tree.list(path);
    },
    read: async (path, range) => {
      const bytes = await tree.read(path, range);
      counts.bytes += bytes.length;
      return bytes;
    },
  };
}

function patched(bytes: Buffer, offset: number, value: number): Buffer {
  bytes.writeUInt32LE(value, offset);
  return withChecksum(bytes);
}

function withChecksum(bytes: Buffer): Buffer {
  let sum = 0;
  for (let at = 0; at < 508; at += 4) sum ^= bytes.readUInt32LE(at);
  bytes.writeUInt32LE(sum >>> 0, 508);
  return bytes;
}

// What hivexget shows of the same hives.
describeWithCorpus('hives', 'real hives', (corpus) => {
  const unpack = (path: string): Hive => {
    const file = join(corpus, path);
    const bytes = path.endsWith('.gz')
      ? gunzipSync(readFileSync(file))
      : execFileSync('xz', ['-dkc', file], { maxBuffer: 1 << 28 });
    return Hive.open(bytes, { file: path });
  };

  it('Windows 7 SOFTWARE', () => {
    expect(softwareFacts(unpack('plaso/SOFTWARE.xz'))).toMatchObject({
      ...{ major: 6, minor: 1, build: 7601, revision: undefined, labRevision: 17727 },
      ...{ editionId: 'Ultimate', installationType: 'Client', productName: 'Windows 7 Ultimate' },
      hasWindowsPEKey: false,
      details: { BuildLab: '7601.win7sp1_gdr.111118-2330', CSDVersion: 'Service Pack 1', PathName: 'C:\\Windows' },
    });
  });

  it.each([
    ['plaso/SYSTEM.xz', 17514, 1, 'x86'],
    ['regipy/SYSTEM.xz', 17514, 1, 'x86'],
    ['regipy/SYSTEM_WIN_10_1709.xz', 720, 0, 'AMD64'],
    ['dissect/SYSTEM.gz', 1288, 0, 'AMD64'],
  ])('%s', (path, servicePackBuild, servicePackLevel, architecture) => {
    expect(systemFacts(unpack(path))).toMatchObject({
      ...{ controlSet: 'ControlSet001', productType: 'WinNT', productSuite: ['Terminal Server'], hal: 'acpiapic' },
      ...{ servicePackBuild, servicePackLevel, languages: ['en-US'], defaultLanguage: 'en-US', architecture },
    });
  });
});
