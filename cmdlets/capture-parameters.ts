// The parameters that New-WindowsImage and Add-WindowsImage have in common, and what they mean to a capture.
import type { CmdletContext } from '../lib/host/context.ts';
import { extension, path, string, switchParameter } from '../lib/host/parameter.ts';
import { type CapturedImage, type CaptureImageRequest, sourceDateEpoch } from '../lib/image/capture.ts';
import type { EngineOptions } from '../lib/wim/engine-options.ts';
import { baseFields, noteSupportEa, refuseSwitches, wimBootReason } from './image-job.ts';
import { engineLimits, logging, storage, unixMetadata, writeIntegrity } from './parameters.ts';
import { type CapturedImageRecord, capturedImage } from './records.ts';

export const captureParameters = {
  ImagePath: path({ help: 'The .wim file.', mandatory: true, pipeline: 'property', position: extension(0) }),
  CapturePath: path({
    help: 'The directory to capture.',
    mandatory: true,
    pipeline: 'property',
    position: extension(1),
  }),
  Name: string({
    help: 'The name of the new image; no other image of the file may have it.',
    mandatory: true,
    pipeline: 'property',
    position: extension(2),
  }),
  Description: string({ help: 'The description of the new image.', pipeline: 'property' }),
  ConfigFilePath: path({
    help: 'What to leave out and what to store uncompressed (WimScript.ini). Replaces the default exclusions.',
    pipeline: 'property',
  }),
  CheckIntegrity: writeIntegrity,
  NoRpFix: switchParameter({
    help: 'Keep absolute links as they are instead of making them relative to the captured directory.',
    pipeline: 'property',
  }),
  SupportEa: switchParameter({
    help: 'Accepted; extended attributes of NTFS that the side-car of the tree holds are captured anyway.',
    pipeline: 'property',
  }),
  Verify: switchParameter({
    help: 'Read everything back and check it against its SHA-1 digests.',
    pipeline: 'property',
  }),
  WIMBoot: switchParameter({ help: 'Not supported: ended with Windows 8.1.', pipeline: 'property' }),
  ...logging,
  ...storage,
  ...unixMetadata,
  ...engineLimits,
};

interface Bound {
  readonly ImagePath: string;
  readonly CapturePath: string;
  readonly Name: string;
  readonly Description?: string | undefined;
  readonly ConfigFilePath?: string | undefined;
  readonly CheckIntegrity: boolean;
  readonly NoRpFix: boolean;
  readonly SupportEa: boolean;
  readonly Verify: boolean;
  readonly WIMBoot: boolean;
  readonly Setbootable: boolean;
  readonly UnixData: boolean;
  readonly NoMetadata: boolean;
  readonly MetadataPath?: string | undefined;
  readonly Force: boolean;
}

/** Refuses what cannot be done, before anything is asked or written. */
export function checkCapture(p: Bound, ctx: CmdletContext): void {
  refuseSwitches({ WIMBoot: p.WIMBoot }, { WIMBoot: wimBootReason });
  noteSupportEa(p, ctx);
}

/** The capture that the parameters describe. */
export function captureRequest(p: Bound, ctx: CmdletContext, options: EngineOptions): CaptureImageRequest {
  return {
    ...options,
    imagePath: p.ImagePath,
    capturePath: p.CapturePath,
    name: p.Name,
    description: p.Description,
    configFilePath: p.ConfigFilePath,
    noRpFix: p.NoRpFix,
    unixData: p.UnixData,
    noMetadata: p.NoMetadata,
    metadataPath: p.MetadataPath,
    force: p.Force,
    setBootable: p.Setbootable,
    checkIntegrity: p.CheckIntegrity,
    verify: p.Verify,
    sourceDateEpoch: sourceDateEpoch(process.env),
    onWarning: (message) => ctx.warning(message),
  };
}

/** The record of a capture. */
export function captureRecord(
  image: CapturedImage,
  p: { readonly LogPath?: string | undefined; readonly LogLevel?: string | undefined },
): CapturedImageRecord {
  return capturedImage({
    ImagePath: image.imagePath,
    ImageIndex: image.index,
    ImageName: image.name,
    DirectoryCount: image.directoryCount,
    FileCount: image.fileCount,
    ImageSize: image.totalBytes,
    ExcludedCount: image.excludedCount,
    SkippedCount: image.skippedCount,
    FileSize: image.fileSize,
    ...baseFields(p),
  });
}
