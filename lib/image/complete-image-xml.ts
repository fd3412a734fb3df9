// What the XML of an image leaves out, from the image itself: tools of others write less than Microsoft's. Nothing is
// written.
import { isDismError } from '../base/error.ts';
import type { EngineOptions } from '../wim/engine-options.ts';
import type { WimFile } from '../wim/wim-file.ts';
import type { WimImage } from '../wim/wim-image.ts';
import type { WimXmlImage } from '../wim/wim-xml-image.ts';
import { describeWindows } from './find-windows.ts';
import { FileAttribute } from './image-root.ts';
import { wimImageTree } from './wim-image-tree.ts';
import { findWindowsDirectory } from './windows-directory.ts';
import { windowsElement } from './windows-xml.ts';

const counts = ['DIRCOUNT', 'FILECOUNT', 'TOTALBYTES'] as const;
const times = ['CREATIONTIME', 'LASTMODIFICATIONTIME'] as const;

/**
 * A copy of the XML of an image with the WINDOWS block, counts and times that it lacks. An image that cannot be read, or
 * whose Windows cannot be identified, gives a warning and the XML as it is.
 */
export async function completeImageXml(
  file: WimFile,
  image: WimXmlImage,
  warn: (message: string) => void,
  options: EngineOptions = {},
): Promise<WimXmlImage> {
  const completed = image.clone();
  const lacksWindows = image.windows === undefined;
  const lacksCounts =
    counts.some((name) => image.getCount(name) === undefined) ||
    times.some((name) => image.getTime(name) === undefined);
  // A part of a split set without the others holds XML for images whose metadata is elsewhere.
  if (!file.info.isComplete || (!lacksWindows && !lacksCounts)) return completed;
  try {
    await using opened = await file.openImage({ index: image.index }, options);
    if (lacksCounts) await addCounts(completed, opened, options);
    if (lacksWindows) await addWindows(completed, opened, options);
  } catch (error) {
    if (!isDismError(error) || error.Symbol === 'Cancelled') throw error;
    warn(
      `${file.path}: the XML data says little about image ${image.index}, and the image cannot tell. ${error.message}`,
    );
  }
  return completed;
}

async function addWindows(xml: WimXmlImage, image: WimImage, options: EngineOptions): Promise<void> {
  const tree = wimImageTree(image, options);
  const systemRoot = await findWindowsDirectory(tree);
  if (systemRoot !== undefined) xml.setWindows(windowsElement(await describeWindows(tree, systemRoot)));
}

/** Counts as a capture does: the root is a directory, streams count with their file, links each time. */
async function addCounts(xml: WimXmlImage, image: WimImage, options: EngineOptions): Promise<void> {
  const found = { DIRCOUNT: 0, FILECOUNT: 0, TOTALBYTES: 0 };
  for await (const batch of image.entryBatches(options)) {
    for (const entry of batch) {
      const isRoot = entry.path === '' || entry.path === '\\';
      const [created, written] = [entry.creationTime, entry.lastWriteTime];
      if (isRoot && xml.getTime('CREATIONTIME') === undefined) xml.setTime('CREATIONTIME', created);
      if (isRoot && xml.getTime('LASTMODIFICATIONTIME') === undefined) xml.setTime('LASTMODIFICATIONTIME', written);
      if ((entry.attributes & FileAttribute.Directory) === 0) found.FILECOUNT++;
      else found.DIRCOUNT++;
      found.TOTALBYTES += entry.streams.reduce((sum, stream) => sum + stream.size, entry.size);
    }
  }
  for (const name of counts) if (xml.getCount(name) === undefined) xml.setCount(name, found[name]);
}
