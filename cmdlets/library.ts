// The library: every cmdlet as a typed function, `pipe`, and the utility stages that keep their types.

import type { PipelineStage } from '../lib/host/pipeline/call.ts';
import compareObjectCmdlet from './compare-object.ts';
import forEachObjectCmdlet from './foreach-object.ts';
import selectObjectCmdlet from './select-object.ts';
import sortObjectCmdlet from './sort-object.ts';
import whereObjectCmdlet from './where-object.ts';

export { DismError, type ErrorSymbol, formatHResult, isDismError } from '../lib/base/error.ts';
export { FileTime } from '../lib/base/file-time.ts';
export type { ErrorRecord } from '../lib/host/error-record.ts';
export type { CallOptions, CmdletCall, PipelineStage } from '../lib/host/pipeline/call.ts';
export { pipe } from '../lib/host/pipeline/pipe.ts';
export { default as addWindowsDriver } from './add-windowsdriver.ts';
export { default as addWindowsImage } from './add-windowsimage.ts';
export { default as addWindowsImageContent } from './add-windowsimagecontent.ts';
export { default as clearWindowsCorruptMountPoint } from './clear-windowscorruptmountpoint.ts';
export { default as convertToJson } from './convertto-json.ts';
export { type DismCallOptions, type DismResult, dism } from './dism-exe/dism.ts';
export type {
  AddedDriverRecord,
  AdvancedDriver,
  BasicDriver,
  ExportedDriverRecord,
  ServicedImage,
} from './driver-records.ts';
export type { DriverFindingRecord, DriverTestRecord } from './driver-test-records.ts';
export { default as expandWindowsImage } from './expand-windowsimage.ts';
export { default as exportImagePlan } from './export-imageplan.ts';
export { default as exportWindowsDriver } from './export-windowsdriver.ts';
export { default as exportWindowsImage } from './export-windowsimage.ts';
export { default as exportWindowsImageContent } from './export-windowsimagecontent.ts';
export { default as getWindowsDriver } from './get-windowsdriver.ts';
export { default as getWindowsEdition } from './get-windowsedition.ts';
export { default as getWindowsImage } from './get-windowsimage.ts';
export { default as getWindowsImageContent } from './get-windowsimagecontent.ts';
export { default as groupObject } from './group-object.ts';
export { default as invokeImagePlan } from './invoke-imageplan.ts';
export { default as joinWindowsImage } from './join-windowsimage.ts';
export { default as measureObject } from './measure-object.ts';
export { default as newWindowsImage } from './new-windowsimage.ts';
export { default as optimizeWindowsImageFile } from './optimize-windowsimagefile.ts';
export type {
  AppliedImageRecord,
  BaseDismObject,
  BasicImageInfo,
  CapturedImageRecord,
  ChangedImageRecord,
  ContentStream,
  EditedContentRecord,
  EditionRecord,
  ImageChangeRecord,
  ImageChangeSide,
  ImageContent,
  ImageObject,
  RebuiltFileRecord,
  SplitPartRecord,
  UndoneChangeRecord,
  WimFindingRecord,
  WimImageInfo,
  WimTestResultRecord,
} from './records.ts';
export { default as removeWindowsDriver } from './remove-windowsdriver.ts';
export { default as removeWindowsImage } from './remove-windowsimage.ts';
export { default as removeWindowsImageContent } from './remove-windowsimagecontent.ts';
export { default as renameWindowsImageContent } from './rename-windowsimagecontent.ts';
export { default as setWindowsImage } from './set-windowsimage.ts';
export { default as splitWindowsImage } from './split-windowsimage.ts';
export { default as testWindowsDriver } from './test-windowsdriver.ts';
export { default as testWindowsImage } from './test-windowsimage.ts';
export { default as undoWindowsImageChange } from './undo-windowsimagechange.ts';
export { compareObjectCmdlet as compareObject };

/** Passes on the records for which `test` gives something true. */
export function whereObject<T>(test: (item: T) => unknown): PipelineStage<T, T> {
  return whereObjectCmdlet({ FilterScript: test }) as unknown as PipelineStage<T, T>;
}

/** Turns each record into another; undefined gives none. */
export function forEachObject<T, R>(convert: (item: T) => R | Promise<R>): PipelineStage<T, NonNullable<R>> {
  const call = forEachObjectCmdlet({ Process: [convert as never] });
  return call as unknown as PipelineStage<T, NonNullable<R>>;
}

/** Only these properties. */
export function selectObject<T, K extends keyof T & string>(...Property: readonly K[]): PipelineStage<T, Pick<T, K>> {
  return selectObjectCmdlet({ Property }) as unknown as PipelineStage<T, Pick<T, K>>;
}

/** Only the first records; the source is stopped after them. */
export function selectFirst<T>(First: number): PipelineStage<T, T> {
  return selectObjectCmdlet({ First }) as unknown as PipelineStage<T, T>;
}

/** Sorts by properties. */
export function sortObject<T>(...Property: readonly (keyof T & string)[]): PipelineStage<T, T> {
  return sortObjectCmdlet({ Property }) as unknown as PipelineStage<T, T>;
}
