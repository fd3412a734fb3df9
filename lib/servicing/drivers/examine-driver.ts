// All that can be said of a driver package without adding it: what it is, whether it is complete and signed, and, for an
// image, what would come of adding it.
import { isDismError } from '../../base/error.ts';
import type { FileTime } from '../../base/file-time.ts';
import { upcase } from '../../base/upcase.ts';
import { SignerScore } from '../../catalog/signer-score.ts';
import type { TrustAnchors } from '../../catalog/trust-anchors.ts';
import { declaredArchitectures, declaredTargets } from '../../inf/inf-models.ts';
import type { InfSourceFile } from '../../inf/inf-source-files.ts';
import type { InfArchitecture, InfTarget } from '../../inf/inf-target.ts';
import { type ResolvedInf, resolveInf } from '../../inf/resolve-inf.ts';
import { storeFolderName } from '../../inf/store-folder-name.ts';
import type { DriverFinding } from './driver-finding.ts';
import { type DriverPackage, type PackageFile, PackageFolder } from './driver-package.ts';
import { readPackageFile } from './driver-package-file.ts';
import { imageConflicts } from './image-conflicts.ts';
import type { ImageDrivers } from './image-drivers.ts';
import { examineSignature, type PackageSignature } from './package-signature.ts';
import { PackedFiles } from './packed-files.ts';

export interface DriverExamination {
  readonly infPath: string;
  readonly provider: string;
  readonly className: string;
  /** Four numbers: 1.2.3.4; empty without DriverVer. */
  readonly version: string;
  readonly date: FileTime | undefined;
  readonly architectures: readonly InfArchitecture[];
  readonly catalogFiles: readonly string[];
  /** Whom the catalog names, trusted or not. */
  readonly signerName: string | undefined;
  readonly signerScore: SignerScore;
  /** The folders of the driver store it would get, one for each architecture. */
  readonly storeFolders: readonly string[];
  readonly findings: readonly DriverFinding[];
}

export interface ExamineDriverOptions {
  /** The image to add it to; absent: the package by itself, for all Windows it declares. */
  readonly image?: ImageDrivers | undefined;
  /** The roots that count; the pinned ones when absent. */
  readonly anchors?: TrustAnchors | undefined;
}

/** Decorations that one INF is resolved for; real ones have a handful. */
const MAX_TARGETS = 64;
const latestRelease = { major: 10, minor: 0 };

/** Examines a package. Throws only what the operating system says when files cannot be read, and LimitExceeded. */
export async function examineDriver(
  driver: DriverPackage,
  options: ExamineDriverOptions = {},
): Promise<DriverExamination> {
  const { image } = options;
  const architectures = declaredArchitectures(driver.inf);
  const forImage = image && (await image.resolve(driver));
  const isApplicable = forImage !== undefined && forImage.kind !== 'none';
  const views = isApplicable ? [forImage] : resolveForAll(driver, architectures, image?.target);
  const findings = new Map<string, DriverFinding>();
  const add = (finding: DriverFinding): void => {
    findings.set(`${finding.code}\0${finding.message}`, finding);
  };
  for (const view of views) {
    for (const finding of view.findings) {
      // Without an image nobody knows the INFs of Windows; for a Windows that it does not name, there are no models.
      if ((finding.code === 'MissingInclude' && !isApplicable) || finding.code === 'NoModels') continue;
      add(finding);
    }
  }
  const files = await collectFiles(driver, views, add);
  const signatures = await examineCatalogs(views, files, options.anchors);
  for (const finding of signatures.flatMap((signature) => signature.findings)) add({ severity: 'error', ...finding });
  if (image && forImage) for (const finding of imageConflicts(driver, forImage, image)) add(finding);
  const { version } = views[0]!;
  const release = image?.session.windows.version ?? latestRelease;
  const stored = isApplicable ? [image!.target.architecture] : architectures;
  const best = signatures.find((signature) => !signature.isSigned) ?? signatures[0];
  return {
    infPath: driver.infPath,
    provider: version.provider,
    className: version.className,
    version: version.driverVersion?.version.join('.') ?? '',
    date: version.driverVersion?.date,
    architectures,
    catalogFiles: [...new Set(views.flatMap((view) => view.version.catalogFile ?? []))],
    signerName: best?.signerName,
    signerScore: best?.signerScore ?? SignerScore.Unsigned,
    storeFolders: stored.map((name) => storeFolderName(driver.infName, name, driver.infBytes, release)),
    findings: [...findings.values()],
  };
}

