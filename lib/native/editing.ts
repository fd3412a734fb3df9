// The surface of the addon for images that are edited: what native/binding/edit_functions.cc offers. Nodes are numbers
// of entries in one image, valid until the entry is removed.
import type { JobLimits, NativeHandle, Start } from './addon.ts';

/** Properties to give an entry; absent ones stay as they are. Digests are of staged contents, all zero for none. */
export interface EntryEdit {
  readonly attributes?: number | undefined;
  readonly creationTime?: bigint | undefined;
  readonly lastAccessTime?: bigint | undefined;
  readonly lastWriteTime?: bigint | undefined;
  /** Empty: none. */
  readonly securityDescriptor?: Uint8Array | undefined;
  readonly shortName?: string | undefined;
  /** The unnamed stream. */
  readonly data?: Uint8Array | undefined;
  readonly streams?: readonly { readonly name: string; readonly digest: Uint8Array }[] | undefined;
  readonly reparse?: { readonly tag: number; readonly digest: Uint8Array } | undefined;
}

/** A name that several entries match, and where. */
export interface AmbiguousEntry {
  readonly directory: string;
  readonly wanted: string;
  readonly similar: readonly string[];
}

export interface StagedContent {
  readonly digest: Uint8Array;
  readonly size: number;
}

/** A changed image and its counts for the XML. */
export interface StoredImage {
  readonly index: number;
  readonly directoryCount: number;
  readonly fileCount: number;
  readonly totalBytes: number;
  readonly hardLinkBytes: number;
}

export interface UndoneCommit {
  readonly sizeBefore: number;
  readonly sizeAfter: number;
  readonly imageCountBefore: number;
  readonly imageCountAfter: number;
}

type EditorSpec = JobLimits & { readonly editor: NativeHandle };

/** Plain calls work on what is in memory; those that start a job read or write files. */
export interface EditingFunctions {
  /** With neither: one empty image that is in no file. */
  readonly newEditor: (spec: { readonly writer?: NativeHandle; readonly reader?: NativeHandle }) => NativeHandle;
  /** path: `\dir\name`. */
  readonly findEntry: (editor: NativeHandle, index: number, path: string) => number | AmbiguousEntry | undefined;
  /** Packed, see edit-records.ts. */
  readonly describeEntry: (editor: NativeHandle, index: number, node: number) => Uint8Array;
  /** As it was before the first edit, also when it is removed by now. */
  readonly describeOriginal: (editor: NativeHandle, index: number, node: number) => Uint8Array;
  /** All entries in the order in which they are written: u32 node, u32 place of its directory in the list. */
  readonly listNodes: (editor: NativeHandle, index: number) => Uint8Array;
  readonly describeChildren: (editor: NativeHandle, index: number, node: number) => Uint8Array;
  readonly describeChanges: (editor: NativeHandle, index: number) => Uint8Array;
  readonly hasEdits: (editor: NativeHandle, index: number) => boolean;
  /** Whether an entry of a directory other than `except` has this name or short name. */
  readonly hasName: (editor: NativeHandle, index: number, directory: number, name: string, except: number) => boolean;
  readonly securityDescriptor: (editor: NativeHandle, index: number, id: number) => Uint8Array | undefined;
  readonly createEntry: (editor: NativeHandle, index: number, parent: number, name: string, edit: EntryEdit) => number;
  readonly changeEntry: (editor: NativeHandle, index: number, node: number, edit: EntryEdit) => void;
  readonly linkEntry: (editor: NativeHandle, index: number, parent: number, name: string, existing: number) => number;
  readonly moveEntry: (editor: NativeHandle, index: number, node: number, parent: number, name: string) => void;
  readonly removeEntry: (editor: NativeHandle, index: number, node: number) => void;
  /** Makes a content of the source one of the editor's; false when the source has it not. */
  readonly stageBlob: (editor: NativeHandle, source: NativeHandle, digest: Uint8Array) => boolean;
  /** Loads the metadata of an image; the number of its entries. */
  readonly loadEdit: Start<EditorSpec & { readonly index: number }>;
  readonly stageContent: Start<EditorSpec & ({ readonly bytes: Uint8Array } | { readonly file: string })>;
  /** A content of the file or a staged one, or a part of it. */
  readonly readEntry: Start<
    EditorSpec & { readonly digest: Uint8Array; readonly offset?: number; readonly length?: number }
  >;
  /** Appends new contents and the metadata of changed images; the writer's commit makes them valid. */
  readonly storeEdits: Start<EditorSpec>;
  /** Makes a new uncompressed file of one image as it is now, with the contents it uses. */
  readonly storeAlone: Start<
    EditorSpec & {
      readonly index: number;
      readonly path: string;
      readonly guid: Uint8Array;
      readonly rpFix: boolean;
      /** UTF-16LE with byte order mark. */
      readonly xml: Uint8Array;
    }
  >;
  /** Goes on from the file as it is, after a commit or one that failed. */
  readonly resumeEdits: Start<EditorSpec & { readonly committed: boolean }>;
  readonly undoCommit: Start<JobLimits & { readonly path: string }>;
}
