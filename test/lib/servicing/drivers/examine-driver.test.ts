// Packages with one fault each, alone and before a phony Windows.
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileTime } from '../../../../lib/base/file-time.ts';
import { certificateFromBytes } from '../../../../lib/catalog/certificate.ts';
import { TrustAnchors } from '../../../../lib/catalog/trust-anchors.ts';
import { loadDriverPackage } from '../../../../lib/servicing/drivers/driver-package.ts';
import { type DriverExamination, examineDriver } from '../../../../lib/servicing/drivers/examine-driver.ts';
import { ImageDrivers } from '../../../../lib/servicing/drivers/image-drivers.ts';
import { encodeVersionRecord } from '../../../../lib/servicing/drivers/version-blob.ts';
import type { ServicingSession } from '../../../../lib/servicing/servicing-session.ts';
import { makePublisher } from '../../../support/catalog-builder.ts';
import { type PhonyWindowsOptions, writePhonyWindows } from '../../../support/phony-windows.ts';
import { readingSession } from '../../../support/reading-session.ts';
import { type SignedPackageOptions, writeSignedPackage } from '../../../support/signed-packages.ts';
import { scratchFolder } from '../../../support/trees.ts';

const folder = scratchFolder('examine-driver');
const { root, publisher } = makePublisher();
const anchors = new TrustAnchors([{ certificate: certificateFromBytes(root.certificate) }]);
const device = 'PCI\\VEN_1234&DEV_0001';
let count = 0;

function writePackage(options: Partial<SignedPackageOptions> = {}): string {
  const place = join(folder, `package-${count++}`);
  return writeSignedPackage(place, { name: 'example', hardwareIds: [device], signer: publisher, ...options });
}

/** Trees are only read, so tests share them. */
const trees = new Map<string, string>();

async function phony(options: PhonyWindowsOptions = {}): Promise<ServicingSession> {
  const key = JSON.stringify(options);
  const place = trees.get(key) ?? join(folder, `windows-${count++}`);
  if (!trees.has(key)) writePhonyWindows(place, { languages: ['en-US'], ...options });
  trees.set(key, place);
  return readingSession(place);
}

async function examine(infPath: string, image?: ImageDrivers): Promise<DriverExamination> {
  return examineDriver(await loadDriverPackage(infPath), { image, anchors });
}

const codes = (result: DriverExamination): string[] => result.findings.map((finding) => finding.code);

/** Puts a package of others into the driver database, in memory. */
async function install(session: ServicingSession, version: string, date: string, ids: readonly string[] = [device]) {
  const database = (await session.getHive('DRIVERS')).root.create('DriverDatabase');
  const place = 'other.inf_amd64_0123456789abcdef';
  database.create('DriverInfFiles\\oem0.inf').setTextList('', [place]);
  for (const id of ids) database.create(`DeviceIds\\${id}`).setBinary('oem0.inf', Uint8Array.of(1, 0xff, 0, 0));
  const key = database.create(`DriverPackages\\${place}`);
  key.setText('', 'oem0.inf');
  key.setText('InfName', 'other.inf');
  key.setText('Provider', 'Contoso');
  const [a = 0, b = 0, c = 0, d = 0] = version.split('.').map(Number);
  const record = { isInbox: false, architecture: 9, classGuid: '{4d36e972-e325-11ce-bfc1-08002be10318}' };
  const stamp = { date: FileTime.fromDate(new Date(date)), version: [a, b, c, d] as const };
  key.setBinary('Version', encodeVersionRecord({ ...record, ...stamp }));
}

describe('a package by itself', () => {
  it('is described', async () => {
    const result = await examine(writePackage({ decorations: ['NTamd64.10.0', 'NTarm64.10.0'] }));
    expect(result).toMatchObject({
      provider: 'Contoso',
      className: 'Net',
      version: '1.2.3.4',
      architectures: ['amd64', 'arm64'],
      catalogFiles: ['example.cat'],
      signerName: 'Contoso Drivers',
      findings: [],
    });
    expect(result.date?.toJSON()).toBe('2024-01-02T00:00:00.0000000Z');
    expect(result.storeFolders).toHaveLength(2);
    expect(result.storeFolders[0]).toMatch(/^example\.inf_amd64_[0-9a-f]{16}$/);
  });

  it.each([
    ['a file is missing', { withoutDriver: true }, ['MissingFile']],
    ['the catalog does not cover a file', { uncovered: true }, ['FileNotCovered']],
    ['the catalog is not signed', { signer: undefined }, ['NotSigned']],
    ['it names no catalog', { signer: null }, ['NoCatalog']],
  ] as const)('says that %s', async (_, options, expected) => {
    const result = await examine(writePackage(options));
    expect(codes(result)).toEqual(expected);
    expect(result.findings[0]?.severity).toBe('error');
  });

  it('says that a file was changed, or its catalog', async () => {
    const inf = writePackage();
    writeFileSync(join(inf, '../bin/example.sys'), 'another one');
    expect(codes(await examine(inf))).toEqual(['FileChanged']);
    writeFileSync(join(inf, '../example.cat'), 'nonsense');
    expect(codes(await examine(inf))).toEqual(['CatalogUnreadable']);
    rmSync(join(inf, '../example.cat'));
    expect(codes(await examine(inf))).toEqual(['CatalogMissing']);
  });

  it('does not follow a link out of the package', async () => {
    const inf = writePackage({ withoutDriver: true });
    symlinkSync('/etc/hostname', join(inf, '../bin/example.sys'));
    expect(codes(await examine(inf))).toContain('UnsafePath');
  });
});

