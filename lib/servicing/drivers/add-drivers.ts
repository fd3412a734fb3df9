// Adds the packages that a path means: one INF, or all of a folder.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isDismError } from '../../base/error.ts';
import { fromSystemError } from '../../base/system-error.ts';
import type { ServicingSession } from '../servicing-session.ts';
import { type AddDriverOptions, type AddedDriver, addPreparedDriver, prepareDriver } from './add-driver.ts';
import { findDriverInfs, loadDriverPackage } from './driver-package.ts';
import { examineForImage } from './image-signature.ts';

export interface AddDriversOptions extends Partial<AddDriverOptions> {
  /** Also the folders below. */
  readonly recurse?: boolean | undefined;
  /** Hears of a package of a folder that cannot be added; the others are. A single INF that cannot be added is an error. */
  readonly onSkipped?: ((infPath: string, error: Error) => void) | undefined;
}

/**
 * Adds the package of an INF, or the packages of a folder in the order of their names. Throws as addDriver does for an INF;
 * for a folder only when a package failed after it was found to be good, and NotFound when there is no INF.
 */
export async function* addDrivers(
  session: ServicingSession,
  path: string,
  options: AddDriversOptions = {},
): AsyncGenerator<AddedDriver & { readonly infPath: string }> {
  const { recurse = false, onSkipped, forceUnsigned, examineSignature = examineForImage } = options;
  const isFolder = (
    await stat(path).catch((error: unknown) => Promise.reject(fromSystemError(error, path)))
  ).isDirectory();
  for (const infPath of await findDriverInfs(path, { recurse })) {
    const prepared = await loadDriverPackage(infPath)
      .then((driver) => prepareDriver(session, driver, { forceUnsigned, examineSignature }))
      .catch((error: unknown) => {
        if (!isFolder || !isDismError(error)) throw error;
        onSkipped?.(infPath, error);
        return undefined;
      });
    if (prepared) yield { ...(await addPreparedDriver(session, prepared)), infPath: resolve(infPath) };
  }
}
