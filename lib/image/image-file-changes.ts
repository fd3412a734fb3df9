// Changes to the set of images in a WIM: export into another file, removal, names and flags, rebuild, join.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DismError } from '../base/error.ts';
import { FileTime } from '../base/file-time.ts';
import type { CompressionChoice } from '../wim/compression.ts';
import type { EngineOptions } from '../wim/engine-options.ts';
import { type ImageSelector, WimFile, type WimOpenOptions } from '../wim/wim-file.ts';
import { WimWriter } from '../wim/wim-writer.ts';
import type { ImageText, WimXmlImage } from '../wim/wim-xml-image.ts';
import { exists } from './capture.ts';

const RP_FIX = 0x80;

/** Told about what is odd with a file that is read. */
interface SourceWarnings {
  readonly onFileWarning?: ((text: string) => void) | undefined;
}

export interface ExportRequest extends WimOpenOptions, CompressionChoice, SourceWarnings {
  readonly sourcePath: string;
  readonly selectors: readonly ImageSelector[];
  readonly destinationPath: string;
  readonly destinationName?: string | undefined;
  readonly setBootable?: boolean | undefined;
  /** Write an integrity table. */
  readonly writeIntegrity?: boolean | undefined;
}

/** An image as it stands in the file it was written to. */
export interface WrittenImage {
  readonly index: number;
  readonly name: string;
  readonly description: string;
}

function written(image: WimXmlImage): WrittenImage {
  return { index: image.index, name: image.name, description: image.description };
}

/** Copies images into a new or an existing WIM, in one commit. An existing one keeps its compression. */
export async function exportImages(request: ExportRequest): Promise<readonly WrittenImage[]> {
  await using source = await WimFile.open(request.sourcePath, request);
  for (const warning of source.warnings) request.onFileWarning?.(warning);
  const images = request.selectors.map((selector) => source.getImage(selector));
  if (request.destinationName !== undefined && images.length !== 1) {
    throw new DismError('InvalidParameter', `One name cannot be given to ${images.length} images.`, {
      Target: 'DestinationName',
    });
  }
  const isNew = !(await exists(request.destinationPath));
  await using writer = isNew
    ? await WimWriter.create(request.destinationPath, { ...request, rpFix: (source.info.flags & RP_FIX) !== 0 })
    : await WimWriter.open(request.destinationPath, request);
  const names = images.map((image) => request.destinationName ?? image.name);
  names.forEach((name, at) => {
    writer.checkName(name);
    if (name !== '' && names.indexOf(name) !== at) {
      throw new DismError('NameCollision', `Two of the images are named "${name}": export them one by one.`);
    }
  });
  const indexes = images.map((image) => image.index);
  const added = await writer.copyImages(source, indexes, request);
  if (request.destinationName !== undefined) added[0]?.setText('NAME', request.destinationName);
  await writer.commit({
    ...request,
    integrity: request.writeIntegrity ? 'write' : 'keep',
    bootIndex: request.setBootable ? added.at(-1)?.index : undefined,
  });
  return added.map(written);
}

/** Removes images in one commit; the file does not shrink. */
export async function removeImages(
  path: string,
  selectors: readonly ImageSelector[],
  options: EngineOptions & { readonly writeIntegrity?: boolean | undefined },
): Promise<readonly WrittenImage[]> {
  const indexes = await resolveIndexes(path, selectors, options);
  await using writer = await WimWriter.open(path, options);
  if (indexes.length === writer.xml.images.length) {
    throw new DismError('NotSupported', `${path} would hold no image any more. Delete the file instead.`, {
      Target: path,
    });
  }
  const removed = indexes.map((index) => written(writer.xml.image(index)!));
  // From behind, so that the lower ones keep their numbers.
  for (const index of [...indexes].reverse()) await writer.removeImage(index, options);
  await writer.commit({ ...options, integrity: options.writeIntegrity ? 'write' : 'keep' });
  return removed;
}

async function resolveIndexes(
  path: string,
  selectors: readonly ImageSelector[],
  options: EngineOptions,
): Promise<number[]> {
  await using file = await WimFile.open(path, options);
  const indexes = new Set(selectors.map((selector) => file.getImage(selector).index));
  return [...indexes].sort((a, b) => a - b);
}

