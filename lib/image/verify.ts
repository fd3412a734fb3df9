// Verifying a whole WIM: for Test-WindowsImage and for the -Verify of cmdlets that write.
import { DismError } from '../base/error.ts';
import type { EngineOptions } from '../wim/engine-options.ts';
import { WimFile } from '../wim/wim-file.ts';

/** Throws with the first finding when the file is not sound. */
export async function requireSound(path: string, options: EngineOptions): Promise<void> {
  await using file = await WimFile.open(path, options);
  for await (const finding of file.verify(options)) {
    throw new DismError(
      finding.symbol,
      `${path} was written but does not read back: ${finding.path}: ${finding.message}`,
      {
        Target: path,
        File: path,
        Offset: finding.offset,
      },
    );
  }
}
