// The signature of a package that is about to be added, by the roots that its image trusts.
import type { TrustAnchors } from '../../catalog/trust-anchors.ts';
import type { ServicingSession } from '../servicing-session.ts';
import { readPackageFile } from './driver-package-file.ts';
import { imageTrust } from './image-trust.ts';
import { examineSignature, type PackageSignature } from './package-signature.ts';
import type { ResolvedPackage } from './resolve-package.ts';

const trusts = new WeakMap<ServicingSession, Promise<TrustAnchors>>();

/** The roots that count in a session, read once. */
function trustOf(session: ServicingSession): Promise<TrustAnchors> {
  const known = trusts.get(session) ?? session.findHive('SOFTWARE').then(imageTrust);
  trusts.set(session, known);
  return known;
}

/** Examines the signature of a package for an image: the catalog has to cover everything that goes into the store. */
export async function examineResolvedPackage(
  driver: ResolvedPackage,
  session: ServicingSession,
): Promise<PackageSignature> {
  const { catalog } = driver;
  const named = driver.resolved.version.catalogFile;
  return examineSignature(
    {
      files: driver.files.filter((file) => file !== catalog).map((file) => readPackageFile(file.path, file)),
      catalog: catalog
        ? readPackageFile(catalog.path, catalog)
        : named === undefined
          ? undefined
          : readPackageFile(named),
    },
    { anchors: await trustOf(session) },
  );
}
