// What all imaging cmdlets do alike: hand their limits and the host's listeners to the engine, and fill the properties
// that all records of Microsoft's module share.
import { DismError } from '../lib/base/error.ts';
import type { CmdletContext } from '../lib/host/context.ts';
import type { NativeProgress } from '../lib/native/addon.ts';
import type { CompressionChoice } from '../lib/wim/compression.ts';
import type { EngineOptions } from '../lib/wim/engine-options.ts';
import type { ImageSelector } from '../lib/wim/wim-file.ts';
import type { BaseDismObject } from './records.ts';

interface Limits {
  readonly ThreadCount?: number | undefined;
  readonly MemoryLimit?: number | undefined;
}

/** Engine options for one activity: cancellation, limits, progress, and a warning for all that is left out. */
export function engineOptions(p: Limits, ctx: CmdletContext, activity: string): Required<EngineOptions> {
  ctx.log.info(activity);
  return {
    signal: ctx.signal,
    threadCount: p.ThreadCount ?? 0,
    memoryBudget: p.MemoryLimit,
    onProgress: (progress) => ctx.progress({ Activity: activity, ...progressFields(progress) }),
    onEvent: (event) => {
      if (event.kind === 'entries') return;
      const error = new DismError(event.symbol, `${event.path}: ${event.message}`, {
        Target: event.path,
        Offset: event.offset,
      });
      ctx.log.warning(error.message);
      ctx.leftOut(error);
    },
  };
}

/** Ends the activity, whatever became of it. */
export function endActivity(ctx: CmdletContext, activity: string): void {
  ctx.progress({ Activity: activity, Completed: true });
}

/** Runs `body` as an activity with progress. */
export async function runActivity<T>(
  p: Limits,
  ctx: CmdletContext,
  activity: string,
  body: (options: Required<EngineOptions>) => Promise<T>,
): Promise<T> {
  try {
    return await body(engineOptions(p, ctx, activity));
  } catch (error) {
    ctx.log.error(error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    endActivity(ctx, activity);
  }
}

function progressFields(progress: NativeProgress): Record<string, string | number> {
  return {
    Phase: progress.phase,
    CompletedBytes: progress.completedBytes,
    TotalBytes: progress.totalBytes,
    CompletedItems: progress.completedItems,
    TotalItems: progress.totalItems,
  };
}

interface Logging {
  readonly LogPath?: string | undefined;
  readonly LogLevel?: string | undefined;
  readonly ScratchDirectory?: string | undefined;
}

/** The properties of BaseDismObject, for the end of a record. */
export function baseFields(p: Logging): BaseDismObject {
  return {
    LogPath: p.LogPath ?? '',
    ScratchDirectory: p.ScratchDirectory ?? '',
    LogLevel: p.LogLevel ?? 'WarningsInfo',
  };
}

/** The image that -Index or -Name chose. */
export function selectorOf(p: {
  readonly Index?: number | undefined;
  readonly Name?: string | undefined;
}): ImageSelector {
  return { index: p.Index, name: p.Name };
}

/** The compression that was chosen. */
export function compressionOf(p: {
  readonly CompressionType?: CompressionChoice['type'] | 'Maximum';
  readonly CompressionLevel?: CompressionChoice['level'];
  readonly ChunkSize?: number | undefined;
}): CompressionChoice {
  const type = p.CompressionType === 'Maximum' ? 'Max' : p.CompressionType;
  return { type, level: p.CompressionLevel, chunkSize: p.ChunkSize };
}

/** Refuses switches whose effect only Windows can bring about; silence would be a wrong promise. */
export function refuseSwitches(p: Readonly<Record<string, unknown>>, reasons: Readonly<Record<string, string>>): void {
  for (const [name, reason] of Object.entries(reasons)) {
    if (p[name] === true) throw new DismError('NotSupported', `-${name} is not supported: ${reason}`, { Target: name });
  }
}

/** Why -WIMBoot is refused everywhere. */
export const wimBootReason = 'WIMBoot ended with Windows 8.1; Windows 10 and later cannot start from such images.';

/** What -SupportEa means here. */
export function noteSupportEa(p: { readonly SupportEa: boolean }, ctx: CmdletContext): void {
  if (!p.SupportEa) return;
  ctx.verbose('Extended attributes of NTFS are kept in the side-car of the tree, with or without -SupportEa.');
}
