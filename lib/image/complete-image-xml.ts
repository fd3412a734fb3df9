// What the XML of an image leaves out, from the image itself: tools of others write less than Microsoft's. Nothing is
// written.
import { isDismError } from '../base/error.ts';
import type { EngineOptions } from '../wim/engine-options.ts';
import type { WimFile } from '../wim/wim-file.ts';
import type { WimImage } from '../wim/wim-image.ts';
import type { WimXmlImage, WindowsInformation } from '../wim/wim-xml-image.ts';
import { findElement, type XmlElement } from '../wim/xml-tree.ts';
import { describeWindows } from './find-windows.ts';
import { FileAttribute } from './image-root.ts';
import { openWimContainer } from './wim-container.ts';
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
  const lacksWindows = !isComplete(image.windows);
  const lacksCounts =
    counts.some((name) => image.getCount(name) === undefined) ||
    times.some((name) => image.getTime(name) === undefined);
  // A part of a split set without the others holds XML for images whose metadata is elsewhere.
  if (!file.info.isComplete || (!lacksWindows && !lacksCounts)) return completed;
  try {
    if (lacksCounts) {
      await using opened = await file.openImage({ index: image.index }, options);
      await addCounts(completed, opened, options);
    }
    if (lacksWindows) await addWindows(completed, file.path, options);
  } catch (error) {
    if (!isDismError(error) || error.Symbol === 'Cancelled') throw error;
    warn(
      `${file.path}: the XML data says little about image ${image.index}, and the image cannot tell. ${error.message}`,
    );
  }
  return completed;
}

async function addWindows(xml: WimXmlImage, path: string, options: EngineOptions): Promise<void> {
  await using container = await openWimContainer(path, [xml.index], { ...options, readOnly: true });
  for (const root of container.roots) {
    const systemRoot = await findWindowsDirectory(root);
    if (systemRoot === undefined) continue;
    const found = windowsElement(await describeWindows(root, systemRoot));
    xml.setWindows(withPresent(found, findElement(xml.element, 'WINDOWS')));
  }
}

/** Whether the XML has what every Windows has; some tools write the architecture and the version only. */
function isComplete(windows: WindowsInformation | undefined): boolean {
  return (
    windows?.architecture !== undefined &&
    windows.majorVersion !== undefined &&
    windows.editionId !== '' &&
    windows.installationType !== '' &&
    windows.productType !== '' &&
    windows.languages.length > 0
  );
}

/** What the XML says stays. */
function withPresent(found: XmlElement, present: XmlElement | undefined): XmlElement {
  for (const child of present?.children ?? []) {
    if (child.kind !== 'element' || child.children.length === 0) continue;
    const at = found.children.findIndex((other) => other.kind === 'element' && other.name === child.name);
    found.children.splice(at < 0 ? found.children.length : at, at < 0 ? 0 : 1, child);
  }
  return found;
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