/** The INF for every Windows that it declares; for the one of the image, or any, when it declares none. */
function resolveForAll(
  driver: DriverPackage,
  architectures: readonly InfArchitecture[],
  target: InfTarget | undefined,
): ResolvedInf[] {
  const declared = declaredTargets(driver.inf).slice(0, MAX_TARGETS);
  const fallback = target ?? { architecture: architectures[0] ?? 'amd64', ...latestRelease, build: 0 };
  return (declared.length > 0 ? declared : [fallback]).map((one) => resolveInf(driver.inf, one));
}

interface CollectedFiles {
  /** By the upper case of their path. */
  readonly present: ReadonlyMap<string, PackageFile>;
  readonly folder: PackageFolder;
  find(path: string): Promise<PackageFile | undefined>;
}

async function collectFiles(
  driver: DriverPackage,
  views: readonly ResolvedInf[],
  add: (finding: DriverFinding) => void,
): Promise<CollectedFiles> {
  const folder = new PackageFolder(driver.folder);
  const present = new Map<string, PackageFile>();
  const find = async (path: string): Promise<PackageFile | undefined> => {
    try {
      return await folder.find(path);
    } catch (error) {
      if (!isDismError(error) || error.Symbol !== 'UnsafePath') throw error;
      add({ code: 'UnsafePath', severity: 'error', message: error.message, file: path });
      return undefined;
    }
  };
  const packed = new PackedFiles(folder);
  const unreadable = new Set<string>();
  const findPacked = async (source: InfSourceFile): Promise<PackageFile | undefined> => {
    try {
      const found = await packed.find(source);
      await found?.unpack?.();
      return found;
    } catch (error) {
      if (!isDismError(error) || error.Category !== 'input') throw error;
      unreadable.add(upcase(source.path));
      add({ code: 'UnreadableFile', severity: 'error', message: error.message, file: source.path, line: source.line });
      return undefined;
    }
  };
  const looked = new Set<string>();
  for (const view of views) {
    for (const source of [...view.files, ...view.otherFiles]) {
      const key = upcase(source.path);
      const isNeeded = view.files.includes(source);
      const id = `${isNeeded} ${key}`;
      if (looked.has(id)) continue;
      looked.add(id);
      const found = present.get(key) ?? (await find(source.path)) ?? (await findPacked(source));
      if (found) present.set(key, found);
      else if (isNeeded && !unreadable.has(key)) {
        const message = `${source.path} is copied, but is not in the package.`;
        add({ code: 'MissingFile', severity: 'error', message, file: source.path, line: source.line });
      }
    }
  }
  return { present, folder, find };
}

/** The signature by each catalog that the INF names for one Windows or another. */
async function examineCatalogs(
  views: readonly ResolvedInf[],
  files: CollectedFiles,
  anchors: TrustAnchors | undefined,
): Promise<PackageSignature[]> {
  const byCatalog = new Map<string, ResolvedInf[]>();
  for (const view of views) {
    const name = view.version.catalogFile ?? '';
    byCatalog.set(name, [...(byCatalog.get(name) ?? []), view]);
  }
  const signatures: PackageSignature[] = [];
  for (const [name, users] of byCatalog) {
    const paths = new Set(users.flatMap((view) => [...view.files, ...view.otherFiles].map(({ path }) => upcase(path))));
    const covered = [...paths].flatMap((path) => files.present.get(path) ?? []);
    const infName = users[0]!.name;
    const inf = await files.find(infName);
    signatures.push(
      await examineSignature(
        {
          files: [readPackageFile(infName, inf), ...covered.map((file) => readPackageFile(file.path, file))],
          catalog: name === '' ? undefined : readPackageFile(name, await files.find(name)),
        },
        { anchors },
      ),
    );
  }
  return signatures;
}
