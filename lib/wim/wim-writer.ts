// A WIM being made or extended. Images are added first, `commit` then writes the tables and the XML; until it returns,
// readers see the file as it was. Left without commit, a new file never appears and an old one is unchanged.
import { DismError } from '../base/error.ts';
import {
  addon,
  type CaptureOutcome,
  type CaptureSpec,
  type CommitSpec,
  type NativeHandle,
  type WriterInfo,
  type WriterSpec,
} from '../native/addon.ts';
import { completeJob } from '../native/job.ts';
import { type CompressionChoice, levelOf, storageFor } from './compression.ts';
import { type EngineOptions, limitsOf } from './engine-options.ts';
import { sameName, type WimFile } from './wim-file.ts';
import { WimXml } from './wim-xml.ts';
import type { WimXmlImage } from './wim-xml-image.ts';

export interface NewWimOptions extends EngineOptions, CompressionChoice {
  /** Mark the file as captured with reparse point fix-up. */
  readonly rpFix?: boolean | undefined;
  /** Compress what is copied from other files anew, also where its bytes could be copied as they are. */
  readonly recompress?: boolean | undefined;
  /** Keep this identity; default is a new one. */
  readonly guid?: Uint8Array | undefined;
  /** Keep the format and chunk sizes of this file where `type` and `chunkSize` say nothing. */
  readonly like?: WimFile | undefined;
}

/** Whether an integrity table is written: keep means when the file had one. */
export type IntegrityChoice = 'keep' | 'write' | 'none';

export interface CommitOptions extends EngineOptions {
  readonly integrity?: IntegrityChoice | undefined;
  /** The boot image, 0 for none; absent: it stays the one it was. */
  readonly bootIndex?: number | undefined;
  /** Derive the identity of a new file from its content instead of chance. */
  readonly guidFromContent?: boolean | undefined;
}

/** What a commit wrote. */
export interface CommitOutcome {
  readonly fileSize: number;
  /** Bytes that this commit added to the file. */
  readonly storedBytes: number;
}

/** What a capture reads and how; the root and its rules. */
export type CaptureRequest = Omit<CaptureSpec, 'writer' | 'threadCount' | 'memoryBudget'>;

/** An open writer; close it with `await using` or `close`. */
export class WimWriter implements AsyncDisposable {
  readonly path: string;
  readonly #info: WriterInfo;
  /** The XML as `commit` will write it: edit it freely. */
  readonly xml: WimXml;

  private constructor(path: string, info: WriterInfo, xml: WimXml) {
    this.path = path;
    this.#info = info;
    this.xml = xml;
  }

  /** Begins a new file, which appears at `path` with `commit`. */
  static async create(path: string, options: NewWimOptions = {}): Promise<WimWriter> {
    const spec: WriterSpec = {
      path,
      ...newFileStorage(options),
      ...(options.rpFix === undefined ? {} : { rpFix: options.rpFix }),
      ...(options.recompress === undefined ? {} : { recompress: options.recompress }),
      ...(options.guid === undefined ? {} : { guid: options.guid }),
      ...limitsOf(options),
    };
    const info = await completeJob<WriterInfo>((wake) => addon().createWriter(spec, wake), options);
    return new WimWriter(path, info, WimXml.create());
  }

  /** Opens a file to extend or change it in place; another writer gets a SharingViolation meanwhile. */
  static async open(path: string, options: EngineOptions & CompressionChoice = {}): Promise<WimWriter> {
    const spec: WriterSpec = { path, level: levelOf(options), ...limitsOf(options) };
    const info = await completeJob<WriterInfo>((wake) => addon().openWriter(spec, wake), options);
    try {
      const xml = WimXml.parse(info.xml ?? new Uint8Array(), path);
      xml.reconcile(info.imageCount);
      return new WimWriter(path, info, xml);
    } catch (error) {
      addon().close(info.handle);
      throw error;
    }
  }

  /** The engine's writer. */
  get handle(): NativeHandle {
    return this.#info.handle;
  }

  /** The boot image of the file when it was opened, 0 for none. */
  get bootIndex(): number {
    return this.#info.bootIndex ?? 0;
  }

  /** Refuses a name that another image has. `except` is the index of the image that may have it. */
  checkName(name: string, except = 0): void {
    const taken = this.xml.images.find((image) => image.index !== except && name !== '' && sameName(image.name, name));
    if (!taken) return;
    throw new DismError(
      'NameCollision',
      `${this.path} has an image named "${taken.name}" already (index ${taken.index}): choose another name.`,
      { Target: this.path },
    );
  }

  /** Captures a directory as the last image. Its XML element is the caller's to add. */
  async capture(request: CaptureRequest, options: EngineOptions = {}): Promise<CaptureOutcome> {
    return completeJob(
      (wake) => addon().captureImage({ writer: this.#info.handle, ...request, ...limitsOf(options) }, wake),
      options,
    );
  }

  /** Copies images of another file with their XML behind the last one. Gives the new elements, for renaming. */
  async copyImages(source: WimFile, indexes: readonly number[], options: EngineOptions = {}): Promise<WimXmlImage[]> {
    const images = indexes.map((index) => source.getImage({ index }).clone());
    await completeJob<undefined>(
      (wake) =>
        addon().copyImages(
          { writer: this.#info.handle, reader: source.info.handle, indexes, ...limitsOf(options) },
          wake,
        ),
      options,
    );
    return images.map((image) => this.xml.addImage(image));
  }

  /** Removes an image; higher ones move down by one. */
  async removeImage(index: number, options: EngineOptions = {}): Promise<void> {
    await completeJob<undefined>(
      (wake) => addon().removeImage({ writer: this.#info.handle, index, ...limitsOf(options) }, wake),
      options,
    );
    this.xml.removeImage(index);
  }

  /** Finishes the file; all changes become visible at once. */
  async commit(options: CommitOptions = {}): Promise<CommitOutcome> {
    this.xml.totalBytes = addon().dataSize(this.#info.handle);
    const spec: CommitSpec = {
      writer: this.#info.handle,
      xml: this.xml.write(),
      integrity: ['keep', 'write', 'none'].indexOf(options.integrity ?? 'keep'),
      ...(options.bootIndex === undefined ? {} : { bootIndex: options.bootIndex }),
      ...(options.guidFromContent ? { guidFromContent: true } : {}),
      ...limitsOf(options),
    };
    return completeJob((wake) => addon().commit(spec, wake), options);
  }

  async close(): Promise<void> {
    addon().close(this.#info.handle);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function newFileStorage(options: NewWimOptions): ReturnType<typeof storageFor> {
  const { like } = options;
  if (like === undefined || options.type !== undefined) return storageFor(options);
  const { format, chunkSize, isSolid } = like.info;
  if (options.chunkSize !== undefined) {
    const type = (['None', 'Fast', 'Max', 'Recovery'] as const)[format] ?? 'None';
    return storageFor({ ...options, type });
  }
  return { format, chunkSize, level: levelOf(options), ...(isSolid ? { solid: true } : {}) };
}
