// Opens what is serviced: a directory, or images of a WIM, with a session for each image. One target is one commit.
import { DismError } from '../base/error.ts';
import type { ImageContainer } from '../image/image-root.ts';
import { type ImageLocation, openImageContainer } from '../image/open-image-container.ts';
import type { EngineOptions } from '../wim/engine-options.ts';
import type { ImageChange } from './image-change.ts';
import { ImageSession, type SessionOptions } from './image-session.ts';

export interface ServicingOptions extends SessionOptions, EngineOptions {
  /** No edits: needs no rights to write, and no lock. */
  readonly readOnly?: boolean | undefined;
  /** Where large hives wait for the commit (default: the folder for temporary files) and a nested WIM (default: beside its file). */
  readonly scratchDirectory?: string | undefined;
}

/** A change with the image that it is in. */
export interface TargetChange extends ImageChange {
  /** The label of the image: the directory, or `install.wim, image 2`. */
  readonly image: string;
  readonly imageIndex?: number | undefined;
}

/** An open target; dispose of it to drop what was not committed. */
export class ServicingTarget implements AsyncDisposable {
  /** The directory or WIM file. */
  readonly path: string;
  readonly kind: ImageContainer['kind'];
  readonly sessions: readonly ImageSession[];
  readonly #container: ImageContainer;

  constructor(container: ImageContainer, sessions: readonly ImageSession[]) {
    this.#container = container;
    this.path = container.path;
    this.kind = container.kind;
    this.sessions = sessions;
  }

  /** The session of an image of a WIM by its number. Throws ImageNotFound for one that was not opened. */
  session(imageIndex: number | undefined): ImageSession {
    const found = this.sessions.find((session) => session.imageIndex === imageIndex);
    if (found !== undefined) return found;
    throw new DismError('ImageNotFound', `${this.path} has no image ${imageIndex}.`, { Target: this.path });
  }

  /** Everything that a commit would change now, image by image. */
  async *plan(): AsyncGenerator<TargetChange, void, undefined> {
    for (const session of this.sessions) {
      for await (const change of session.plan()) {
        yield { image: session.root.label, imageIndex: session.imageIndex, ...change };
      }
    }
  }

  /** Makes all edits visible at once, or none. Without edits nothing is written. */
  async commit(): Promise<void> {
    for (const session of this.sessions) await session.stage();
    await this.#container.commit();
    for (const session of this.sessions) await session.forgetHives();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#container[Symbol.asyncDispose]();
    for (const session of this.sessions) {
      await session.forgetHives();
      await session.removeScratchFolder();
    }
  }
}

/**
 * Opens a target. Throws what the holder throws, and PathNotFound for an image without the Windows that is needed; then
 * nothing stays open.
 */
export async function openServicingTarget(
  location: ImageLocation,
  options: ServicingOptions = {},
): Promise<ServicingTarget> {
  const container = await openImageContainer(location, options);
  try {
    const { imageIndexes: indexes } = container;
    const sessions: ImageSession[] = [];
    for (const [at, root] of container.roots.entries())
      sessions.push(await ImageSession.open(root, indexes[at], options));
    return new ServicingTarget(container, sessions);
  } catch (error) {
    await container[Symbol.asyncDispose]();
    throw error;
  }
}
