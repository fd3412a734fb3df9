// The drivers of an image as a package that is to be added meets them: by device, by the name of their INF.
import { upcase } from '../../base/upcase.ts';
import type { InfFile } from '../../inf/inf-file.ts';
import type { InfTarget } from '../../inf/inf-target.ts';
import { type ResolvedInf, resolveInf } from '../../inf/resolve-inf.ts';
import type { ServicingSession } from '../servicing-session.ts';
import { DriverDatabase, type StoredPackage } from './driver-database.ts';
import type { DriverPackage } from './driver-package.ts';
import { infTargetOf, loadIncludedInfs } from './driver-target.ts';

/** The hardware IDs of all models; each once. */
export function hardwareIds(resolved: ResolvedInf): string[] {
  const ids = new Map<string, string>();
  for (const { hardwareId } of resolved.models) if (hardwareId !== '') ids.set(upcase(hardwareId), hardwareId);
  return [...ids.values()];
}

/** The drivers of an image, and those that are to be added together, by the devices they drive. */
export class ImageDrivers {
  readonly session: ServicingSession;
  readonly target: InfTarget;
  private readonly database: DriverDatabase | undefined;
  private readonly added = new Map<string, Set<string>>();
  private byInfName: ReadonlyMap<string, readonly StoredPackage[]> | undefined;

  private constructor(session: ServicingSession, database: DriverDatabase | undefined) {
    this.session = session;
    this.target = infTargetOf(session.windows);
    this.database = database;
  }

  static async open(session: ServicingSession): Promise<ImageDrivers> {
    return new ImageDrivers(session, await DriverDatabase.open(session));
  }

  /** Whether the image says which drivers it has; images before Windows 8 do not. */
  get hasDatabase(): boolean {
    return this.database !== undefined;
  }

  /** The INF for the Windows of the image. */
  async resolve(driver: { readonly inf: InfFile }): Promise<ResolvedInf> {
    return resolveInf(driver.inf, this.target, { include: await loadIncludedInfs(this.session, driver.inf) });
  }

  /** Notes that a package is to be added with others, so that `rivals` finds it. */
  note(driver: DriverPackage, resolved: ResolvedInf): void {
    if (resolved.kind !== 'device') return;
    for (const id of hardwareIds(resolved)) {
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
  *driversOf(id: string): Generator<StoredPackage> {
    if (!this.database) return;
    const seen = new Set<string>();
    for (const hive of ['SYSTEM', 'DRIVERS'] as const) {
      for (const inf of this.database.node(hive).subkey(`DeviceIds\\${id}`)?.valueNames() ?? []) {
        const folder = inf === '' ? undefined : this.activeFolder(inf);
        const stored = folder === undefined ? undefined : this.database.find(folder);
        if (!stored || seen.has(upcase(stored.folder))) continue;
        seen.add(upcase(stored.folder));
        yield stored;
      }
    }
  }

  /** The store folder that a published INF stands for. */
  private activeFolder(publishedName: string): string | undefined {
    for (const hive of ['SYSTEM', 'DRIVERS'] as const) {
      const key = this.database?.node(hive).subkey(`DriverInfFiles\\${publishedName}`);
      if (key) return key.getText('Active') ?? key.getTextList('')?.[0];
    }
    return undefined;
  }

  /** The packages in the image whose INF had this name when it was added. */
  packagesOf(infName: string): readonly StoredPackage[] {
    if (!this.byInfName) {
      const found = new Map<string, StoredPackage[]>();
      for (const stored of this.database?.packages() ?? []) {
        const key = upcase(stored.infName);
        found.set(key, [...(found.get(key) ?? []), stored]);
      }
      this.byInfName = found;
    }
    return this.byInfName.get(upcase(infName)) ?? [];
  }
}
