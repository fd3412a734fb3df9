// The entries of a package in the driver database: DriverInfFiles, DeviceIds, DriverPackages. Layout as measured on
// Windows 8.1 to 11; values that Windows fills in when it is asked to install (Properties, LockLevel) are left to it.
import { upcase } from '../../base/upcase.ts';
import type { InfModel } from '../../inf/resolve-inf.ts';
import type { HiveKey } from '../../registry/hive-key.ts';
import { encodeFileTime, encodeGuid } from '../../registry/value-data.ts';
import type { ServicingSession } from '../servicing-session.ts';
import type { DatabaseHive, DriverDatabase } from './driver-database.ts';
import { oemNumber } from './driver-database.ts';
import { architectureNumber } from './driver-target.ts';
import { writeConfiguration } from './package-configuration.ts';
import type { PackageSignature } from './package-signature.ts';
import type { ResolvedPackage } from './resolve-package.ts';
import { encodeVersionRecord } from './version-blob.ts';

/** The kinds of DeviceIds entries: first ID of a models line, one of the others, one of an extension INF. */
const IdKind = { Hardware: 1, Compatible: 2, Extension: 3 } as const;

/** Seen on nearly all packages of others; what its bits mean is not known. */
const STATUS_FLAGS = 0x12;
/** MAX_DEVICE_ID_LEN of cfgmgr32.h: Windows knows no longer ones. */
const MAX_ID_LENGTH = 200;
/** From this build on packages have FileSize and ManifestHash. */
const BUILD_WITH_FILE_SIZE = 26100;

/** Writes all entries of a package under a published name. */
export function registerPackage(
  session: ServicingSession,
  database: DriverDatabase,
  driver: ResolvedPackage,
  publishedName: string,
  signature: PackageSignature,
): DatabaseHive {
  const hive = database.hiveFor(driver.classGuid, driver.hasBootStart);
  const node = database.node(hive);
  const { resolved, folder } = driver;
  const sections = [...new Set(resolved.installs.map((install) => install.section))];
  const inf = node.create(`DriverInfFiles\\${publishedName}`);
  inf.setTextList('', [folder]);
  inf.setText('Active', folder);
  if (sections.length > 0) inf.setTextList('Configurations', sections);
  indexDeviceIds(node, driver, publishedName);
  const key = node.create('DriverPackages').create(folder);
  writePackageValues(session, key, driver, publishedName, signature);
  for (const install of resolved.installs) writeConfiguration(session, key, driver, install);
  writeDescriptors(key, driver);
  database.mark(oemNumber(publishedName)!, true);
  database.touch(hive, session);
  return hive;
}

function writePackageValues(
  session: ServicingSession,
  key: HiveKey,
  driver: ResolvedPackage,
  publishedName: string,
  signature: PackageSignature,
): void {
  const { version } = driver.resolved;
  const { driverVersion } = version;
  key.setText('', publishedName);
  key.setBinary(
    'Version',
    encodeVersionRecord({
      isInbox: false,
      architecture: architectureNumber(session.windows),
      classGuid: driver.classGuid,
      date: driverVersion?.date ?? session.now,
      version: driverVersion?.version ?? [0, 0, 0, 0],
    }),
  );
  key.setText('InfName', driver.package.infName.toLowerCase());
  if (driver.catalog) key.setText('Catalog', driver.catalog.path);
  key.setText('Provider', version.provider);
  key.setText('OemPath', driver.package.folder);
  key.setBinary('ImportDate', encodeFileTime(session.now));
  if (signature.signerName !== undefined) key.setText('SignerName', signature.signerName);
  key.setDword('SignerScore', signature.signerScore);
  key.setDword('StatusFlags', STATUS_FLAGS);
  const extensionId = version.extensionId === undefined ? undefined : encodeGuid(version.extensionId);
  if (extensionId) key.setBinary('ExtensionId', extensionId);
  if (session.windows.version.build >= BUILD_WITH_FILE_SIZE) {
    key.setQword('FileSize', BigInt(driver.files.reduce((sum, { size }) => sum + size, 0)));
    key.setQword('ManifestHash', 0xffff_ffff_ffff_ffffn);
  }
}

function isDeviceId(id: string): boolean {
  return id !== '' && id.length <= MAX_ID_LENGTH;
}

/** DeviceIds: which published INFs know an ID, and which there are of a class. */
function indexDeviceIds(node: HiveKey, driver: ResolvedPackage, publishedName: string): void {
  const ids = node.create('DeviceIds');
  ids.create(driver.classGuid).setValue(publishedName, 'REG_NONE', new Uint8Array());
  const isExtension = driver.resolved.kind === 'extension';
  for (const model of driver.resolved.models) {
    const score = model.install?.featureScore ?? 0xff;
    const all = [model.hardwareId, ...model.compatibleIds];
    all.forEach((id, at) => {
      if (!isDeviceId(id)) return;
      let kind: number = at === 0 ? IdKind.Hardware : IdKind.Compatible;
      if (isExtension) kind = IdKind.Extension;
      const key = ids.create(id);
      const old = key.value(publishedName)?.data;
      const entry = Uint8Array.of(kind, score, Math.max(at - 1, 0) & 0xff, Math.max(at - 1, 0) >> 8);
      // An ID on several lines counts as the best of them.
      if (!old || Buffer.compare(entry, old) < 0) key.setBinary(publishedName, entry);
    });
  }
}

/** Descriptors: for each ID its install section and texts; Strings: the texts themselves. */
function writeDescriptors(key: HiveKey, driver: ResolvedPackage): void {
  const { models } = driver.resolved;
  const written = new Set<string>();
  for (const model of models) {
    if (!model.install) continue;
    for (const id of [model.hardwareId, ...model.compatibleIds]) {
      if (!isDeviceId(id) || written.has(upcase(id))) continue;
      written.add(upcase(id));
      const descriptor = key.create('Descriptors').create(id);
      descriptor.setText('Configuration', model.install.section);
      descriptor.setText('Manufacturer', token(model.rawManufacturer));
      descriptor.setText('Description', token(model.rawDescription));
    }
  }
  if (written.size > 0) writeStrings(key.create('Strings'), driver, models);
}

/** Tokens are in lower case; other text is what it is. */
function token(raw: string): string {
  return /^%[^%]+%$/.test(raw) ? raw.toLowerCase() : raw;
}

function writeStrings(key: HiveKey, driver: ResolvedPackage, models: readonly InfModel[]): void {
  for (const model of models) {
    for (const raw of [model.rawManufacturer, model.rawDescription]) {
      const name = /^%([^%]+)%$/.exec(raw)?.[1];
      const text = name === undefined ? undefined : driver.package.inf.string(name);
      if (name !== undefined && text !== undefined) key.setText(name.toLowerCase(), text);
    }
  }
}
