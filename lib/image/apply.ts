// Applies an image of a WIM to a directory, and checks the result when asked.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { DismError } from '../base/error.ts';
import type { ApplyOutcome } from '../native/addon.ts';
import type { ListedEntry } from '../native/entry-batch.ts';
import { type ImageSelector, WimFile, type WimOpenOptions } from '../wim/wim-file.ts';
import type { ApplyRequest, WimImage } from '../wim/wim-image.ts';

export interface ApplyImageRequest extends WimOpenOptions {
  readonly imagePath: string;
  readonly applyPath: string;
  readonly selector: ImageSelector;
  readonly noRpFix?: boolean | undefined;
  readonly unixData?: boolean | undefined;
  readonly noMetadata?: boolean | undefined;
  readonly metadataPath?: string | undefined;
  /** Read every file back and compare it with the image. */
  readonly verify?: boolean | undefined;
  /** Told about what is odd with the file. */
  readonly onFileWarning?: ((text: string) => void) | undefined;
}

/** What was applied. */
export interface AppliedImage extends ApplyOutcome {
  readonly index: number;
  readonly name: string;
}

const DIRECTORY = 0x10;
const REPARSE_POINT = 0x400;
const ENCRYPTED = 0x4000;

/** Applies an image. Entries that cannot be applied are events, and counted. */
export async function applyImage(request: ApplyImageRequest): Promise<AppliedImage> {
  await using file = await WimFile.open(request.imagePath, request);
  for (const warning of file.warnings) request.onFileWarning?.(warning);
  await using image = await file.openImage(request.selector, request);
  const apply: ApplyRequest = {
    target: request.applyPath,
    fixReparsePoints: !request.noRpFix,
    unixData: request.unixData ?? false,
    writeSideCar: !request.noMetadata,
    ...(request.metadataPath === undefined ? {} : { sideCarPath: request.metadataPath }),
  };
  const skipped = new Set<string>();
  const outcome = await image.apply(apply, {
    ...request,
    onEvent: (event) => {
      if (event.kind !== 'entries') skipped.add(event.path.replaceAll('/', '\\').toLowerCase());
      request.onEvent?.(event);
    },
  });
  if (request.verify) await compareWithTree(image, request, skipped);
  return { ...outcome, index: image.index, name: image.name };
}

/** Size and SHA-1 of every file against the image; what an event has named already is not looked at. */
async function compareWithTree(
  image: WimImage,
  request: ApplyImageRequest,
  skipped: ReadonlySet<string>,
): Promise<void> {
  for await (const batch of image.entryBatches(request)) {
    for (const entry of batch) {
      request.signal?.throwIfAborted();
      if ((entry.attributes & (DIRECTORY | REPARSE_POINT | ENCRYPTED)) !== 0) continue;
      if (skipped.has(entry.path.toLowerCase()) || skipped.has(entry.path.slice(1).toLowerCase())) continue;
      await compareFile(join(request.applyPath, ...entry.path.split('\\')), entry);
    }
  }
}

async function compareFile(path: string, entry: ListedEntry): Promise<void> {
  const differs = (how: string): DismError =>
    new DismError('HashMismatch', `${path} was applied but ${how}. Check the disk, then apply the image again.`, {
      Target: path,
    });
  const status = await lstat(path).catch(() => undefined);
  if (!status?.isFile()) throw differs('is not there as a file');
  if (status.size !== entry.size) throw differs(`has ${status.size} bytes instead of ${entry.size}`);
  if (entry.size === 0) return;
  const hash = createHash('sha1');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  if (!hash.digest().equals(entry.digest)) throw differs('its content is not that of the image');
}
