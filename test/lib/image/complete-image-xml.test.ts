// Images that cannot tell about themselves: a warning, and the XML as it is.
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { captureToNewFile } from '../../../lib/image/capture.ts';
import { completeImageXml } from '../../../lib/image/complete-image-xml.ts';
import { WimFile } from '../../../lib/wim/wim-file.ts';
import { writePhonyWindows } from '../../support/phony-windows.ts';
import { scratchFolder } from '../../support/trees.ts';

const folder = scratchFolder('complete-image-xml');

it('warns of a Windows with a damaged hive', async () => {
  const tree = join(folder, 'tree');
  writePhonyWindows(tree);
  const system = join(tree, 'Windows/System32/config/SYSTEM');
  truncateSync(system, 5000);
  writeFileSync(join(tree, 'name.txt'), 'x');
  const imagePath = join(folder, 'damaged.wim');
  const said: string[] = [];
  await captureToNewFile({ imagePath, capturePath: tree, name: 'n', onWarning: (text) => said.push(text) });
  expect(said).toHaveLength(1);
  await using file = await WimFile.open(imagePath);
  const image = await completeImageXml(file, file.getImage({ index: 1 }), (text) => said.push(text));
  expect(image.windows).toBeUndefined();
  expect(image.name).toBe('n');
  expect(said).toHaveLength(2);
});
