// What a plan says about the new contents of files and streams: the local file that has them, or themselves when they are
// small, so that the plan can be carried out elsewhere.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileChange } from '../image/image-root.ts';
import type { ImageChange, ImageChangeSide } from './image-change.ts';
import type { TracedRoot } from './traced-root.ts';

/** Contents up to this size are part of the plan, when no local file has them. */
const LARGEST_INLINE_CONTENT = 1 << 20;

export class PlanContents {
  readonly #root: TracedRoot;
  readonly #sources: ReadonlyMap<string, string>;
  readonly #isHive: (path: string) => Promise<boolean>;

  private constructor(
    root: TracedRoot,
    sources: ReadonlyMap<string, string>,
    isHive: (path: string) => Promise<boolean>,
  ) {
    this.#root = root;
    this.#sources = sources;
    this.#isHive = isHive;
  }

  /** @param isHive whether a file of the image follows from edits of a hive. */
  static async of(root: TracedRoot, isHive: (path: string) => Promise<boolean>): Promise<PlanContents> {
    return new PlanContents(root, await hashSources(root.sources), isHive);
  }

  /** A record of a change of a file, with where what is new comes from. */
  async complete(record: ImageChange, change: FileChange): Promise<ImageChange> {
    if (record.after === undefined) return record;
    const content = record.kind === 'Stream' ? await this.#ofStream(record) : await this.#ofFile(change);
    return { ...record, after: { ...record.after, ...content } };
  }

  async #ofFile(change: FileChange): Promise<ImageChangeSide> {
    const { before, after, path } = change;
    const isLinked = after !== undefined && after.reparseTag !== 0 && !sameReparse(before, after);
    const reparse = isLinked ? await this.#reparseData(path) : {};
    return { ...(await this.#ofUnnamedStream(change)), ...reparse };
  }

  async #ofUnnamedStream({ after, sha256After, sha256Before, path }: FileChange): Promise<ImageChangeSide> {
    if (after === undefined || sha256After === undefined || sha256After === sha256Before) return {};
    if (await this.#isHive(path)) return { Source: 'Registry' };
    return this.#origin(sha256After, after.size, () => this.#root.read(path));
  }

  async #reparseData(path: string): Promise<ImageChangeSide> {
    const data = await this.#root.readReparseData?.(path);
    return data === undefined ? {} : { ReparseData: Buffer.from(data).toString('base64') };
  }

  async #ofStream({ path, name, after }: ImageChange): Promise<ImageChangeSide> {
    const bytes = await this.#root.readStream?.(path, name);
    if (bytes === undefined) return {};
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { Sha256: sha256, ...(await this.#origin(sha256, Number(after?.Length), async () => bytes)) };
  }

  async #origin(sha256: string, size: number, read: () => Promise<Uint8Array>): Promise<ImageChangeSide> {
    const Source = this.#sources.get(sha256);
    if (Source !== undefined) return { Source };
    if (size > LARGEST_INLINE_CONTENT) return {};
    return { Content: Buffer.from(await read()).toString('base64') };
  }
}

function sameReparse(before: FileChange['before'], after: NonNullable<FileChange['after']>): boolean {
  return (before?.reparseTag ?? 0) === after.reparseTag && before?.reparseSha1 === after.reparseSha1;
}

/** Local files by the SHA-256 of what they hold now; those that are gone are left out. */
async function hashSources(paths: Iterable<string>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const path of paths) {
    const hash = createHash('sha256');
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
    } catch {
      continue;
    }
    found.set(hash.digest('hex'), path);
  }
  return found;
}
