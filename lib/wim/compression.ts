// Compression as a person chooses it, and what the engine is told for it.
import { DismError } from '../base/error.ts';
import type { WriterSpec } from '../native/addon.ts';

/** None, Fast (XPRESS 32K), Max (LZX 32K), Recovery (solid LZMS, 64 MiB chunks). */
export const compressionTypes = ['None', 'Fast', 'Max', 'Recovery'] as const;
export type CompressionType = (typeof compressionTypes)[number];

/** How hard the encoder looks for matches. */
export const compressionLevels = ['Quick', 'Balanced', 'Thorough', 'Extreme'] as const;
export type CompressionLevel = (typeof compressionLevels)[number];

export interface CompressionChoice {
  readonly type?: CompressionType | undefined;
  readonly level?: CompressionLevel | undefined;
  /** Bytes; for Recovery of the solid resources. */
  readonly chunkSize?: number | undefined;
}

interface Scheme {
  readonly format: number;
  readonly chunkSize: number;
  readonly smallest: number;
  readonly largest: number;
}

const schemes: Readonly<Record<CompressionType, Scheme>> = {
  None: { format: 0, chunkSize: 0, smallest: 0, largest: 0 },
  Fast: { format: 1, chunkSize: 32 << 10, smallest: 4 << 10, largest: 64 << 10 },
  Max: { format: 2, chunkSize: 32 << 10, smallest: 32 << 10, largest: 2 << 20 },
  Recovery: { format: 3, chunkSize: 64 << 20, smallest: 32 << 10, largest: 1 << 30 },
};

/** Chunk size of what a solid file holds outside its solid resources, metadata above all. */
const LZMS_CHUNK_SIZE = 128 << 10;

type Storage = Pick<WriterSpec, 'format' | 'chunkSize' | 'level' | 'solid' | 'solidChunkSize'>;

/** The name of the format the engine knows by a number. */
export function formatName(format: number): 'None' | 'XPRESS' | 'LZX' | 'LZMS' {
  return (['None', 'XPRESS', 'LZX', 'LZMS'] as const)[format] ?? 'None';
}

/** What the writer of a new file is told. Throws a usage error for a chunk size that the format does not have. */
export function storageFor(choice: CompressionChoice): Storage {
  const type = choice.type ?? 'Fast';
  const scheme = schemes[type];
  const chunkSize = choice.chunkSize ?? scheme.chunkSize;
  const isPowerOfTwo = Number.isSafeInteger(chunkSize) && chunkSize > 0 && Number.isInteger(Math.log2(chunkSize));
  if (type !== 'None' && (!isPowerOfTwo || chunkSize < scheme.smallest || chunkSize > scheme.largest)) {
    throw new DismError(
      'InvalidParameter',
      `A chunk size of ${chunkSize} is not possible with ${type} compression: choose a power of two from ` +
        `${scheme.smallest} to ${scheme.largest}.`,
      { Target: 'ChunkSize' },
    );
  }
  const level = levelOf(choice);
  if (type !== 'Recovery') return { format: scheme.format, chunkSize, level };
  return { format: scheme.format, chunkSize: LZMS_CHUNK_SIZE, level, solid: true, solidChunkSize: chunkSize };
}

/** The number of a level; Balanced when none is chosen. */
export function levelOf(choice: CompressionChoice): number {
  return compressionLevels.indexOf(choice.level ?? 'Balanced');
}
