// Real packages, exported by Windows from an arm64 driver store: added to a phony image they get the folder names they had
// in Windows, and are exported with the bytes they had.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isDismError } from '../../../../lib/base/error.ts';
import { storeHash } from '../../../../lib/inf/store-folder-name.ts';
import { addDriver } from '../../../../lib/servicing/drivers/add-driver.ts';
import { loadDriverPackage } from '../../../../lib/servicing/drivers/driver-package.ts';
import { exportDriver } from '../../../../lib/servicing/drivers/export-driver.ts';
import { examineForImage } from '../../../../lib/servicing/drivers/image-signature.ts';
import { listDrivers } from '../../../../lib/servicing/drivers/list-drivers.ts';
import { removeDriver } from '../../../../lib/servicing/drivers/remove-driver.ts';
import { openServicingTarget } from '../../../../lib/servicing/open-servicing-target.ts';
import { describeWithCorpus } from '../../../support/judges.ts';
import { writePhonyWindows } from '../../../support/phony-windows.ts';

describeWithCorpus('inf/filerepository', 'packages exported by Windows', (root) => {
  const scratch = mkdtempSync(join(tmpdir(), 'opendism-exported-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  /** The folder as Windows exported it: large files are kept compressed, eight-bit INFs have lost their carriage returns. */
  function restore(folder: string): string {
    const target = join(scratch, 'packages', basename(folder));
    mkdirSync(target, { recursive: true });
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      const [, inf, , hash] = /^(.+\.inf)_([a-z0-9]+)_([0-9a-f]{16})$/.exec(basename(folder))!;
      if (!name.endsWith('.xz')) cpSync(file, join(target, name));
      const plain = name.replace(/\.xz$/, '');
      let bytes = name.endsWith('.xz') ? execFileSync('xz', ['-dc', file], { maxBuffer: 1 << 28 }) : readFileSync(file);
      if (plain.toLowerCase() === inf && storeHash(bytes) !== hash) {
        bytes = Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
      }
      writeFileSync(join(target, plain), bytes);
    }
    return target;
  }

  it('are added under the names they had, exported with their bytes, and removed', async () => {
    const folders = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.inf(\.xz)?$/i.test(path))
      .map((path) => dirname(join(root, path)));
    const image = join(scratch, 'image');
    writePhonyWindows(image, { architecture: 'arm64' });
    const warnings: string[] = [];
    const onWarning = (text: string): void => void warnings.push(text);
    const added = new Map<string, string>();
    {
      await using target = await openServicingTarget({ path: image }, { onWarning });
      const [session] = target.sessions;
      for (const folder of folders) {
        const source = restore(folder);
        const inf = readdirSync(source).find((name) => /\.inf$/i.test(name))!;
        const options = { forceUnsigned: true, examineSignature: examineForImage };
        const result = await addDriver(session!, await loadDriverPackage(join(source, inf)), options).catch((error) => {
          // Of most packages only the INF is there.
          if (isDismError(error) && error.Symbol === 'NotFound') return undefined;
          throw error;
        });
        if (!result) continue;
        expect(result).toMatchObject({ folder: basename(folder), outcome: 'added' });
        added.set(result.publishedName, source);
      }
      await target.commit();
    }
    expect(added.size).toBeGreaterThanOrEqual(25);
    await using target = await openServicingTarget({ path: image }, { onWarning });
    const session = target.sessions[0]!;
    const listed = await listDrivers(session);
    expect(listed.map(({ publishedName }) => publishedName)).toEqual([...added.keys()]);
    for (const driver of listed) {
      expect(driver.version, driver.infName).toBeDefined();
      const source = added.get(driver.publishedName)!;
      const copy = await exportDriver(session, driver, join(scratch, 'out'));
      expect(readdirSync(copy).sort()).toEqual(readdirSync(source).sort());
      for (const name of readdirSync(source)) {
        expect(readFileSync(join(copy, name)).equals(readFileSync(join(source, name))), `${copy}/${name}`).toBe(true);
      }
      await removeDriver(session, driver.publishedName);
    }
    expect(await listDrivers(session)).toEqual([]);
  });
});
