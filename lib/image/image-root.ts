// The seam of servicing: an image seen as a tree of files, whatever holds it. Code above learns nothing of the holder.
//
// Paths are Windows paths from the root of the image, `\Windows\INF\oem0.inf`; a slash does as well, the leading separator
// may be missing, the root is `\`. Names are found exactly first, then by the unique match under the upcase table of NTFS,
// else an error lists the candidates. No path leads out of the root: `..`, drive letters and stream names are refused
// (UnsafePath), links of the image are entries and are never followed.
//
// Edits are staged: `stat`, `list` and `read` see them at once, everybody else only after `commit`.
import type { FileTime } from '../base/file-time.ts';

/** The bits of `FileStat.attributes` that servicing uses (MS-FSCC 2.6). */
export const FileAttribute = {
  ReadOnly: 0x1,
  Hidden: 0x2,
  System: 0x4,
  Directory: 0x10,
  Archive: 0x20,
  Normal: 0x80,
  ReparsePoint: 0x400,
} as const;

/** A named data stream of an entry. */
export interface StreamStat {
  readonly name: string;
  readonly size: number;
  /** SHA-1 in lower-case hex, where the holder knows it without reading; '' for an empty stream. */
  readonly sha1?: string | undefined;
}

/** What is known of an entry without reading its contents. */
export interface FileStat {
  /** The full path as the image spells it, beginning with a backslash. */
  readonly path: string;
  /** The last part of the path; empty for the root. */
  readonly name: string;
  readonly isDirectory: boolean;
  /** Bytes of the unnamed stream; 0 for a directory. */
  readonly size: number;
  readonly attributes: number;
  readonly creationTime: FileTime;
  readonly lastAccessTime: FileTime;
  readonly lastWriteTime: FileTime;
  /** The 8.3 name; empty when there is none. */
  readonly shortName: string;
  /** Self-relative security descriptor; absent when the holder keeps none. */
  readonly securityDescriptor?: Uint8Array | undefined;
  /** 0 when the entry is no reparse point. */
  readonly reparseTag: number;
  /** SHA-1 of the reparse data in lower-case hex, where the holder knows it without reading. */
  readonly reparseSha1?: string | undefined;
  readonly streams: readonly StreamStat[];
  /** Other names of the same file are counted too; 1 for a file with one name and for directories. */
  readonly linkCount: number;
  /** SHA-1 of the unnamed stream in lower-case hex, where the holder knows it without reading; '' for an empty stream. */
  readonly sha1?: string | undefined;
}

/** Properties to give an entry; what is absent stays as it is, or gets the default of a new entry. */
export interface FileMetadata {
  readonly attributes?: number | undefined;
  readonly creationTime?: FileTime | undefined;
  readonly lastAccessTime?: FileTime | undefined;
  readonly lastWriteTime?: FileTime | undefined;
  /** Self-relative; a new entry inherits from its parent as Windows would when this is absent. */
  readonly securityDescriptor?: Uint8Array | undefined;
  /** Empty takes the short name away. */
  readonly shortName?: string | undefined;
  /** All named streams, replacing those that were there. */
  readonly streams?: readonly { readonly name: string; readonly content: FileContent }[] | undefined;
  /** Reparse data without its 8-byte header; undefined leaves it. */
  readonly reparse?: { readonly tag: number; readonly data: Uint8Array } | undefined;
}

/**
 * Where the bytes of a file come from. A local file and an entry of another root do not pass through JavaScript if it can
 * be avoided; a local file must stay as it is until the commit.
 */
export type FileContent =
  | { readonly bytes: Uint8Array }
  | { readonly file: string }
  | { readonly root: ImageRoot; readonly path: string };

export type FileChangeKind = 'create' | 'replace' | 'metadata' | 'rename' | 'remove';

/**
 * A staged change of one entry; a removed or renamed directory is one change for each entry below it. A directory keeps its
 * times when something happens in it, and a number of links that changes with other names is no change.
 */
export interface FileChange {
  readonly kind: FileChangeKind;
  /** The path after the change; of a removed entry the one that it had. */
  readonly path: string;
  /** Absent for a created entry. With 'rename' its `path` is the old one. */
  readonly before?: FileStat | undefined;
  /** Absent for a removed entry. */
  readonly after?: FileStat | undefined;
  /** SHA-256 in lower-case hex of the unnamed stream, when it is there and was asked for. */
  readonly sha256Before?: string | undefined;
  readonly sha256After?: string | undefined;
}

/** An image as a tree of files that can be read and edited. */
export interface ImageRoot extends AsyncDisposable {
  readonly kind: 'directory' | 'wim' | 'volume';
  /** For messages: the directory, or `install.wim, image 2`. */
  readonly label: string;
  /** Whether edits are possible; if not, the first one throws the reason. */
  readonly isReadOnly: boolean;
  /** undefined when there is no such entry. */
  stat(path: string): Promise<FileStat | undefined>;
  /** The entries of a directory, in the collation order of NTFS. Throws PathNotFound, also when it is a file. */
  list(path: string): AsyncIterable<FileStat>;
  /** The bytes of the unnamed stream, or of a part of it. Throws PathNotFound. */
  read(path: string, range?: { readonly offset: number; readonly length: number }): Promise<Uint8Array>;
  /** The local file that has the contents of a file now, where there is one: it is read without passing through JavaScript. */
  localFile?(path: string): Promise<string | undefined>;
  /** The bytes of a named stream; absent where the holder cannot read them. Throws PathNotFound. */
  readonly readStream?: ((path: string, name: string) => Promise<Uint8Array>) | undefined;
  /** Reparse data without its header; absent where the holder cannot read it. Throws PathNotFound for other entries. */
  readonly readReparseData?: ((path: string) => Promise<Uint8Array>) | undefined;
  /**
   * Creates a file or replaces its unnamed stream. The parent must exist. A replaced file keeps all metadata that is not
   * given but lastWriteTime; its other hard links keep the old contents (the link is broken).
   */
  write(path: string, content: FileContent, metadata?: FileMetadata): Promise<void>;
  /** Creates a directory; with `parents` the missing ones above too. One that exists is left alone. */
  createDirectory(
    path: string,
    options?: { readonly parents?: boolean; readonly metadata?: FileMetadata },
  ): Promise<void>;
  /** Hard links of a file share all but their short names. */
  setMetadata(path: string, metadata: FileMetadata): Promise<void>;
  /** Gives the file `existing` one more name. */
  link(path: string, existing: string): Promise<void>;
  /** Moves an entry with all below it. Throws when `to` exists. */
  rename(from: string, to: string): Promise<void>;
  /** Removes an entry; a directory that is not empty only with `recursive`. */
  remove(path: string, options?: { readonly recursive?: boolean }): Promise<void>;
  /** What is staged, in the order of paths; only net changes. `hashes` fills in the SHA-256 of contents. */
  changes(options?: { readonly hashes?: boolean }): AsyncIterable<FileChange>;
  /** Makes all staged edits visible at once, or none. Roots of one container commit together, see ImageContainer. */
  commit(): Promise<void>;
}

/** What was opened for servicing: the images of one WIM, or one directory. Its roots are committed together. */
export interface ImageContainer extends AsyncDisposable {
  readonly kind: ImageRoot['kind'];
  /** The WIM file or the directory. */
  readonly path: string;
  readonly roots: readonly ImageRoot[];
  /** Makes the staged edits of all roots visible at once, or none. Without edits nothing is written. */
  commit(): Promise<void>;
}
