// An ImageRoot that remembers which local files its contents came from, so that a plan can name them.
import type { FileChange, FileContent, FileMetadata, FileStat, ImageRoot } from '../image/image-root.ts';

export class TracedRoot implements ImageRoot {
  readonly #inner: ImageRoot;
  readonly #sources = new Set<string>();

  constructor(inner: ImageRoot) {
    this.#inner = inner;
  }

  /** The local files that were written into the image. */
  get sources(): Iterable<string> {
    return this.#sources;
  }

  get kind(): ImageRoot['kind'] {
    return this.#inner.kind;
  }

  get label(): string {
    return this.#inner.label;
  }

  get isReadOnly(): boolean {
    return this.#inner.isReadOnly;
  }

  stat(path: string): Promise<FileStat | undefined> {
    return this.#inner.stat(path);
  }

  list(path: string): AsyncIterable<FileStat> {
    return this.#inner.list(path);
  }

  read(path: string, range?: { readonly offset: number; readonly length: number }): Promise<Uint8Array> {
    return this.#inner.read(path, range);
  }

  localFile(path: string): Promise<string | undefined> {
    return this.#inner.localFile?.(path) ?? Promise.resolve(undefined);
  }

  get readStream(): ImageRoot['readStream'] {
    const inner = this.#inner;
    return inner.readStream && ((path, name) => inner.readStream!(path, name));
  }

  get readReparseData(): ImageRoot['readReparseData'] {
    const inner = this.#inner;
    return inner.readReparseData && ((path) => inner.readReparseData!(path));
  }

  write(path: string, content: FileContent, metadata: FileMetadata = {}): Promise<void> {
    return this.#inner.write(path, this.#traced(content), this.#tracedMetadata(metadata));
  }

  createDirectory(path: string, options: Parameters<ImageRoot['createDirectory']>[1] = {}): Promise<void> {
    const { metadata, ...rest } = options;
    return this.#inner.createDirectory(path, {
      ...rest,
      ...(metadata && { metadata: this.#tracedMetadata(metadata) }),
    });
  }

  setMetadata(path: string, metadata: FileMetadata): Promise<void> {
    return this.#inner.setMetadata(path, this.#tracedMetadata(metadata));
  }

  #traced(content: FileContent): FileContent {
    if ('file' in content) this.#sources.add(content.file);
    return 'root' in content ? { root: TracedRoot.unwrap(content.root), path: content.path } : content;
  }

  #tracedMetadata(metadata: FileMetadata): FileMetadata {
    const { streams } = metadata;
    if (streams === undefined) return metadata;
    return { ...metadata, streams: streams.map(({ name, content }) => ({ name, content: this.#traced(content) })) };
  }

  link(path: string, existing: string): Promise<void> {
    return this.#inner.link(path, existing);
  }

  rename(from: string, to: string): Promise<void> {
    return this.#inner.rename(from, to);
  }

  remove(path: string, options?: { readonly recursive?: boolean }): Promise<void> {
    return this.#inner.remove(path, options);
  }

  changes(options?: { readonly hashes?: boolean }): AsyncIterable<FileChange> {
    return this.#inner.changes(options);
  }

  commit(): Promise<void> {
    return this.#inner.commit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inner[Symbol.asyncDispose]();
  }

  /** What is behind it, for roots that know each other. */
  static unwrap(root: ImageRoot): ImageRoot {
    return root instanceof TracedRoot ? root.#inner : root;
  }
}