export interface ImageEdit {
  readonly texts: Readonly<Partial<Record<ImageText, string>>>;
  /** true: make it the boot image; false: it is the boot image no longer. */
  readonly bootable?: boolean | undefined;
  readonly time?: bigint | undefined;
}

/** Changes what a WIM says about an image. */
export async function editImage(
  path: string,
  selector: ImageSelector,
  edit: ImageEdit,
  options: EngineOptions & { readonly writeIntegrity?: boolean | undefined },
): Promise<WrittenImage> {
  const [index = 0] = await resolveIndexes(path, [selector], options);
  await using writer = await WimWriter.open(path, options);
  const image = writer.xml.image(index)!;
  if (edit.texts.NAME !== undefined) writer.checkName(edit.texts.NAME, index);
  for (const [name, text] of Object.entries(edit.texts)) image.setText(name as ImageText, text);
  image.setTime('LASTMODIFICATIONTIME', edit.time ?? FileTime.fromDate(new Date()).Ticks);
  const isBoot = writer.bootIndex === index;
  const bootIndex = edit.bootable === true ? index : edit.bootable === false && isBoot ? 0 : undefined;
  await writer.commit({ ...options, bootIndex, integrity: options.writeIntegrity ? 'write' : 'keep' });
  return written(image);
}

export interface RebuildOutcome {
  readonly sizeBefore: number;
  readonly sizeAfter: number;
  readonly imageCount: number;
}

export interface RebuildRequest extends WimOpenOptions, CompressionChoice, SourceWarnings {
  /** Compress everything anew instead of copying what has the wanted format already. */
  readonly recompress?: boolean | undefined;
  readonly writeIntegrity?: boolean | undefined;
}

/** Writes a WIM anew beside itself and replaces it: no dead space, and another compression when one is chosen. */
export async function rebuildFile(path: string, request: RebuildRequest): Promise<RebuildOutcome> {
  await using source = await WimFile.open(path, request);
  for (const warning of source.warnings) request.onFileWarning?.(warning);
  if (source.info.totalParts > 1) {
    throw new DismError('NotSupported', `${path} is a part of a split set: join the set first.`, { Target: path });
  }
  // Holds the lock, so that no other writer extends the file that is about to be replaced.
  await using lock = await WimWriter.open(path, request);
  const sizeBefore = (await stat(lock.path)).size;
  const sizeAfter = await copyAll(source, path, { ...request, guid: source.info.guid });
  return { sizeBefore, sizeAfter, imageCount: source.imageCount };
}

/** Copies a WIM without its dead space, with its identity. Gives the size of the copy. */
export async function copyImageFile(path: string, destination: string, options: EngineOptions = {}): Promise<number> {
  await using source = await WimFile.open(path, options);
  return await copyAll(source, destination, { ...options, guid: source.info.guid });
}

/** Makes one WIM of a split set. */
export async function joinParts(firstPart: string, path: string, request: RebuildRequest): Promise<RebuildOutcome> {
  await using source = await WimFile.open(firstPart, request);
  for (const warning of source.warnings) request.onFileWarning?.(warning);
  if (!source.info.isComplete) {
    throw new DismError(
      'SplitSetIncomplete',
      `${firstPart} is part ${source.info.partNumber} of ${source.info.totalParts}, and not all the others were found. ` +
        'Put them beside it, or name them with -SplitImageFilePattern.',
      { Target: firstPart },
    );
  }
  const sizeAfter = await copyAll(source, resolve(path), request);
  return { sizeBefore: source.info.fileSize, sizeAfter, imageCount: source.imageCount };
}

async function copyAll(
  source: WimFile,
  path: string,
  request: RebuildRequest & { readonly guid?: Uint8Array },
): Promise<number> {
  await using writer = await WimWriter.create(path, {
    ...request,
    like: source,
    rpFix: (source.info.flags & RP_FIX) !== 0,
  });
  const indexes = source.xml.images.map((image) => image.index);
  await writer.copyImages(source, indexes, request);
  const { fileSize } = await writer.commit({
    ...request,
    bootIndex: source.info.bootIndex,
    integrity: request.writeIntegrity || source.info.hasIntegrity ? 'write' : 'none',
  });
  return fileSize;
}
