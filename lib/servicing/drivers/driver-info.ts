// The devices that a driver is for, as Get-WindowsDriver -Driver describes them: a record for each line of models.
import { InfFile } from '../../inf/inf-file.ts';
import { declaredArchitectures } from '../../inf/inf-models.ts';
import type { InfTarget } from '../../inf/inf-target.ts';
import { type ResolvedInf, resolveInf } from '../../inf/resolve-inf.ts';
import type { ServicingSession } from '../servicing-session.ts';
import { isBootCritical } from './boot-critical.ts';
import type { DriverPackage } from './driver-package.ts';
import { infTargetOf, loadIncludedInfs } from './driver-target.ts';
import { getStoredDriver, type ListedDriver } from './list-drivers.ts';

export interface DriverDevice {
  readonly manufacturerName: string;
  readonly hardwareDescription: string;
  readonly hardwareId: string;
  readonly architecture: InfTarget['architecture'];
  readonly serviceName: string;
  readonly compatibleIds: readonly string[];
  readonly excludeIds: readonly string[];
}

export interface StoredDriverInfo {
  readonly driver: ListedDriver;
  readonly devices: readonly DriverDevice[];
}

/** The devices of a driver in the store, for the Windows of the image. Throws DriverNotFound. */
export async function storedDriverInfo(session: ServicingSession, name: string): Promise<StoredDriverInfo> {
  const driver = await getStoredDriver(session, name);
  const inf = InfFile.parse(await session.root.read(driver.infPath), driver.infName);
  const include = await loadIncludedInfs(session, inf);
  return { driver, devices: devicesOf(resolveInf(inf, infTargetOf(session.windows), { include })) };
}

export interface PackageInfo {
  readonly package: DriverPackage;
  /** For the Windows of the image: class, provider, version. */
  readonly resolved: ResolvedInf;
  /** For all architectures that it declares. */
  readonly devices: readonly DriverDevice[];
  readonly isBootCritical: boolean;
}

/** The devices of a package that is not in the image, for every architecture that its INF declares. */
export async function packageInfo(session: ServicingSession, driver: DriverPackage): Promise<PackageInfo> {
  const include = await loadIncludedInfs(session, driver.inf);
  const target = infTargetOf(session.windows);
  const architectures = declaredArchitectures(driver.inf);
  const all = architectures.map((architecture) => resolveInf(driver.inf, { ...target, architecture }, { include }));
  const own = resolveInf(driver.inf, target, { include });
  const starts = all.flatMap(({ installs }) =>
    installs.flatMap(({ services }) => services.map((one) => one.startType)),
  );
  return {
    package: driver,
    resolved: own,
    devices: all.flatMap(devicesOf),
    isBootCritical: isBootCritical(own.version.classGuid ?? '', starts),
  };
}

function devicesOf(resolved: ResolvedInf): DriverDevice[] {
  return resolved.models.map((model) => ({
    manufacturerName: model.manufacturer,
    hardwareDescription: model.description,
    hardwareId: model.hardwareId,
    architecture: resolved.target.architecture,
    serviceName: model.install?.services.find(({ isAssociated }) => isAssociated)?.name ?? '',
    compatibleIds: model.compatibleIds,
    excludeIds: model.install?.excludedIds ?? [],
  }));
}
