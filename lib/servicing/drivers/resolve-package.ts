// A driver package for one image: resolved INF, the files to store, the name in the store, and what keeps it from being added.
import { DismError } from '../../base/error.ts';
import { upcase } from '../../base/upcase.ts';
import type { InfFinding } from '../../inf/inf-finding.ts';
import type { InfInstall } from '../../inf/inf-install.ts';
import type { InfSourceFile } from '../../inf/inf-source-files.ts';
import { type ResolvedInf, resolveInf } from '../../inf/resolve-inf.ts';
import { storeFolderName } from '../../inf/store-folder-name.ts';
import type { ServicingSession } from '../servicing-session.ts';
import { isBootCritical } from './boot-critical.ts';
import { type DriverPackage, type PackageFile, PackageFolder } from './driver-package.ts';
import { infTargetOf, loadIncludedInfs } from './driver-target.ts';
import { PackedFiles } from './packed-files.ts';

export interface ResolvedPackage {
  readonly package: DriverPackage;
  readonly resolved: ResolvedInf;
  /** The folder in the store. */
  readonly folder: string;
  /** With braces, lower case. */
  readonly classGuid: string;
  /** Everything that goes into the store: the INF first, then catalog and files. */
  readonly files: readonly PackageFile[];
  readonly catalog: PackageFile | undefined;
  readonly isBootCritical: boolean;
  /** Whether adding it installs it: boot-critical drivers, unless their INF says that they wait. */
  readonly isReflected: boolean;
  readonly hasBootStart: boolean;
  /** What is wrong; an error keeps the package from being added. */
  readonly findings: readonly InfFinding[];
}

/**
 * Resolves a package for the Windows of an image. Nothing is changed. Throws DriverNotApplicable when it is not for this
 * Windows, NotFound when a file is missing, Corrupt when the INF cannot be used.
 */
export async function resolvePackage(session: ServicingSession, driver: DriverPackage): Promise<ResolvedPackage> {
  const include = await loadIncludedInfs(session, driver.inf);
  const resolved = resolveInf(driver.inf, infTargetOf(session.windows), { include });
  const findings = [...resolved.findings];
  requireUsable(session, driver, resolved);
  const folder = new PackageFolder(driver.folder);
  const files = new Map<string, PackageFile>();
  const add = async (path: string): Promise<PackageFile | undefined> => {
    const key = upcase(path);
    const found = files.get(key) ?? (await folder.find(path));
    if (found) files.set(key, found);
    return found;
  };
  await add(driver.infName);
  const packed = new PackedFiles(folder);
  const addSource = async (source: InfSourceFile): Promise<PackageFile | undefined> => {
    const found = (await add(source.path)) ?? (await packed.find(source));
    if (found) files.set(upcase(source.path), found);
    return found;
  };
  const { catalogFile } = resolved.version;
  const catalog = catalogFile === undefined ? undefined : await add(catalogFile);
  if (catalogFile !== undefined && !catalog) {
    findings.push({ code: 'MissingFile', severity: 'warning', message: `The catalog ${catalogFile} is missing.` });
  }
  await addFiles(driver, resolved, addSource, findings);
  const services = installsOf(resolved).flatMap((install) => install.services);
  const starts = services.filter(({ definedIn }) => definedIn === driver.infName).map(({ startType }) => startType);
  const classGuid = await findClassGuid(session, driver, resolved);
  const isCritical = isBootCritical(classGuid, starts);
  return {
    package: driver,
    resolved,
    folder: storeFolderName(driver.infName, session.windows.architecture, driver.infBytes, session.windows.version),
    classGuid,
    files: [...files.values()],
    catalog,
    isBootCritical: isCritical,
    isReflected: isCritical && !resolved.version.dontReflectOffline,
    hasBootStart: starts.includes(0),
    findings,
  };
}

/** All install sections of an INF. */
export function installsOf(resolved: ResolvedInf): InfInstall[] {
  return [...resolved.installs, resolved.defaultInstall, resolved.classInstall].filter((one) => one !== undefined);
}

async function addFiles(
  driver: DriverPackage,
  resolved: ResolvedInf,
  add: (source: InfSourceFile) => Promise<PackageFile | undefined>,
  findings: InfFinding[],
): Promise<void> {
  for (const file of [...resolved.files, ...resolved.otherFiles]) {
    const { path, name, cabinet, line } = file;
    if (await add(file)) continue;
    if (resolved.files.includes(file)) {
      const inside = cabinet === undefined ? '' : ` It is not in ${cabinet} either.`;
      const message = `${driver.infPath} names the file ${path}, which is missing.${inside}`;
      throw new DismError('NotFound', message, { Target: path, File: driver.infPath });
    }
    const message = `${name} is listed among the source files, is not used, and is missing.`;
    findings.push({ code: 'MissingFile', severity: 'warning', message, line });
  }
}

function requireUsable(session: ServicingSession, driver: DriverPackage, resolved: ResolvedInf): void {
  const { architecture, version } = session.windows;
  if (resolved.kind === 'none' && driver.inf.section('Version') !== undefined) {
    const windows = `Windows ${version.major}.${version.minor}.${version.build} on ${architecture}`;
    const message = `${driver.infPath} has no driver for ${windows}, which is what ${session.root.label} holds.`;
    throw new DismError('DriverNotApplicable', message, { Target: driver.infPath });
  }
  const fault = resolved.findings.find(({ severity }) => severity === 'error');
  if (!fault) return;
  const place = [fault.section && `[${fault.section}]`, fault.line && `line ${fault.line}`].filter(Boolean).join(', ');
  const message = `${driver.infPath} cannot be used: ${fault.message}${place === '' ? '' : ` (${place})`}`;
  throw new DismError('Corrupt', message, { Target: driver.infPath, File: driver.infPath });
}

/** ClassGuid of the INF, else that of the class name in the image. */
async function findClassGuid(
  session: ServicingSession,
  driver: DriverPackage,
  { version }: ResolvedInf,
): Promise<string> {
  if (version.classGuid !== undefined) return version.classGuid;
  const system = await session.getHive('SYSTEM');
  const classes = system.root.subkey(`${session.windows.controlSet}\\Control\\Class`);
  for (const key of classes?.subkeys() ?? []) {
    if (version.className !== '' && upcase(key.getText('Class') ?? '') === upcase(version.className)) {
      return key.name.toLowerCase();
    }
  }
  const message = `${driver.infPath} names no device class: [Version] has no ClassGuid.`;
  throw new DismError('Corrupt', message, { Target: driver.infPath, File: driver.infPath });
}
