// A driver that lies in an image of a WIM, to be added to another image: its store folder as local files.
import { join } from 'node:path';
import { DismError } from '../../base/error.ts';
import { upcase } from '../../base/upcase.ts';
import { openServicingTarget } from '../open-servicing-target.ts';
import type { ServicingSession } from '../servicing-session.ts';
import { exportDriver } from './export-driver.ts';
import { listDrivers } from './list-drivers.ts';

/** Where Get-WindowsDriver found a driver. */
export interface DriverInImage {
  readonly imagePath: string;
  readonly index: number;
  /** The INF in the driver store, as a path in the image. */
  readonly infPath: string;
}

/**
 * Copies the package of a driver into the scratch folder of a session, where it stays until the session is closed. Returns the
 * path of the INF. Throws DriverNotFound when the image does not have it any more.
 */
export async function borrowDriver(session: ServicingSession, source: DriverInImage): Promise<string> {
  const { imagePath, index, infPath } = source;
  await using target = await openServicingTarget({ imagePath, indexes: [index] }, { readOnly: true });
  const [image] = target.sessions;
  const found = (await listDrivers(image!, { all: true })).find((driver) => upcase(driver.infPath) === upcase(infPath));
  if (!found) {
    const message = `Image ${index} of ${imagePath} has no driver ${infPath}.`;
    throw new DismError('DriverNotFound', message, { Target: infPath });
  }
  const folder = await exportDriver(image!, found, await session.scratchFolder());
  return join(folder, found.infName);
}
