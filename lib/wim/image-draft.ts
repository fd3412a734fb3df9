// One image that is edited in memory and written to new files: the one it was read from stays as it is. Not compressed.
import { addon, type NativeHandle } from '../native/addon.ts';
import type { StagedContent } from '../native/editing.ts';
import { completeJob } from '../native/job.ts';
import { EditedImage } from './edited-image.ts';
import { WimFile } from './wim-file.ts';
import { WimXml } from './wim-xml.ts';

/** Header flag: the links of the image are fixed up when it is applied. */
const RP_FIX = 0x80;
const IMAGE = 1;

/** An open draft; close it with `await using` or `close`. */
export class ImageDraft implements AsyncDisposable {
  readonly image: EditedImage;
  /** Of the file it was read from; absent for one that was made. */
  readonly guid: Uint8Array | undefined;
  readonly isRpFix: boolean;
  readonly #handle: NativeHandle;
  readonly #file: WimFile | undefined;

  private constructor(handle: NativeHandle, file: WimFile | undefined) {
    this.#handle = handle;
    this.#file = file;
    this.image = new EditedImage(handle, IMAGE);
    this.guid = file?.info.guid;
    this.isRpFix = file === undefined || (file.info.flags & RP_FIX) !== 0;
  }

  /** Reads the first image of a file. Throws what opening the file throws, Corrupt for damaged metadata. */
  static async open(path: string): Promise<ImageDraft> {
    const file = await WimFile.open(path);
    const draft = new ImageDraft(addon().newEditor({ reader: file.info.handle }), file);
    try {
      await completeJob((wake) => addon().loadEdit({ editor: draft.#handle, index: IMAGE }, wake));
      return draft;
    } catch (error) {
      await draft.close();
      throw error;
    }
  }

  /** An image with nothing but its root. */
  static create(): ImageDraft {
    return new ImageDraft(addon().newEditor({}), undefined);
  }

  /** Makes bytes, or a local file that stays as it is until `write`, a content that entries can be given: its digest. */
  async stage(content: { readonly bytes: Uint8Array } | { readonly file: string }): Promise<Uint8Array> {
    const staged = await completeJob<StagedContent>((wake) =>
      addon().stageContent({ editor: this.#handle, ...content }, wake),
    );
    return staged.digest;
  }

  /** The bytes of a content that the image uses. */
  read(digest: Uint8Array): Promise<Uint8Array> {
    return completeJob((wake) => addon().readEntry({ editor: this.#handle, digest }, wake));
  }

  /** Writes the image as it is now, with the contents that it uses, to a new file under a new identity. */
  async write(path: string, guid: Uint8Array): Promise<void> {
    const xml = WimXml.create();
    xml.addImage();
    const spec = { editor: this.#handle, index: IMAGE, path, guid, rpFix: this.isRpFix, xml: xml.write() };
    await completeJob((wake) => addon().storeAlone(spec, wake));
  }

  async close(): Promise<void> {
    addon().close(this.#handle);
    await this.#file?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
