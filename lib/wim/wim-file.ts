// An open WIM, ESD or split set for reading. It holds the engine's reader, finds the other parts of a split set, and
// brings the XML into agreement with the images that the file really holds.
import { DismError, isDismError } from '../base/error.ts';
import { addon, type NativeEvent, type ReaderInfo, type VerifyOutcome } from '../native/addon.ts';
import { completeJob, runJob } from '../native/job.ts';
import { type EngineOptions, limitsOf } from './engine-options.ts';
import { findSplitParts } from './split-parts.ts';
import { WimImage } from './wim-image.ts';
import { WimXml } from './wim-xml.ts';
import type { WimXmlImage } from './wim-xml-image.ts';

/** How a caller names an image: by its number from 1, or by its name. */
export interface ImageSelector {
  readonly index?: number | undefined;
  readonly name?: string | undefined;
}

export interface WimOpenOptions extends EngineOptions {
  /** Where the other parts of a split set are, with wildcards; default: beside the first, named like it. */
  readonly splitImageFilePattern?: string | undefined;
  /** Verify the file against its integrity table before anything else is read. */
  readonly checkIntegrity?: boolean | undefined;
}

/** What a verification found wrong. */
export type WimFinding = Extract<NativeEvent, { readonly kind: 'warning' | 'finding' }>;

/** A file of a split set as it was written. */
export interface WrittenPart {
  readonly path: string;
  readonly size: number;
}

/** An open WIM; close it with `await using` or `close`. */
export class WimFile implements AsyncDisposable {
  readonly path: string;
  readonly info: ReaderInfo;
  readonly xml: WimXml;
  /** What is odd about the file but does not keep it from being used. */
  readonly warnings: readonly string[];

  private constructor(path: string, info: ReaderInfo, xml: WimXml, warnings: readonly string[]) {
    this.path = path;
    this.info = info;
    this.xml = xml;
    this.warnings = warnings;
  }

  /** Opens a file and, for a part of a split set, the other parts. */
  static async open(path: string, options: WimOpenOptions = {}): Promise<WimFile> {
    const read = (partPaths: readonly string[]): Promise<ReaderInfo> =>
      completeJob((wake) => addon().openReader({ path, partPaths, ...limitsOf(options) }, wake), options);
    let info = await read([]);
    try {
      if (!info.isComplete) {
        const partPaths = await findSplitParts(path, options.splitImageFilePattern);
        if (partPaths.length > 0) {
          addon().close(info.handle);
          info = await read(partPaths);
        }
      }
      const warnings: string[] = [];
      const xml = readXml(path, info, warnings);
      if (xml.isEncrypted) {
        throw new DismError(
          'EncryptedImage',
          `${path} is an encrypted ESD of Windows Update. Its content cannot be read; use the decrypted image instead.`,
          { Target: path, File: path },
        );
      }
      const file = new WimFile(path, info, xml, warnings);
      if (options.checkIntegrity && !(await file.checkIntegrity(options))) {
        warnings.push(`${path} has no integrity table, so its integrity could not be checked.`);
      }
      return file;
    } catch (error) {
      addon().close(info.handle);
      throw error;
    }
  }

  get imageCount(): number {
    return this.xml.images.length;
  }

  /** The image a selector names. Throws `ImageNotFound` that says which images there are. */
  getImage(selector: ImageSelector): WimXmlImage {
    const { images } = this.xml;
    const count = images.length === 1 ? 'one image' : `${images.length} images`;
    if (selector.index !== undefined) {
      const image = this.xml.image(selector.index);
      if (image) return image;
      throw new DismError('ImageNotFound', `${this.path} has no image ${selector.index}: it holds ${count}.`, {
        Target: this.path,
      });
    }
    const wanted = selector.name ?? '';
    const exact = images.filter((image) => image.name === wanted);
    const found = exact.length > 0 ? exact : images.filter((image) => sameName(image.name, wanted));
    if (found.length === 1) return found[0]!;
    const names = images.map((image) => `${image.index} "${image.name}"`).join(', ');
    throw new DismError(
      'ImageNotFound',
      found.length > 1
        ? `${this.path} has ${found.length} images named "${wanted}": give the index instead (${names}).`
        : `${this.path} has no image named "${wanted}": it holds ${names || 'none'}.`,
      { Target: this.path },
    );
  }

  /** Loads the metadata of an image; close the result before this file. */
  async openImage(selector: ImageSelector, options: EngineOptions = {}): Promise<WimImage> {
    const image = this.getImage(selector);
    return WimImage.load(this.info.handle, image, this.path, options);
  }

  /** Reads and checks everything. Yields what is wrong. */
  async *verify(options: EngineOptions = {}): AsyncGenerator<WimFinding, VerifyOutcome, undefined> {
    const job = runJob<VerifyOutcome>(
      (wake) => addon().verifyFile({ reader: this.info.handle, ...limitsOf(options) }, wake),
      options,
    );
    try {
      for (;;) {
        const step = await job.next();
        if (step.done === true) return step.value;
        if (step.value.kind !== 'entries') yield step.value;
      }
    } finally {
      // A consumer that stops early ends the job as well.
      await job.return(undefined as never);
    }
  }

  /** Checks the bytes against the integrity table; false when the file has none. Throws `IntegrityFailure`. */
  async checkIntegrity(options: EngineOptions = {}): Promise<boolean> {
    return completeJob(
      (wake) => addon().checkIntegrity({ reader: this.info.handle, ...limitsOf(options) }, wake),
      options,
    );
  }

  /** Writes the file as parts of at most `partSize` bytes: path, path with 2, 3... before the extension. */
  async split(
    path: string,
    partSize: number,
    integrity: boolean,
    options: EngineOptions = {},
  ): Promise<readonly WrittenPart[]> {
    return completeJob(
      (wake) => addon().split({ reader: this.info.handle, path, partSize, integrity, ...limitsOf(options) }, wake),
      options,
    );
  }

  async close(): Promise<void> {
    addon().close(this.info.handle);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Names of images are compared without case when no name is exactly the same. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The XML, or an empty one with a warning: a file whose XML is damaged still gives its content back. */
function readXml(path: string, info: ReaderInfo, warnings: string[]): WimXml {
  // A lone later part of a split set holds the XML but no metadata.
  const count = info.isComplete ? info.imageCount : Math.max(info.imageCount, Math.min(info.headerImageCount, 65535));
  let xml: WimXml;
  try {
    xml = WimXml.parse(info.xml, path);
  } catch (error) {
    if (!isDismError(error)) throw error;
    warnings.push(`${error.message} The images have no names.`);
    xml = WimXml.create();
    for (let i = 0; i < count; i++) xml.addImage();
  }
  warnings.push(...xml.reconcile(count));
  return xml;
}
