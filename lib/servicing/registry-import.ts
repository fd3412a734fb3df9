// Carries out a .reg file on the registry of an image: each of its keys in the hive that holds it.
import { isDismError } from '../base/error.ts';
import { locateRegistryPath, resolveControlSet } from '../registry/hive-paths.ts';
import type { RegText } from '../registry/reg-text.ts';
import { importRegText, type RegImportResult } from '../registry/reg-text-import.ts';
import type { ImageSession } from './image-session.ts';

/** Keys that no hive of the image holds are left out, and counted. */
export async function importIntoImage(session: ImageSession, text: RegText): Promise<RegImportResult> {
  const files = new Map<string, string>();
  for (const { path } of text.operations) {
    const location = locateRegistryPath(path);
    if (location !== undefined && !files.has(location.file)) files.set(location.file, path);
  }
  const total = { keysCreated: 0, keysDeleted: 0, valuesSet: 0, valuesDeleted: 0, skipped: text.operations.length };
  for (const [file, path] of files) {
    const located = await session.locateKey(path).catch((error: unknown) => {
      if (isDismError(error) && error.Symbol === 'PathNotFound') return undefined;
      throw error;
    });
    if (located === undefined) {
      session.warn(`${session.root.label} has no hive ${file}: its keys were left out.`);
      continue;
    }
    const { hive } = located;
    const mapPath = (one: string): string | undefined => {
      const location = locateRegistryPath(one);
      return location?.file === file ? resolveControlSet(hive, location.key) : undefined;
    };
    const result = importRegText(hive, text, { mapPath });
    total.keysCreated += result.keysCreated;
    total.keysDeleted += result.keysDeleted;
    total.valuesSet += result.valuesSet;
    total.valuesDeleted += result.valuesDeleted;
    total.skipped -= text.operations.length - result.skipped;
  }
  return total;
}
