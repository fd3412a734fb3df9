// The images of a WIM, opened to be edited in place or only looked at. Edits and the contents they bring are kept in
// memory (local files stay where they are) until `commit` appends what is new and makes it valid with one write.
import { addon, type NativeHandle } from '../native/addon.ts';
import type { StagedContent, StoredImage } from '../native/editing.ts';
import { completeJob } from '../native/job.ts';
import type { CompressionChoice } from './compression.ts';
import { EditedImage } from './edited-image.ts';
import { type EngineOptions, limitsOf } from './engine-options.ts';
import { WimFile, type WimOpenOptions } from './wim-file.ts';
import { type IntegrityChoice, WimWriter } from './wim-writer.ts';
import type { WimXml } from './wim-xml.ts';

export interface EditorOptions extends WimOpenOptions, CompressionChoice {
  /** Take no lock and change nothing: also .esd files and split sets. */
  readonly readOnly?: boolean | undefined;
}

/** An open editor; close it with `await using` or `close`. */
export class WimEditor implements AsyncDisposable {
  readonly path: string;
  readonly isReadOnly: boolean;
  /** The XML as the next commit writes it. */
  readonly xml: WimXml;
  readonly #file: WimFile | WimWriter;
  readonly #handle: NativeHandle;
  readonly #options: EngineOptions;
  readonly #images = new Map<number, Promise<EditedImage>>();

  private constructor(file: WimFile | WimWriter, options: EngineOptions) {
    this.path = file.path;
    this.isReadOnly = file instanceof WimFile;
    this.xml = file.xml;
    this.#file = file;
    this.#options = options;
    const spec = file instanceof WimFile ? { reader: file.info.handle } : { writer: file.handle };
    this.#handle = addon().newEditor(spec);
  }

  /** Opens a file. Other writers get a SharingViolation from now on, unless it is opened for reading only. */
  static async open(path: string, options: EditorOptions = {}): Promise<WimEditor> {
    const file = options.readOnly ? await WimFile.open(path, options) : await WimWriter.open(path, options);
    return new WimEditor(file, options);
  }

  /** The image of an index, from 1; its metadata is loaded once. Throws ImageNotFound. */
  image(index: number): Promise<EditedImage> {
    let image = this.#images.get(index);
    if (image === undefined) {
      image = this.#load(index);
      this.#images.set(index, image);
      image.catch(() => this.#images.delete(index));
    }
    return image;
  }

  async #load(index: number): Promise<EditedImage> {
    const spec = { editor: this.#handle, index, ...limitsOf(this.#options) };
    await completeJob((wake) => addon().loadEdit(spec, wake), this.#options);
    return new EditedImage(this.#handle, index);
  }

  /** Makes bytes, or those of a local file that stays as it is until the commit, a content that entries can be given. */
  stage(content: { readonly bytes: Uint8Array } | { readonly file: string }): Promise<StagedContent> {
    const spec = { editor: this.#handle, ...content, ...limitsOf(this.#options) };
    return completeJob((wake) => addon().stageContent(spec, wake));
  }

  /** The same with a content of another editor, which is not read. False when it has no such content. */
  stageFrom(source: WimEditor, digest: Uint8Array): boolean {
    return addon().stageBlob(this.#handle, source.#handle, digest);
  }

  /** The bytes of a content, or a part of it. Throws BlobMissing. */
  read(digest: Uint8Array, range?: { readonly offset: number; readonly length: number }): Promise<Uint8Array> {
    const spec = { editor: this.#handle, digest, ...range, ...limitsOf(this.#options) };
    return completeJob((wake) => addon().readEntry(spec, wake));
  }

  /**
   * Writes all edits. `describe` completes the XML of the changed images; what it is given are their counts.
   * @returns whether anything was written: without edits the file stays untouched unless `always`.
   */
  async commit(
    describe: (changed: readonly StoredImage[]) => void,
    options: { readonly always?: boolean; readonly integrity?: IntegrityChoice | undefined } = {},
  ): Promise<boolean> {
    const spec = { editor: this.#handle, ...limitsOf(this.#options) };
    // Whatever was appended in vain is cut off, and the edits stay as they are for another try.
    const resume = (committed: boolean): Promise<void> =>
      completeJob((wake) => addon().resumeEdits({ ...spec, committed }, wake));
    let committed = false;
    let idle = false;
    try {
      const changed = await completeJob<readonly StoredImage[]>(
        (wake) => addon().storeEdits(spec, wake),
        this.#options,
      );
      idle = changed.length === 0 && options.always !== true;
      if (idle) return false;
      describe(changed);
      await (this.#file as WimWriter).commit({ ...this.#options, integrity: options.integrity ?? 'keep' });
      committed = true;
    } finally {
      if (!idle) await resume(committed);
    }
    return true;
  }

  async close(): Promise<void> {
    addon().close(this.#handle);
    await this.#file.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
