// Examines several driver packages together, so that those which drive the same device are found.
import { isDismError } from '../../base/error.ts';
import type { TrustAnchors } from '../../catalog/trust-anchors.ts';
import type { ServicingSession } from '../servicing-session.ts';
import { loadDriverPackage } from './driver-package.ts';
import { type DriverExamination, examineDriver } from './examine-driver.ts';
import { ImageDrivers } from './image-drivers.ts';
import { imageTrust } from './image-trust.ts';

export interface TestDriversOptions {
  /** The image they are to be added to; absent: each package by itself. */
  readonly session?: ServicingSession | undefined;
  /** Called for a package that cannot be read; the others are examined all the same. */
  readonly onUnreadable: (error: unknown, infPath: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Examines the packages of these INFs, in their order. With an image every INF is read twice, so that what all of them drive
 * is known before the first is judged, and yet only one is in memory.
 */
export async function* testDrivers(
  infPaths: readonly string[],
  options: TestDriversOptions,
): AsyncGenerator<DriverExamination, void, undefined> {
  const { session, signal, onUnreadable } = options;
  const image = session && (await ImageDrivers.open(session));
  const anchors: TrustAnchors = imageTrust(await session?.findHive('SOFTWARE'));
  const unreadable = new Set<string>();
  const attempt = async <T>(infPath: string, body: () => Promise<T>): Promise<T | undefined> => {
    signal?.throwIfAborted();
    try {
      return await body();
    } catch (error) {
      if (!isDismError(error)) throw error;
      if (!unreadable.has(infPath)) onUnreadable(error, infPath);
      unreadable.add(infPath);
      return undefined;
    }
  };
  for (const infPath of image ? infPaths : []) {
    await attempt(infPath, async () => {
      const driver = await loadDriverPackage(infPath);
      image!.note(driver, await image!.resolve(driver));
    });
  }
  for (const infPath of infPaths) {
    if (unreadable.has(infPath)) continue;
    const result = await attempt(infPath, async () =>
      examineDriver(await loadDriverPackage(infPath), { image, anchors }),
    );
    if (result) yield result;
  }
}
