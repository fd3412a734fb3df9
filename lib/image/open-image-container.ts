// Opens whatever holds images as a container of roots: a directory, or images of a WIM.

import { DismError } from '../base/error.ts';
import type { FileTime } from '../base/file-time.ts';
import type { EngineOptions } from '../wim/engine-options.ts';
import { DirectoryRoot } from './directory-root.ts';
import type { ImageContainer } from './image-root.ts';
import { openWimContainer } from './wim-container.ts';

/** Where images are. */
export type ImageLocation =
  | { readonly path: string }
  | {
      readonly imagePath: string;
      /** From 1. */
      readonly indexes: readonly number[] | 'all';
      /** A WIM inside the image, such as `\Windows\System32\Recovery\winre.wim`. */
      readonly nestedImagePath?: string | undefined;
    };

export interface ImageContainerOptions extends EngineOptions {
  /** The instant that everything written gets; default: now. */
  readonly now?: FileTime | undefined;
  /** No edits: needs no rights to write, and no lock. */
  readonly readOnly?: boolean | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** A container, with the numbers of its images in a WIM; a directory has none. */
export interface NumberedContainer extends ImageContainer {
  readonly imageIndexes: readonly number[];
}

/** Opens a container. Throws what its holder throws. */
export async function openImageContainer(
  location: ImageLocation,
  options: ImageContainerOptions = {},
): Promise<NumberedContainer> {
  if ('path' in location) {
    const root = await DirectoryRoot.open(location.path, options);
    return {
      kind: 'directory',
      path: root.tree,
      roots: [root],
      imageIndexes: [],
      commit: () => root.commit(),
      [Symbol.asyncDispose]: () => root[Symbol.asyncDispose](),
    };
  }
  const { imagePath, indexes, nestedImagePath } = location;
  if (nestedImagePath !== undefined) {
    throw new DismError('NotSupported', `${nestedImagePath}: a WIM inside an image cannot be serviced yet.`, {
      Target: nestedImagePath,
    });
  }
  const container = await openWimContainer(imagePath, indexes, options);
  return {
    kind: 'wim',
    path: container.path,
    roots: container.roots,
    imageIndexes: container.roots.map((root) => root.index),
    commit: () => container.commit(),
    [Symbol.asyncDispose]: () => container.close(),
  };
}