describe('a package before an image', () => {
  it('has no findings when all is well', async () => {
    const image = await ImageDrivers.open(await phony());
    const result = await examine(writePackage(), image);
    expect(codes(result)).toEqual([]);
    expect(result.storeFolders).toHaveLength(1);
  });

  it('1: is not for this Windows', async () => {
    const image = await ImageDrivers.open(await phony({ release: '10' }));
    expect(codes(await examine(writePackage({ decorations: ['NTamd64.10.0...99999'] }), image))).toEqual([
      'NotApplicable',
    ]);
    expect(codes(await examine(writePackage({ decorations: ['NTamd64...3'] }), image))).toEqual(['NotApplicable']);
  });

  it('2: is for another architecture', async () => {
    const image = await ImageDrivers.open(await phony({ architecture: 'arm64' }));
    expect(codes(await examine(writePackage(), image))).toEqual(['WrongArchitecture']);
  });

  it('3, 4, 5: misses files, is not covered, is not signed', async () => {
    const image = await ImageDrivers.open(await phony());
    expect(codes(await examine(writePackage({ withoutDriver: true }), image))).toEqual(['MissingFile']);
    expect(codes(await examine(writePackage({ uncovered: true }), image))).toEqual(['FileNotCovered']);
    expect(codes(await examine(writePackage({ signer: undefined }), image))).toEqual(['NotSigned']);
  });

  it('6: is older than what is there, by date before version', async () => {
    const session = await phony();
    await install(session, '0.0.0.1', '2025-03-04T00:00:00Z');
    const result = await examine(writePackage({ driverVer: '01/02/2024,9.9.9.9' }), await ImageDrivers.open(session));
    expect(codes(result)).toEqual(['OlderThanInstalled', 'DuplicateHardwareId']);
    expect(result.findings[0]).toMatchObject({ file: 'oem0.inf', severity: 'warning' });
  });

  it('6: is older than a package of the same name for other devices', async () => {
    const session = await phony();
    await install(session, '2.0.0.0', '2024-01-02T00:00:00Z', ['PCI\\VEN_9999']);
    const image = await ImageDrivers.open(session);
    expect(codes(await examine(writePackage({ name: 'other' }), image))).toEqual(['OlderThanInstalled']);
    expect(codes(await examine(writePackage({ name: 'other', provider: 'Fabrikam' }), image))).toEqual([]);
    expect(codes(await examine(writePackage({ name: 'other', driverVer: '01/02/2024,3.0.0.0' }), image))).toEqual([]);
  });

  it('7: is an extension, which Windows PE does not install', async () => {
    const options = { isExtension: true, decorations: ['NTamd64'] };
    const image = await ImageDrivers.open(await phony({ release: 'winpe' }));
    expect(codes(await examine(writePackage(options), image))).toEqual(['ExtensionInWindowsPE']);
    const full = await ImageDrivers.open(await phony());
    expect(codes(await examine(writePackage(options), full))).toEqual([]);
  });

  it('8: drives a device that another package drives', async () => {
    const session = await phony();
    await install(session, '1.0.0.0', '2020-01-01T00:00:00Z');
    expect(codes(await examine(writePackage(), await ImageDrivers.open(session)))).toEqual(['DuplicateHardwareId']);
    const image = await ImageDrivers.open(await phony());
    const packages = [writePackage(), writePackage({ name: 'twin', hardwareIds: [device.toLowerCase()] })];
    for (const path of packages) {
      const driver = await loadDriverPackage(path);
      image.note(driver, await image.resolve(driver));
    }
    const [first, second] = [await examine(packages[0]!, image), await examine(packages[1]!, image)];
    expect(first.findings).toMatchObject([{ code: 'DuplicateHardwareId', file: packages[1] }]);
    expect(second.findings).toMatchObject([{ code: 'DuplicateHardwareId', file: packages[0] }]);
  });

  it('9: takes the place of a driver of Windows', async () => {
    const image = await ImageDrivers.open(await phony());
    const result = await examine(writePackage({ hardwareIds: ['PCI\\CC_0403', device] }), image);
    expect(result.findings).toMatchObject([{ code: 'InboxShadowed', severity: 'information', file: 'wdmaudio.inf' }]);
  });

  it('meets the drivers of a Windows without driver database as well', async () => {
    const image = await ImageDrivers.open(await phony({ release: '7' }));
    const result = await examine(
      writePackage({ hardwareIds: ['PCI\\CC_0403'], driverVer: '01/01/2001,1.0.0.0' }),
      image,
    );
    expect(codes(result)).toEqual(['OlderThanInstalled', 'InboxShadowed']);
  });

  it('is there already', async () => {
    const session = await phony();
    const path = writePackage();
    const [place = ''] = (await examine(path, await ImageDrivers.open(session))).storeFolders;
    await install(session, '1.2.3.4', '2024-01-02T00:00:00Z');
    const database = (await session.getHive('DRIVERS')).root.getSubkey('DriverDatabase');
    database.getSubkey('DriverInfFiles\\oem0.inf').setTextList('', [place]);
    const key = database.create(`DriverPackages\\${place}`);
    key.setText('', 'oem0.inf');
    key.setText('InfName', 'example.inf');
    expect(codes(await examine(path, await ImageDrivers.open(session)))).toEqual(['AlreadyInstalled']);
  });
});
