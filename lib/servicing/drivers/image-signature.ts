// The signature of a package, judged with the roots that an image trusts.
import type { TrustAnchors } from '../../catalog/trust-anchors.ts';
import type { Hive } from '../../registry/hive.ts';
import type { ServicingSession } from '../servicing-session.ts';
import { readPackageFile } from './driver-package-file.ts';
import { imageTrust } from './image-trust.ts';
import { examineSignature, type PackageSignature, type SignedFile } from './package-signature.ts';
import type { ResolvedPackage } from './resolve-package.ts';

/** Hundreds of certificates are read for each image once, not for each package. */
const anchorsOf = new WeakMap<Hive, TrustAnchors>();

function trustOf(software: Hive | undefined): TrustAnchors {
  if (!software) return imageTrust(undefined);
  const anchors = anchorsOf.get(software) ?? imageTrust(software);
  anchorsOf.set(software, anchors);
  return anchors;
}

/** Examines the catalog of a package and every file that will be stored but the catalog itself. */
export async function examineForImage(driver: ResolvedPackage, session: ServicingSession): Promise<PackageSignature> {
  const { files, catalog } = driver;
  const software = await session.findHive('SOFTWARE');
  const covered = files.filter((file) => file !== catalog).map((file) => readPackageFile(file.path, file));
  const { catalogFile } = driver.resolved.version;
  const missing: SignedFile | undefined =
    catalogFile === undefined ? undefined : { path: catalogFile, read: async () => undefined };
  const options = { anchors: trustOf(software) };
  return examineSignature(
    { files: covered, catalog: catalog ? readPackageFile(catalog.path, catalog) : missing },
    options,
  );
}
