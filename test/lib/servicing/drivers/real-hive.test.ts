// A driver in an image with the SYSTEM hive of a real Windows 10, which has nine third-party drivers of its own.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { compareKeys } from '../../../../lib/registry/compare-hives.ts';
import { Hive } from '../../../../lib/registry/hive.ts';
import { addDriver } from '../../../../lib/servicing/drivers/add-driver.ts';
import { loadDriverPackage } from '../../../../lib/servicing/drivers/driver-package.ts';
import { listDrivers } from '../../../../lib/servicing/drivers/list-drivers.ts';
import { removeDriver } from '../../../../lib/servicing/drivers/remove-driver.ts';
import { openServicingTarget } from '../../../../lib/servicing/open-servicing-target.ts';
import type { ServicingSession } from '../../../../lib/servicing/servicing-session.ts';
import { signedByHardwareProgram, writeDriverPackage } from '../../../support/driver-packages.ts';
import { describeWithCorpus } from '../../../support/judges.ts';
import { writePhonyWindows } from '../../../support/phony-windows.ts';

describeWithCorpus('hives/dissect', 'a driver beside those of a real Windows 10', (root) => {
  const scratch = mkdtempSync(join(tmpdir(), 'opendism-real-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it('is listed with them, gets the next number, and leaves no trace when it is removed', async () => {
    const image = join(scratch, 'image');
    writePhonyWindows(image, { release: '10' });
    const path = join(image, 'Windows/System32/config/SYSTEM');
    const original = gunzipSync(readFileSync(join(root, 'SYSTEM.gz')));
    writeFileSync(path, original);
    const inf = writeDriverPackage(join(scratch, 'driver'));
    const service = async <T>(work: (session: ServicingSession) => Promise<T>): Promise<T> => {
      await using target = await openServicingTarget({ path: image });
      const result = await work(target.sessions[0]!);
      await target.commit();
      return result;
    };
    const before = await service((session) => listDrivers(session));
    expect(before.map(({ publishedName, infName, className }) => [publishedName, infName, className])).toEqual([
      ['oem2.inf', 'vmci.inf', 'System'],
      ['oem3.inf', 'efifw.inf', 'Firmware'],
      ['oem5.inf', 'pvscsi.inf', 'SCSIAdapter'],
      ['oem6.inf', 'vmusbmouse.inf', 'Mouse'],
      ['oem7.inf', 'vmmouse.inf', 'Mouse'],
    ]);
    expect(before[0]).toMatchObject({
      provider: 'VMware, Inc.',
      signature: 'Signed',
      isBootCritical: true,
      version: { version: [9, 8, 16, 0] },
    });
    const all = await service((session) => listDrivers(session, { all: true }));
    expect(all.filter(({ isInbox }) => isInbox).length).toBeGreaterThan(200);
    const examineSignature = async (): Promise<typeof signedByHardwareProgram> => signedByHardwareProgram;
    const added = await service(async (session) =>
      addDriver(session, await loadDriverPackage(inf), { examineSignature }),
    );
    // The map has bits for oem0 to oem8, some of them of packages in DRIVERS.
    expect(added.publishedName).toBe('oem9.inf');
    expect((await service((session) => listDrivers(session))).at(-1)?.publishedName).toBe('oem9.inf');
    await service((session) => removeDriver(session, 'oem9.inf'));
    const differences = [...compareKeys(Hive.open(original).root, Hive.open(readFileSync(path)).root)];
    expect(differences.map((one) => [one.path, 'name' in one ? one.name : undefined])).toEqual([
      ['DriverDatabase', 'UpdateDate'],
    ]);
  });
});
