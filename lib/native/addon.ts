// Loads the addon (the only module that does) and types its surface. Everything else talks to jobs.ts.
import { createRequire } from 'node:module';
import type { ErrorSymbol } from '../base/error.ts';
import { DismError } from '../base/error.ts';
import { packageRoot } from '../base/package-root.ts';
import type { EditingFunctions } from './editing.ts';

/** Objects of the engine; opaque here. */
export interface NativeHandle {
  readonly __handle: unique symbol;
}

export interface NativeProgress {
  readonly phase: string;
  readonly completedBytes: number;
  readonly totalBytes: number;
  readonly completedItems: number;
  readonly totalItems: number;
  readonly warnings: number;
}

export interface NativeError {
  readonly symbol: ErrorSymbol;
  readonly detail: string;
  readonly target: string;
  readonly offset?: number;
  readonly errno?: number;
}

export type NativeEvent =
  | {
      readonly kind: 'warning' | 'finding';
      readonly symbol: ErrorSymbol;
      readonly path: string;
      readonly message: string;
      readonly offset?: number;
    }
  | { readonly kind: 'entries'; readonly data: Uint8Array };

export interface NativeJob {
  take(max: number): NativeEvent[];
  progress(): NativeProgress;
  outcome(): { readonly error: NativeError } | { readonly result: unknown } | undefined;
  cancel(): void;
}

/** What every spec may hold beside its own fields. */
export interface JobLimits {
  /** The most threads that work on the job; 0 or absent: all cores. */
  readonly threadCount?: number | undefined;
  /** Bytes for buffers and codec state; default 512 MiB. */
  readonly memoryBudget?: number | undefined;
}

export interface OpenReaderSpec extends JobLimits {
  readonly path: string;
  readonly partPaths: readonly string[];
}

export interface ReaderInfo {
  readonly handle: NativeHandle;
  readonly version: number;
  readonly flags: number;
  readonly chunkSize: number;
  /** 0 none, 1 XPRESS, 2 LZX, 3 LZMS. */
  readonly format: number;
  readonly guid: Uint8Array;
  readonly partNumber: number;
  readonly totalParts: number;
  readonly imageCount: number;
  readonly headerImageCount: number;
  readonly bootIndex: number;
  readonly isComplete: boolean;
  readonly isSolid: boolean;
  readonly hasIntegrity: boolean;
  readonly blobCount: number;
  readonly fileSize: number;
  /** UTF-16LE with byte order mark. */
  readonly xml: Uint8Array;
}

export interface ImageInfo {
  readonly handle: NativeHandle;
  readonly entryCount: number;
  /** By security id. */
  readonly securityDescriptors: readonly Uint8Array[];
}

export interface ApplySpec extends JobLimits {
  readonly image: NativeHandle;
  readonly target: string;
  readonly fixReparsePoints?: boolean;
  readonly unixData?: boolean;
  readonly writeSideCar?: boolean;
  readonly sideCarPath?: string;
  /** Only these subtrees, each under its own name in the target. */
  readonly paths?: readonly string[];
}

export interface ApplyOutcome {
  readonly directoryCount: number;
  readonly fileCount: number;
  readonly bytes: number;
  readonly skippedCount: number;
}

export interface WriterSpec extends JobLimits {
  readonly path: string;
  readonly format?: number;
  readonly chunkSize?: number;
  /** 0 Quick, 1 Balanced, 2 Thorough, 3 Extreme. */
  readonly level?: number;
  readonly solid?: boolean;
  readonly solidChunkSize?: number;
  readonly rpFix?: boolean;
  /** Compress blobs of other files anew even where their bytes could be copied. */
  readonly recompress?: boolean;
  readonly guid?: Uint8Array;
}

export interface WriterInfo {
  readonly handle: NativeHandle;
  readonly imageCount: number;
  /** Of the file that is extended; absent for a new one. */
  readonly xml?: Uint8Array;
  readonly flags?: number;
  readonly format?: number;
  readonly bootIndex?: number;
}

export interface CaptureSpec extends JobLimits {
  readonly writer: NativeHandle;
  readonly root: string;
  readonly exclude?: readonly string[];
  readonly except?: readonly string[];
  readonly storeUncompressed?: readonly string[];
  readonly fixReparsePoints?: boolean;
  readonly unixData?: boolean;
  readonly useSideCar?: boolean;
  readonly sideCarPath?: string;
  /** Files never captured: the image itself when it lies inside the root. */
  readonly skipPaths?: readonly string[];
  readonly force?: boolean;
  /** FILETIME to which all times are clamped; makes the capture reproducible. */
  readonly clampTime?: bigint;
}

