// Drivers, contents and registry edits leave the same in a directory, captured afterwards, as in the image of a WIM: contents,
// times, attributes, security descriptors that are inherited.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { FileTime } from '../../../lib/base/file-time.ts';
import { applyImage } from '../../../lib/image/apply.ts';
import { captureToNewFile } from '../../../lib/image/capture.ts';
import { openWimContainer } from '../../../lib/image/wim-container.ts';
import { addDriver } from '../../../lib/servicing/drivers/add-driver.ts';
import { loadDriverPackage } from '../../../lib/servicing/drivers/driver-package.ts';
import { addLocalFiles, removeEntries, renameEntry } from '../../../lib/servicing/image-files.ts';
import type { ImageSession } from '../../../lib/servicing/image-session.ts';
import { openServicingTarget } from '../../../lib/servicing/open-servicing-target.ts';
import { signedByHardwareProgram, writeDriverPackage } from '../../support/driver-packages.ts';
import { describeWithJudges, judge } from '../../support/judges.ts';
import { writePhonyWim } from '../../support/phony-windows.ts';
import { scratchFolder } from '../../support/trees.ts';
import { snapshotRoot } from '../image/image-root-snapshot.ts';

const scratch = scratchFolder('servicing-parity');
const image = join(scratch, 'install.wim');
const now = FileTime.parse('2024-05-06T07:08:09.1234567Z')!;
/** O:SYG:SYD:(A;OICI;FA;;;SY)(A;OICIIO;GA;;;CO)(A;OICI;0x1200a9;;;BU) */
const inheritable = Buffer.from(
  '010004805c000000680000000000000014000000020048000300000000031400ff011f00010100000000000512000000' +
    '000b14000000001001010000000000030000000000031800a90012000102000000000005200000002102000001010000' +
    '0000000512000000010100000000000512000000',
  'hex',
);

beforeAll(async () => {
  await writePhonyWim(image, [{ release: '10' }]);
  await using container = await openWimContainer(image, [1], { now });
  const root = container.roots[0]!;
  for (const path of ['\\Windows\\INF', '\\Windows\\System32', '\\Windows\\System32\\drivers', '\\ProgramData']) {
    await root.setMetadata(path, { securityDescriptor: inheritable, attributes: 0x10 });
  }
  await root.setMetadata('\\Windows\\System32\\DriverStore\\FileRepository', { securityDescriptor: inheritable });
  await root.setMetadata('\\Windows\\System32\\config\\SOFTWARE', {
    securityDescriptor: inheritable,
    attributes: 0x22,
    shortName: 'SOFTWA~1',
  });
  await root.commit();
});

async function expectSame(work: (session: ImageSession) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(scratch, 'both-'));
  const [tree, edited, captured] = ['tree', 'edited.wim', 'captured.wim'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(tree);
  await applyImage({ imagePath: image, applyPath: tree, selector: { index: 1 } });
  await copyFile(image, edited);
  const warnings: string[] = [];
  for (const location of [{ path: tree }, { imagePath: edited, indexes: [1] }]) {
    await using target = await openServicingTarget(location, { now, onWarning: (text) => void warnings.push(text) });
    await work(target.sessions[0]!);
    await target.commit();
  }
  expect(warnings.filter((text) => text.includes('cannot keep'))).toEqual([]);
  await captureToNewFile({ imagePath: captured, capturePath: tree, name: 'again' });
  await judge('wimlib-imagex', 'verify', captured);
  await using left = await openWimContainer(edited, [1], { readOnly: true });
  await using right = await openWimContainer(captured, [1], { readOnly: true });
  const wanted = await snapshotRoot(left.roots[0]!);
  expect(await snapshotRoot(right.roots[0]!)).toEqual(wanted);
  const inherited = Object.values(wanted).filter(
    (entry) => entry.creationTime === now.toJSON() && entry.security !== '',
  );
  expect(inherited.length).toBeGreaterThan(0);
}

describeWithJudges(['wimlib-imagex'], 'a serviced directory, captured, is the serviced image', () => {
  it('after a driver was added', async () => {
    const folder = join(scratch, 'driver');
    mkdirSync(folder);
    const inf = writeDriverPackage(folder);
    await expectSame(async (session) => {
      const examineSignature = async () => signedByHardwareProgram;
      await addDriver(session, await loadDriverPackage(inf), { examineSignature, forceUnsigned: false });
    });
  });

  it('after contents were added, replaced, renamed and removed, and values set', async () => {
    const source = join(scratch, 'content');
    mkdirSync(join(source, 'below'), { recursive: true });
    for (const name of ['kernel32.dll', 'below/new.txt']) writeFileSync(join(source, name), `content of ${name}`);
    await expectSame(async (session) => {
      const { root } = session;
      const drain = async (entries: AsyncIterable<unknown>): Promise<void> => {
        for await (const _ of entries);
      };
      await drain(addLocalFiles(root, [join(source, 'below')], '\\ProgramData\\'));
      await drain(addLocalFiles(root, [join(source, 'kernel32.dll')], '\\Windows\\System32\\', { replace: true }));
      await drain(removeEntries(root, '\\Windows\\Temp', true));
      await renameEntry(root, '\\Windows\\System32\\ntdll.dll', 'renamed.dll');
      const hive = await session.getHive('SOFTWARE');
      hive.root.create('Vendor').setText('Name', 'value');
    });
  });
});
