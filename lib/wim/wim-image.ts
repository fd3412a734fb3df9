// One image of an open WIM: its entries, the bytes of its files, and applying it to a directory.
import { type ApplyOutcome, type ApplySpec, addon, type ImageInfo, type NativeHandle } from '../native/addon.ts';
import { decodeEntries, type ListedEntry } from '../native/entry-batch.ts';
import { completeJob, runJob } from '../native/job.ts';
import { type EngineOptions, limitsOf } from './engine-options.ts';
import type { WimXmlImage } from './wim-xml-image.ts';

/** Where and how an image is applied. */
export type ApplyRequest = Omit<ApplySpec, 'image' | 'threadCount' | 'memoryBudget'>;

/** An image whose metadata is loaded; close it with `await using` or `close`. */
export class WimImage implements AsyncDisposable {
  readonly #info: ImageInfo;
  readonly index: number;
  readonly name: string;
  /** The WIM it lies in. */
  readonly file: string;

  private constructor(info: ImageInfo, image: WimXmlImage, file: string) {
    this.#info = info;
    this.index = image.index;
    this.name = image.name;
    this.file = file;
  }

  /** Loads the metadata of an image. */
  static async load(reader: NativeHandle, image: WimXmlImage, file: string, options: EngineOptions): Promise<WimImage> {
    const info = await completeJob<ImageInfo>(
      (wake) => addon().loadImage({ reader, index: image.index, ...limitsOf(options) }, wake),
      options,
    );
    return new WimImage(info, image, file);
  }

  get entryCount(): number {
    return this.#info.entryCount;
  }

  /** The self-relative security descriptor of an id; undefined when the id names none. */
  securityDescriptor(id: number): Uint8Array | undefined {
    return this.#info.securityDescriptors[id];
  }

  /** The entries below `path` with itself, parents before children, some hundred at once. */
  async *entryBatches(options: EngineOptions & { readonly path?: string } = {}): AsyncGenerator<ListedEntry[]> {
    const spec = { image: this.#info.handle, ...(options.path ? { path: options.path } : {}), ...limitsOf(options) };
    for await (const event of runJob<undefined>((wake) => addon().listImage(spec, wake), options)) {
      if (event.kind === 'entries') yield [...decodeEntries(event.data)];
      else options.onEvent?.(event);
    }
  }

  /** The bytes of a file, or of one of its named streams, in order. Throws PathNotFound or BlobMissing. */
  async *read(path: string, stream = '', options: EngineOptions = {}): AsyncGenerator<Uint8Array> {
    const spec = { image: this.#info.handle, path, stream, ...limitsOf(options) };
    for await (const event of runJob<undefined>((wake) => addon().readStream(spec, wake), options)) {
      if (event.kind === 'entries') yield event.data;
      else options.onEvent?.(event);
    }
  }

  /** Writes the image, or some of its paths, into a directory. What cannot be written is an event. */
  async apply(request: ApplyRequest, options: EngineOptions = {}): Promise<ApplyOutcome> {
    return completeJob(
      (wake) => addon().applyImage({ image: this.#info.handle, ...request, ...limitsOf(options) }, wake),
      options,
    );
  }

  async close(): Promise<void> {
    addon().close(this.#info.handle);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