export interface CaptureOutcome {
  readonly index: number;
  readonly directoryCount: number;
  readonly fileCount: number;
  readonly totalBytes: number;
  readonly hardLinkBytes: number;
  readonly excludedCount: number;
  readonly skippedCount: number;
  readonly entryCount: number;
}

export interface CommitSpec extends JobLimits {
  readonly writer: NativeHandle;
  readonly xml: Uint8Array;
  /** 0 keep (a table is written when the file had one), 1 write, 2 none. */
  readonly integrity?: number;
  /** 1-based after all changes, 0 = none; absent: the boot image stays the one it was. */
  readonly bootIndex?: number;
  /** The identity of a new file is a digest of its images and XML instead of random. */
  readonly guidFromContent?: boolean;
}

export interface VerifyOutcome {
  readonly images: number;
  readonly blobs: number;
  readonly bytes: number;
  readonly findings: number;
}

export type Start<Spec> = (spec: Spec, wake: () => void) => NativeJob;

/** The functions of the addon: most start a job. */
export interface Addon extends EditingFunctions {
  readonly openReader: Start<OpenReaderSpec>;
  readonly loadImage: Start<JobLimits & { readonly reader: NativeHandle; readonly index: number }>;
  readonly listImage: Start<JobLimits & { readonly image: NativeHandle; readonly path?: string }>;
  readonly readStream: Start<
    JobLimits & { readonly image: NativeHandle; readonly path: string; readonly stream?: string }
  >;
  readonly applyImage: Start<ApplySpec>;
  readonly verifyFile: Start<JobLimits & { readonly reader: NativeHandle }>;
  readonly checkIntegrity: Start<JobLimits & { readonly reader: NativeHandle }>;
  readonly createWriter: Start<WriterSpec>;
  readonly openWriter: Start<WriterSpec>;
  readonly captureImage: Start<CaptureSpec>;
  readonly copyImages: Start<
    JobLimits & { readonly writer: NativeHandle; readonly reader: NativeHandle; readonly indexes: readonly number[] }
  >;
  readonly removeImage: Start<JobLimits & { readonly writer: NativeHandle; readonly index: number }>;
  readonly commit: Start<CommitSpec>;
  readonly split: Start<
    JobLimits & {
      readonly reader: NativeHandle;
      readonly path: string;
      readonly partSize: number;
      readonly integrity?: boolean;
    }
  >;
  /** The size of the file up to its XML if the writer were committed now. */
  readonly dataSize: (writer: NativeHandle) => number;
  /** Sets the times of an entry, of a link itself; nanoseconds since 1970. */
  readonly setFileTimes: (path: string, modified: bigint, accessed: bigint) => NativeError | undefined;
  /**
   * The bytes of the text that a reparse point gets as a link of a tree; undefined when it is no link or has none.
   * data: without its 8-byte header; tree: the path of the directory that stands for the volume.
   */
  readonly linkText: (tag: number, data: Uint8Array, tree: string) => Uint8Array | undefined;
  /** Locks an open file or directory exclusively until it is closed; SharingViolation when another one has it. */
  readonly lockDescriptor: (descriptor: number) => NativeError | undefined;
  /** Gives the memory of bytes back now; see release-bytes.ts. */
  readonly releaseBytes: (bytes: Uint8Array) => void;
  /** Lets go of a reader, image, writer or editor now. */
  readonly close: (handle: NativeHandle) => void;
}

let loaded: Addon | undefined;

/** The addon, loaded on first use. */
export function addon(): Addon {
  if (loaded === undefined) {
    const require = createRequire(import.meta.url);
    const load = require('node-gyp-build') as (root: string) => Addon;
    try {
      loaded = load(packageRoot());
    } catch (cause) {
      throw new DismError(
        'Internal',
        `The engine of OpenDISM cannot be loaded on ${process.platform}-${process.arch}: no prebuilt binary fits and none ` +
          'was built. Install g++ and cmake, then run "npm rebuild opendism" (in a clone: "npm run build:native").',
        { cause },
      );
    }
  }
  return loaded;
}
