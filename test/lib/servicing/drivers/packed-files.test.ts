// Packages whose files are compressed: in a cabinet, by compress.exe, or each in a cabinet of its own. The image gets the
// files unpacked, and they are what the catalog covers.
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDriverPackage } from '../../../../lib/servicing/drivers/driver-package.ts';
import { examineDriver } from '../../../../lib/servicing/drivers/examine-driver.ts';
import { packedName } from '../../../../lib/servicing/drivers/packed-files.ts';
import { buildCabinet, buildSzdd } from '../../../support/cabinets.ts';
import { makePublisher } from '../../../support/catalog-builder.ts';
import { unsigned, writeDriverPackage } from '../../../support/driver-packages.ts';
import { writeSignedPackage } from '../../../support/signed-packages.ts';
import { add, newFolder, phonyImage, problem } from './driver-images.ts';

/** The package with its driver in another form, and the bytes of the driver. */
function pack(inf: string, how: (name: string, bytes: Buffer) => Record<string, Uint8Array>, disk = ''): Buffer {
  const place = join(dirname(inf), 'BIN');
  const bytes = readFileSync(join(place, 'PHONYDRV.SYS'));
  rmSync(join(place, 'PHONYDRV.SYS'));
  for (const [name, content] of Object.entries(how('phonydrv.sys', bytes)))
    writeFileSync(join(dirname(inf), name), content);
  if (disk !== '') writeFileSync(inf, readFileSync(inf, 'latin1').replace('1 = %Media%,,,', disk), 'latin1');
  return bytes;
}

describe('a file of a package', () => {
  it.each([
    ['by compress.exe', (_: string, bytes: Buffer) => ({ 'BIN/PhonyDrv.SY_': buildSzdd(bytes) }), ''],
    [
      'by makecab',
      (name: string, bytes: Buffer) => ({
        'BIN/phonydrv.sy_': buildCabinet({ [name]: bytes }, { compression: 'mszip' }),
      }),
      '',
    ],
    ['not at all, but named so', (_: string, bytes: Buffer) => ({ 'BIN/phonydrv.sy_': bytes }), ''],
    [
      'in a cabinet',
      (name: string, bytes: Buffer) => ({ 'data.cab': buildCabinet({ [name]: bytes }, { compression: 'mszip' }) }),
      '1 = %Media%,data.cab,,',
    ],
    [
      'in a cabinet, with its folder',
      (name: string, bytes: Buffer) => ({
        'sub1.dat': buildCabinet({ [`bin\\${name}`]: bytes }, { compression: 'none' }),
      }),
      '1 = %Media%,sub1.dat,,,0x10,disk.tag',
    ],
  ])('that is compressed %s is stored unpacked', async (_, how, disk) => {
    const inf = writeDriverPackage(newFolder(), { hasCatalog: false });
    const bytes = pack(inf, how, disk);
    const image = phonyImage();
    const added = await image.service((session) => add(session, inf, unsigned, true));
    expect(added).toMatchObject({ outcome: 'added', files: ['\\Windows\\System32\\drivers\\phonydrv.sys'] });
    const windows = join(image.tree, 'Windows/System32');
    const store = join(windows, 'DriverStore/FileRepository', added.folder);
    for (const path of [join(store, 'bin/phonydrv.sys'), join(windows, 'drivers/phonydrv.sys')]) {
      expect(readFileSync(path).equals(bytes), path).toBe(true);
    }
    const size = [inf, join(inf, '../Notes.txt')].reduce((sum, path) => sum + readFileSync(path).length, bytes.length);
    const key = image.hive('SYSTEM').root.getSubkey(`DriverDatabase\\DriverPackages\\${added.folder}`);
    expect(key.getQword('FileSize')).toBe(BigInt(size));
    await image.service(async (session) => {
      expect((await add(session, inf, unsigned, true)).outcome).toBe('present');
    }, false);
  });

  it('that cannot be unpacked keeps the package out, before anything is changed', async () => {
    const image = phonyImage();
    const cabinet = (compression: number) => (name: string, bytes: Buffer) => {
      const made = buildCabinet({ [name]: bytes }, { compression: 'none' });
      made.writeUInt16LE(compression, 42);
      return { 'data.cab': made };
    };
    const damaged = (_: string, bytes: Buffer) => ({ 'BIN/phonydrv.sy_': buildSzdd(bytes).subarray(0, 200) });
    const kwaj = () => ({ 'BIN/phonydrv.sy_': Buffer.from('4b57414a88f027d10000000000', 'hex') });
    for (const [how, disk, symbol] of [
      [cabinet(0x1503), '1 = %Media%,data.cab,,', 'UnsupportedVersion'],
      [cabinet(2), '1 = %Media%,data.cab,,', 'UnsupportedVersion'],
      [damaged, '', 'Truncated'],
      [kwaj, '', 'UnsupportedVersion'],
    ] as const) {
      const inf = writeDriverPackage(newFolder(), { hasCatalog: false });
      pack(inf, how, disk);
      await image.service(async (session) => {
        await expect(add(session, inf, unsigned, true)).rejects.toThrowError(problem(symbol));
        for await (const change of session.root.changes()) throw new Error(`${change.path} was changed`);
      }, false);
      const examined = await examineDriver(await loadDriverPackage(inf));
      const [found, ...others] = examined.findings.filter(
        ({ code }) => /File$/.test(code) && code !== 'CatalogMissing',
      );
      expect([found?.code, found?.severity, others]).toEqual(['UnreadableFile', 'error', []]);
    }
  });

  it('is covered by the catalog as what it unpacks to', async () => {
    const { publisher } = makePublisher();
    const folder = newFolder();
    const inf = writeSignedPackage(folder, { name: 'example', hardwareIds: ['PCI\\VEN_1'], signer: publisher });
    const path = join(folder, 'bin/example.sys');
    const bytes = readFileSync(path);
    rmSync(path);
    writeFileSync(join(folder, 'bin/example.sy_'), buildSzdd(bytes));
    const codes = async (): Promise<string[]> =>
      (await examineDriver(await loadDriverPackage(inf))).findings.map(({ code }) => code);
    expect(await codes()).toEqual(['UntrustedSigner']);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(join(folder, 'bin/example.sy_'), buildSzdd(bytes));
    expect(await codes()).toEqual(['UntrustedSigner', 'FileChanged']);
    expect(createHash('sha256').update(bytes).digest('hex')).toHaveLength(64);
  });

  it('is looked for under the name that Windows looks for', () => {
    const names = ['x.sys', 'sub.d\\x.sys', 'x.a', 'x.ab', 'x', 'x.', 'x.json', 'a.b.dll'].map(packedName);
    expect(names).toEqual(['x.sy_', 'sub.d\\x.sy_', 'x.a_', 'x.ab_', 'x._', 'x._', 'x.jso_', 'a.b.dl_']);
  });
});
