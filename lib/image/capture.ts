// Captures a directory into a WIM, in two phases: the engine stores the files and counts, then the XML is composed from
// what it counted and the file is committed.
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DismError } from '../base/error.ts';
import { FileTime } from '../base/file-time.ts';
import { fromSystemError } from '../base/system-error.ts';
import type { CaptureOutcome } from '../native/addon.ts';
import type { CompressionChoice } from '../wim/compression.ts';
import type { EngineOptions } from '../wim/engine-options.ts';
import type { WimWriter } from '../wim/wim-writer.ts';
import { WimWriter as Writer } from '../wim/wim-writer.ts';
import { WimXmlImage } from '../wim/wim-xml-image.ts';
import { xmlElement } from '../wim/xml-tree.ts';
import {
  type CaptureConfiguration,
  defaultCaptureConfiguration,
  parseCaptureConfiguration,
} from './capture-configuration.ts';
import { findCapturedWindows } from './captured-windows.ts';
import { finishInterruptedCommit } from './directory/staging-folder.ts';
import { requireSound } from './verify.ts';
import { setWindowsXml } from './windows-xml.ts';

/** What to capture, under which name, and how. */
export interface CaptureImageRequest extends EngineOptions {
  readonly imagePath: string;
  readonly capturePath: string;
  readonly name: string;
  readonly description?: string | undefined;
  /** Capture configuration file; absent: DISM's default exclusions. */
  readonly configFilePath?: string | undefined;
  /** Leave absolute links as they are. */
  readonly noRpFix?: boolean | undefined;
  readonly unixData?: boolean | undefined;
  /** Ignore the side-car of the tree. */
  readonly noMetadata?: boolean | undefined;
  readonly metadataPath?: string | undefined;
  /** Capture a tree whose apply did not finish; overwrite an existing file. */
  readonly force?: boolean | undefined;
  readonly setBootable?: boolean | undefined;
  readonly checkIntegrity?: boolean | undefined;
  /** Read everything back and check it against the digests. */
  readonly verify?: boolean | undefined;
  /** Seconds since 1970 that make the capture reproducible (SOURCE_DATE_EPOCH). */
  readonly sourceDateEpoch?: bigint | undefined;
  /** Is told why the image says nothing about the Windows in it. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** What was captured. */
export interface CapturedImage extends CaptureOutcome {
  readonly imagePath: string;
  readonly name: string;
  readonly fileSize: number;
}

/** The value of SOURCE_DATE_EPOCH; undefined when unset. Throws a usage error when it is no number of seconds. */
export function sourceDateEpoch(environment: Readonly<Record<string, string | undefined>>): bigint | undefined {
  const text = environment.SOURCE_DATE_EPOCH;
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,11}$/.test(text)) return BigInt(text);
  throw new DismError(
    'InvalidParameter',
    `SOURCE_DATE_EPOCH is "${text}": it must be a number of seconds since 1970-01-01.`,
    { Target: 'SOURCE_DATE_EPOCH' },
  );
}

/** Captures a directory to a new WIM. Nothing appears at the path unless all went well. */
export async function captureToNewFile(request: CaptureImageRequest & CompressionChoice): Promise<CapturedImage> {
  const configuration = await prepare(request);
  if (!request.force && (await exists(request.imagePath))) {
    throw new DismError(
      'AlreadyExists',
      `${request.imagePath} exists already. Use Add-WindowsImage to add an image to it, or -Force to replace it.`,
      { Target: request.imagePath },
    );
  }
  await using writer = await Writer.create(request.imagePath, { ...request, rpFix: !request.noRpFix });
  return await capture(writer, request, configuration);
}

/** Captures a directory as the last image of an existing WIM, which is complete at every moment. */
export async function captureToExistingFile(request: CaptureImageRequest & CompressionChoice): Promise<CapturedImage> {
  const configuration = await prepare(request);
  await using writer = await Writer.open(request.imagePath, request);
  writer.checkName(request.name);
  return await capture(writer, request, configuration);
}

/** What can be wrong is found before anything is written. */
async function prepare(request: CaptureImageRequest): Promise<CaptureConfiguration> {
  const { capturePath, configFilePath } = request;
  try {
    if (!(await stat(capturePath)).isDirectory()) {
      throw new DismError('PathNotFound', `${capturePath} is not a directory.`, { Target: capturePath });
    }
    // Servicing of the tree may have been interrupted.
    await finishInterruptedCommit(await realpath(capturePath));
    if ((await readdir(capturePath)).length === 0) {
      throw new DismError('EmptyCapture', `${capturePath} is empty: there is nothing to capture.`, {
        Target: capturePath,
      });
    }
  } catch (error) {
    throw fromSystemError(error, capturePath);
  }
  if (configFilePath === undefined) return defaultCaptureConfiguration;
  try {
    return parseCaptureConfiguration(await readFile(configFilePath), configFilePath);
  } catch (error) {
    throw fromSystemError(error, configFilePath);
  }
}

async function capture(
  writer: WimWriter,
  request: CaptureImageRequest,
  configuration: CaptureConfiguration,
): Promise<CapturedImage> {
  const { sourceDateEpoch: epoch } = request;
  const clampTime = epoch === undefined ? undefined : FileTime.fromDate(new Date(Number(epoch) * 1000)).Ticks;
  const root = resolve(request.capturePath);
  const windows = await findCapturedWindows(root, request.onWarning ?? (() => {}));
  const outcome = await writer.capture(
    {
      root,
      exclude: configuration.exclude,
      except: configuration.except,
      storeUncompressed: configuration.storeUncompressed,
      fixReparsePoints: !request.noRpFix,
      unixData: request.unixData ?? false,
      useSideCar: !request.noMetadata,
      ...(request.metadataPath === undefined ? {} : { sideCarPath: request.metadataPath }),
      skipPaths: [resolve(request.imagePath)],
      force: request.force ?? false,
      ...(clampTime === undefined ? {} : { clampTime }),
    },
    request,
  );
  const image = describe(outcome, request, clampTime ?? FileTime.fromDate(new Date()).Ticks);
  if (windows) setWindowsXml(image, windows);
  writer.xml.addImage(image);
  const { fileSize } = await writer.commit({
    ...request,
    integrity: request.checkIntegrity ? 'write' : 'keep',
    bootIndex: request.setBootable ? outcome.index : undefined,
    guidFromContent: clampTime !== undefined,
  });
  if (request.verify) await requireSound(request.imagePath, request);
  return { ...outcome, imagePath: request.imagePath, name: request.name, fileSize };
}

function describe(outcome: CaptureOutcome, request: CaptureImageRequest, time: bigint): WimXmlImage {
  const image = new WimXmlImage(xmlElement('IMAGE'));
  image.setCount('DIRCOUNT', outcome.directoryCount);
  image.setCount('FILECOUNT', outcome.fileCount);
  image.setCount('TOTALBYTES', outcome.totalBytes);
  image.setCount('HARDLINKBYTES', outcome.hardLinkBytes);
  image.setTime('CREATIONTIME', time);
  image.setTime('LASTMODIFICATIONTIME', time);
  image.setText('NAME', request.name);
  image.setText('DESCRIPTION', request.description ?? '');
  return image;
}

/** Whether something is at a path. */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const known = fromSystemError(error, path);
    if (known instanceof DismError && (known.Symbol === 'NotFound' || known.Symbol === 'PathNotFound')) return false;
    throw known;
  }
}
