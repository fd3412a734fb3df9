// Opens whatever holds images as a container of roots: a directory, images of a WIM, or of a WIM inside those.
import { dirname } from 'node:path';

import type { FileTime } from '../base/file-time.ts';
import type { EngineOptions } from '../wim/engine-options.ts';
import { DirectoryRoot } from './directory-root.ts';
import type { ImageContainer } from './image-root.ts';
import { type NestedWim, openNestedWim } from './nested-wim.ts';
import { openWimContainer, type WimContainer } from './wim-container.ts';

/** Where images are. */
export type ImageLocation =
  | { readonly path: string }
  | {
      readonly imagePath: string;
      /** From 1. */
      readonly indexes: readonly number[] | 'all';
      /** A WIM inside the image, of which the first image is meant, such as `\Windows\System32\Recovery\winre.wim`. */
      readonly nestedImagePath?: string | undefined;
    };

export interface ImageContainerOptions extends EngineOptions {
  /** The instant that everything written gets; default: now. */
  readonly now?: FileTime | undefined;
  /** No edits: needs no rights to write, and no lock. */
  readonly readOnly?: boolean | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Where a nested WIM is kept meanwhile; default: beside the file. */
  readonly scratchDirectory?: string | undefined;
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
  const container = await openWimContainer(imagePath, indexes, options);
  const imageIndexes = container.roots.map((root) => root.index);
  if (nestedImagePath !== undefined) return openNested(container, imageIndexes, nestedImagePath, options);
  return {
    kind: 'wim',
    path: container.path,
    roots: container.roots,
    imageIndexes,
    commit: () => container.commit(),
    [Symbol.asyncDispose]: () => container.close(),
  };
}

/** The first image of the WIM at a path of each image. */
async function openNested(
  container: WimContainer,
  imageIndexes: readonly number[],
  file: string,
  options: ImageContainerOptions,
): Promise<NumberedContainer> {
  const scratchDirectory = options.scratchDirectory ?? dirname(container.path);
  const opened: NestedWim[] = [];
  const close = async (): Promise<void> => {
    for (const nested of opened) await nested[Symbol.asyncDispose]();
    await container.close();
  };
  try {
    for (const root of container.roots)
      opened.push(await openNestedWim(root, file, [1], { ...options, scratchDirectory }));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    kind: 'wim',
    path: container.path,
    roots: opened.map((nested) => nested.roots[0]!),
    imageIndexes,
    async commit() {
      let isChanged = false;
      for (const nested of opened) isChanged = (await nested.stage()) || isChanged;
      if (isChanged) await container.commit();
    },
    [Symbol.asyncDispose]: close,
  };
}
