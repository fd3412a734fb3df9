// The drivers of an image as a package that is to be added meets them: by device, by the name of their INF.
import { isDismError } from '../../base/error.ts';
import { upcase } from '../../base/upcase.ts';
import { InfFile } from '../../inf/inf-file.ts';
import { InfFindings } from '../../inf/inf-finding.ts';
import { type InfModelLine, readModels } from '../../inf/inf-models.ts';
import type { InfTarget } from '../../inf/inf-target.ts';
import { type ResolvedInf, resolveInf } from '../../inf/resolve-inf.ts';
import type { ServicingSession } from '../servicing-session.ts';
import { DriverDatabase } from './driver-database.ts';
import type { DriverPackage } from './driver-package.ts';
import { infTargetOf, loadIncludedInfs } from './driver-target.ts';
import { publishedInfPath } from './store-paths.ts';
import { findStoredPackages, type StoredDriver } from './stored-drivers.ts';

/** The hardware IDs of models; each once. */
export function hardwareIds(models: readonly InfModelLine[]): string[] {
  const ids = new Map<string, string>();
  for (const { hardwareId } of models) if (hardwareId !== '') ids.set(upcase(hardwareId), hardwareId);
  return [...ids.values()];
}

/** Drivers by the upper case of something; each once. */
class DriverIndex {
  private readonly entries = new Map<string, StoredDriver[]>();

  add(key: string, driver: StoredDriver): void {
    const found = this.entries.get(upcase(key)) ?? [];
    if (!found.includes(driver)) found.push(driver);
    this.entries.set(upcase(key), found);
  }

  get(key: string): readonly StoredDriver[] {
    return this.entries.get(upcase(key)) ?? [];
  }
}

/** The drivers of an image, and those that are to be added together. */
export class ImageDrivers {
  readonly session: ServicingSession;
  readonly target: InfTarget;
  private readonly database: DriverDatabase | undefined;
  private readonly byInfName = new DriverIndex();
  private readonly byFolder = new DriverIndex();
  /** Only of images that have no database to look in. */
  private readonly byDevice = new DriverIndex();
  private readonly added = new Map<string, Set<string>>();

  private constructor(session: ServicingSession, database: DriverDatabase | undefined) {
    this.session = session;
    this.target = infTargetOf(session.windows);
    this.database = database;
  }

  static async open(session: ServicingSession): Promise<ImageDrivers> {
    const image = new ImageDrivers(session, await DriverDatabase.open(session));
    for (const driver of await findStoredPackages(session, { all: true })) {
      image.byInfName.add(driver.infName, driver);
      image.byFolder.add(driver.folder, driver);
      if (!image.database) await image.indexDevices(driver);
    }
    return image;
  }

  /** Before Windows 8 only the INFs themselves say which devices they are for. */
  private async indexDevices(driver: StoredDriver): Promise<void> {
    try {
      const bytes = await this.session.root.read(publishedInfPath(this.session, driver.publishedName));
      const inf = InfFile.parse(bytes, driver.publishedName);
      for (const id of hardwareIds(readModels(inf, this.target, new InfFindings()))) this.byDevice.add(id, driver);
    } catch (error) {
      // One that is gone, or that nobody can read, drives nothing.
      if (!isDismError(error)) throw error;
    }
  }

  /** The INF for the Windows of the image. */
  async resolve(driver: { readonly inf: InfFile }): Promise<ResolvedInf> {
    return resolveInf(driver.inf, this.target, { include: await loadIncludedInfs(this.session, driver.inf) });
  }

  /** Notes that a package is to be added with others, so that `rivals` finds it. */
  note(driver: DriverPackage, resolved: ResolvedInf): void {
    if (resolved.kind !== 'device') return;
    for (const id of hardwareIds(resolved.models)) {
      const key = upcase(id);
      const packages = this.added.get(key) ?? new Set();
      this.added.set(key, packages.add(driver.infPath));
    }
  }

  /** The other noted packages for a device. */
  rivals(id: string, infPath: string): string[] {
    return [...(this.added.get(upcase(id)) ?? [])].filter((path) => path !== infPath);
  }

  /** The packages in the image for a device. */
  driversOf(id: string): readonly StoredDriver[] {
    if (!this.database) return this.byDevice.get(id);
    const found = new Set<StoredDriver>();
    for (const hive of ['SYSTEM', 'DRIVERS'] as const) {
      const key = this.database.node(hive).subkey(`DeviceIds\\${id}`);
      for (const name of key?.valueNames() ?? []) {
        for (const driver of this.byFolder.get(this.activeFolder(name) ?? '')) found.add(driver);
      }
    }
    return [...found];
  }

  /** The store folder that a published INF stands for: updates of Windows leave the folders of older ones. */
  private activeFolder(publishedName: string): string | undefined {
    for (const hive of ['SYSTEM', 'DRIVERS'] as const) {
      const key = this.database?.node(hive).subkey(`DriverInfFiles\\${publishedName}`);
      if (key) return key.getText('Active') ?? key.getTextList('')?.[0];
    }
    return undefined;
  }

  /** The packages in the image whose INF had this name when it was added. */
  packagesOf(infName: string): readonly StoredDriver[] {
    return this.byInfName.get(infName);
  }
}
