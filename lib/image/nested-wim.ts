// A WIM that lies in an image, such as \Windows\System32\Recovery\Winre.wim: serviced as a file of its own beside the
// target, and put back into its image by one commit of that.
import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DismError } from '../base/error.ts';
import { fromSystemError } from '../base/system-error.ts';
import { windowsPathName } from '../base/windows-path.ts';
import { copyImageFile } from './image-file-changes.ts';
import type { ImageContainer, ImageRoot } from './image-root.ts';
import { openWimContainer, type WimContainer, type WimContainerOptions } from './wim-container.ts';

/** Bytes that are copied at once. */
const PART = 16 << 20;

export interface NestedWimOptions extends WimContainerOptions {
  /** Where the WIM is kept meanwhile: a directory with room for it and for a second copy. */
  readonly scratchDirectory: string;
}

/** The opened images of a WIM inside an image; close it with `await using`. */
export class NestedWim implements ImageContainer {
  readonly kind = 'wim';
  /** The path inside the image, behind the label of its root. */
  readonly path: string;
  readonly #parent: ImageRoot;
  readonly #file: string;
  readonly #scratch: string;
  readonly #inner: WimContainer;

  /** Use openNestedWim. */
  constructor(parent: ImageRoot, file: string, scratch: string, inner: WimContainer) {
    this.path = `${parent.label}, ${file}`;
    this.#parent = parent;
    this.#file = file;
    this.#scratch = scratch;
    this.#inner = inner;
  }

  get roots(): WimContainer['roots'] {
    return this.#inner.roots;
  }

  /** What the XML of the WIM says, see WimContainer. */
  get inner(): WimContainer {
    return this.#inner;
  }

  /**
   * Commits the edits of the nested images, puts the WIM, without dead space, into the image it came from, and commits
   * that: whatever else was edited there becomes visible at the same moment.
   */
  async commit(): Promise<void> {
    if (await this.stage()) await this.#parent.commit();
  }

  /** The same without the commit of the parent, which is then the caller's; false when nothing was edited. */
  async stage(): Promise<boolean> {
    if (!(await this.#inner.commitEdits())) return false;
    const compact = compactName(this.#scratch);
    await copyImageFile(this.#scratch, compact);
    await this.#parent.write(this.#file, { file: compact });
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inner.close();
    await removeScratch(this.#scratch);
  }
}

/** The copy without dead space, which the parent's commit reads. */
function compactName(scratch: string): string {
  return `${scratch}.compact`;
}

async function removeScratch(scratch: string): Promise<void> {
  await Promise.all([scratch, compactName(scratch)].map((path) => rm(path, { force: true })));
}

async function extract(root: ImageRoot, file: string, size: number, path: string): Promise<void> {
  try {
    await using handle = await open(path, 'wx', 0o600);
    for (let offset = 0; offset < size; offset += PART) {
      await handle.writeFile(await root.read(file, { offset, length: PART }));
    }
  } catch (error) {
    throw fromSystemError(error, path);
  }
}

/**
 * Opens images of a WIM that lies in an image.
 * @param root the image; edits of it go on, and are committed together with the nested ones.
 * @param file the path of the WIM in it.
 * @param indexes from 1, or all images.
 * @throws PathNotFound when there is no such file, NotAWim, ImageNotFound.
 */
export async function openNestedWim(
  root: ImageRoot,
  file: string,
  indexes: readonly number[] | 'all',
  options: NestedWimOptions,
): Promise<NestedWim> {
  const stat = await root.stat(file);
  if (stat === undefined || stat.isDirectory) {
    throw new DismError('PathNotFound', `${root.label} has no file ${file}.`, { Target: file });
  }
  const name = `${randomBytes(4).toString('hex')}-${windowsPathName(file)}`;
  const scratch = join(options.scratchDirectory, name);
  try {
    await extract(root, stat.path, stat.size, scratch);
    const inner = await openWimContainer(scratch, indexes, { ...options, label: `${root.label}, ${stat.path}` });
    return new NestedWim(root, stat.path, scratch, inner);
  } catch (error) {
    await removeScratch(scratch);
    throw error;
  }
}
