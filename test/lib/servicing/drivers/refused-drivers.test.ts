// Driver packages that are not added: not signed, not for this Windows, incomplete, hostile.
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listDrivers } from '../../../../lib/servicing/drivers/list-drivers.ts';
import { unsigned, writeDriverPackage } from '../../../support/driver-packages.ts';
import { add, newFolder, phonyImage, problem } from './driver-images.ts';

describe('a driver package for Windows', () => {
  it('needs a signature on 64-bit Windows', async () => {
    const inf = writeDriverPackage(newFolder(), { hasCatalog: false });
    const image = phonyImage();
    await expect(image.service((session) => add(session, inf, unsigned))).rejects.toThrowError(
      problem('DriverUnsigned'),
    );
    await image.service((session) => add(session, inf, unsigned, true));
    const [driver] = await image.service((session) => listDrivers(session));
    expect(driver).toMatchObject({ publishedName: 'oem0.inf', signature: 'Unsigned', signerScore: 0x80000000 });
    const old = phonyImage({ release: '10', architecture: 'x86' });
    const inf32 = writeDriverPackage(newFolder(), { hasCatalog: false, architecture: 'x86' });
    expect((await old.service((session) => add(session, inf32, unsigned))).outcome).toBe('added');
  });

  it('is refused before anything is changed when it cannot work', async () => {
    const image = phonyImage({ architecture: 'arm64' });
    const refused = async (inf: string, symbol: string): Promise<void> => {
      await image.service(async (session) => {
        await expect(add(session, inf)).rejects.toThrowError(problem(symbol));
        for await (const change of session.root.changes()) throw new Error(`${change.path} was changed`);
      }, false);
    };
    await refused(writeDriverPackage(newFolder()), 'DriverNotApplicable');
    const incomplete = newFolder();
    const inf = writeDriverPackage(incomplete, { architecture: 'arm64' });
    rmSync(join(incomplete, 'BIN'), { recursive: true });
    await refused(inf, 'NotFound');
    const outside = join(newFolder(), 'secret');
    mkdirSync(outside);
    cpSync(inf, join(outside, 'phonydrv.sys'));
    symlinkSync(outside, join(incomplete, 'bin'));
    await refused(inf, 'UnsafePath');
    await refused(join(incomplete, 'missing.inf'), 'NotFound');
    const evil = ['..\\..\\evil.sys', 'config\\SYSTEM', 'DriverStore\\x', 'a:b', 'con?.sys', 'x.'];
    for (const name of evil) {
      const more = `[Files]\r\n"${name}",phonydrv.sys\r\n[DestinationDirs]\r\nFiles=11`;
      await refused(writeDriverPackage(newFolder(), { architecture: 'arm64', more }), 'UnsafePath');
    }
  });
});
