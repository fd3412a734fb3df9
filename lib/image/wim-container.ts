// Images of a WIM opened for servicing: in place, without mounting or extracting anything. All are committed together.
import { basename } from 'node:path';
import { DismError } from '../base/error.ts';
import { FileTime } from '../base/file-time.ts';
import { ReadWriteLock } from '../base/read-write-lock.ts';
import { type EditorOptions, WimEditor } from '../wim/wim-editor.ts';
import type { IntegrityChoice } from '../wim/wim-writer.ts';
import type { WimXmlImage } from '../wim/wim-xml-image.ts';
import type { ImageContainer } from './image-root.ts';
import { WimRoot } from './wim-root.ts';

export interface WimContainerOptions extends EditorOptions {
  /** How labels of its images name the file; default: its file name. */
  readonly label?: string | undefined;
  /** The time that is given to what is made and changed; one instant for all. Default: now. */
  readonly now?: FileTime | undefined;
  /** Default: an integrity table is written when the file had one. */
  readonly integrity?: IntegrityChoice | undefined;
}

/** The opened images of one WIM; close it with `await using` or `close`. */
export class WimContainer implements ImageContainer {
  readonly kind = 'wim';
  readonly path: string;
  /** In the order in which they were asked for. */
  readonly roots: readonly WimRoot[];
  readonly #editor: WimEditor;
  readonly #lock = new ReadWriteLock();
  readonly #now: FileTime;
  readonly #integrity: IntegrityChoice | undefined;
  #xmlChanged = false;

  /** Use openWimContainer. */
  constructor(editor: WimEditor, indexes: readonly number[], options: WimContainerOptions) {
    this.path = editor.path;
    this.#editor = editor;
    this.#now = options.now ?? FileTime.fromDate(new Date());
    this.#integrity = options.integrity;
    const context = {
      editor,
      lock: this.#lock,
      now: this.#now,
      commit: () => this.commit(),
      close: () => this.close(),
    };
    const label = options.label ?? basename(editor.path);
    this.roots = indexes.map((index) => new WimRoot(context, index, label));
  }

  /** What the XML says about an image. Throws ImageNotFound. */
  imageInformation(index: number): WimXmlImage {
    const image = this.#editor.xml.image(index);
    if (image === undefined) throw noImage(this.path, index, this.#editor.xml.images.length);
    return image;
  }

  /** Changes what the XML says about an image, with the next commit. */
  setImageInformation(index: number, change: (image: WimXmlImage) => void): void {
    if (this.#editor.isReadOnly) {
      throw new DismError('ReadOnlyTarget', `${this.path} was opened for reading only.`, { Target: this.path });
    }
    change(this.imageInformation(index));
    this.#xmlChanged = true;
  }

  async commit(): Promise<void> {
    await this.commitEdits();
  }

  /** The same, and tells whether there was anything to write. */
  commitEdits(): Promise<boolean> {
    return this.#lock.write(async () => {
      if (this.#editor.isReadOnly) return false;
      const written = await this.#editor.commit(
        (changed) => {
          for (const counts of changed) {
            const image = this.imageInformation(counts.index);
            image.setCount('DIRCOUNT', counts.directoryCount);
            image.setCount('FILECOUNT', counts.fileCount);
            image.setCount('TOTALBYTES', counts.totalBytes);
            image.setCount('HARDLINKBYTES', counts.hardLinkBytes);
            image.setTime('LASTMODIFICATIONTIME', this.#now.Ticks);
          }
        },
        { always: this.#xmlChanged, integrity: this.#integrity },
      );
      this.#xmlChanged = false;
      return written;
    });
  }

  /** Edits that were not committed are dropped; other writers may open the file again. */
  close(): Promise<void> {
    return this.#lock.write(() => this.#editor.close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function noImage(path: string, index: number, count: number): DismError {
  const held = count === 1 ? 'one image' : `${count} images`;
  return new DismError('ImageNotFound', `${path} has no image ${index}: it holds ${held}.`, { Target: path });
}

/**
 * Opens images of a WIM. Unless `readOnly`, the file is locked against other writers until the container is closed.
 * @param indexes from 1, or all images.
 * @throws ImageNotFound; SharingViolation when another writer has the file; NotSupported for split sets and signed files
 * unless `readOnly`.
 */
export async function openWimContainer(
  path: string,
  indexes: readonly number[] | 'all',
  options: WimContainerOptions = {},
): Promise<WimContainer> {
  const editor = await WimEditor.open(path, options);
  try {
    const count = editor.xml.images.length;
    const chosen = indexes === 'all' ? Array.from({ length: count }, (_, at) => at + 1) : [...new Set(indexes)];
    for (const index of chosen) {
      if (!Number.isInteger(index) || index < 1 || index > count) throw noImage(path, index, count);
    }
    return new WimContainer(editor, chosen, options);
  } catch (error) {
    await editor.close();
    throw error;
  }
}
