// Recovery: the state of a hive that was not written completely, from the hive and its transaction logs, as Windows does it
// when it loads the hive. A hive that is clean ignores its logs.
import {
  BASE_BLOCK_SIZE,
  type BaseBlock,
  FileType,
  isRegistryFile,
  parseBaseBlock,
  updateBaseBlock,
} from './base-block.ts';
import { hiveError } from './corrupt.ts';
import { type LogEntry, parseTransactionLog, type TransactionLog } from './transaction-log.ts';

/** clean: nothing to do. recovered: the logs completed it. dirty: half written, and the logs do not help. */
export type HiveState = 'clean' | 'recovered' | 'dirty';

export interface Recovery {
  readonly state: HiveState;
  readonly bytes: Uint8Array;
  /** Pages taken from the logs. */
  readonly pages: number;
  /** The highest sequence number in the hive and its logs: a writer goes beyond it. */
  readonly highestSequence: number;
}

/** Brings a hive up to date with its logs (in any order). The arguments are not changed. */
export function recoverHive(primary: Uint8Array, logFiles: readonly Uint8Array[] = [], file?: string): Recovery {
  const logs = logFiles.map(parseTransactionLog).filter((log) => log !== undefined);
  const primaryBase = isRegistryFile(primary) ? parseBaseBlock(primary) : undefined;
  const isValid = primaryBase !== undefined && isIntact(primaryBase);
  const sequences = logs.flatMap(({ base, entries }) => [base.primarySequence, entries.at(-1)?.sequence ?? 0]);
  if (isValid) sequences.push(primaryBase.primarySequence, primaryBase.secondarySequence);
  const highestSequence = Math.max(0, ...sequences);
  if (isValid && primaryBase.primarySequence === primaryBase.secondarySequence) {
    return { state: 'clean', bytes: primary, pages: 0, highestSequence };
  }
  const plan =
    planFromNewLogs(logs, isValid ? primaryBase : undefined) ??
    planFromOldLogs(logs, isValid ? primaryBase : undefined);
  if (!plan) {
    if (!primaryBase)
      throw hiveError('Corrupt', file, 0, 'it does not start with "regf", so it is not a registry hive');
    return { state: 'dirty', bytes: primary, pages: 0, highestSequence };
  }
  return apply(primary, plan, highestSequence);
}

/** Whether the fields of a base block can be relied on. */
function isIntact(base: BaseBlock): boolean {
  return (
    base.checksumMatches && base.majorVersion === 1 && base.minorVersion >= 3 && base.fileType === FileType.Primary
  );
}

interface RecoveryPlan {
  readonly entries: readonly LogEntry[];
  /** The log that the base block is taken from; undefined: the hive's own is good. */
  readonly baseFrom: TransactionLog | undefined;
}

/**
 * New format. With a good base block: entries from the hive's secondary sequence number on, the log that starts lower first,
 * then the other one where it continues. Without: the newest log alone, its base block included.
 */
function planFromNewLogs(logs: readonly TransactionLog[], base: BaseBlock | undefined): RecoveryPlan | undefined {
  const usable = logs
    .filter((log) => log.kind === 'new' && log.entries.length > 0)
    .sort((a, b) => a.entries[0]!.sequence - b.entries[0]!.sequence);
  if (!base) {
    const newest = usable.at(-1);
    return newest && { entries: newest.entries, baseFrom: newest };
  }
  const entries: LogEntry[] = [];
  const candidates = usable
    .map((log) => log.entries.filter((entry) => entry.sequence >= base.secondarySequence))
    .filter((list) => list.length > 0)
    .sort((a, b) => a[0]!.sequence - b[0]!.sequence);
  for (const entry of candidates.flat()) {
    const last = entries.at(-1);
    if (!last || entry.sequence === last.sequence + 1) entries.push(entry);
  }
  return entries.length > 0 ? { entries, baseFrom: undefined } : undefined;
}

/** Old format: one log, whole, that belongs to this hive by its time stamp; it holds the base block as it should be. */
function planFromOldLogs(logs: readonly TransactionLog[], base: BaseBlock | undefined): RecoveryPlan | undefined {
  const usable = logs
    .filter((log) => log.kind === 'old' && (!base || log.base.lastWritten === base.lastWritten))
    .sort((a, b) => a.base.primarySequence - b.base.primarySequence);
  const newest = usable.at(-1);
  return newest && { entries: newest.entries, baseFrom: newest };
}

function apply(primary: Uint8Array, plan: RecoveryPlan, highestSequence: number): Recovery {
  const last = plan.entries.at(-1)!;
  let { length } = primary;
  for (const entry of plan.entries) length = Math.max(length, BASE_BLOCK_SIZE + entry.dataLength);
  const bytes = new Uint8Array(length);
  bytes.set(primary);
  if (plan.baseFrom) bytes.set(plan.baseFrom.baseBytes);
  let pages = 0;
  for (const entry of plan.entries) {
    for (const page of entry.pages) bytes.set(page.bytes, BASE_BLOCK_SIZE + page.offset);
    pages += entry.pages.length;
  }
  const base = parseBaseBlock(bytes);
  updateBaseBlock(bytes, {
    sequence: highestSequence + 1,
    lastWritten: base.lastWritten,
    rootCell: base.rootCell,
    dataLength: last.dataLength,
  });
  return { state: 'recovered', bytes, pages, highestSequence: highestSequence + 1 };
}
