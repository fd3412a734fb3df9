// An image of a WIM against the contract of ImageRoot.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDismError } from '../../../lib/base/error.ts';
import { captureToNewFile } from '../../../lib/image/capture.ts';
import type { ImageRoot } from '../../../lib/image/image-root.ts';
import { openWimContainer } from '../../../lib/image/wim-container.ts';
import { describeImageRoot } from './image-root-contract.ts';

describeImageRoot({
  name: 'an image of a WIM',
  async make(source, folder) {
    const path = join(folder, 'image.wim');
    await captureToNewFile({ imagePath: path, capturePath: source, name: 'one' });
    return {
      async open(): Promise<ImageRoot> {
        const open = (readOnly: boolean) => openWimContainer(path, [1], { readOnly });
        // While another holder may write, it can still be read.
        const container = await open(false).catch((error: unknown) => {
          if (isDismError(error) && error.Symbol === 'SharingViolation') return open(true);
          throw error;
        });
        return container.roots[0]!;
      },
      async trace() {
        const digest = (name: string): string =>
          createHash('sha1')
            .update(readFileSync(join(folder, name)))
            .digest('hex');
        return readdirSync(folder).map((name) => `${name} ${digest(name)}`);
      },
    };
  },
});
