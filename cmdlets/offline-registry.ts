// What the cmdlets on hive files share: their parameters, their records, and the hives of one invocation, which are opened
// once and written once, at the end of the pipeline. Targets inside images can join here later: -ImagePath with -Index, -Path.

import type { FileTime } from '../lib/base/file-time.ts';
import type { CmdletContext } from '../lib/host/context.ts';
import { path, string } from '../lib/host/parameter.ts';
import { defineRecord } from '../lib/host/record.ts';
import type { Hive } from '../lib/registry/hive.ts';
import { openHive, writeHive } from '../lib/registry/hive-file.ts';
import type { HiveKey } from '../lib/registry/hive-key.ts';
import { pathInsideHive } from '../lib/registry/hive-paths.ts';
import { type HiveValue, meaningOf } from '../lib/registry/hive-value.ts';
import { valueTypeName } from '../lib/registry/value-type.ts';

/** The hive that a cmdlet works on. */
export const hivePath = path({
  help: 'The hive file. Transaction logs beside it (.LOG, .LOG1, .LOG2) are taken into account.',
  mandatory: true,
  pipeline: 'property',
  position: 0,
});

/** The key that a cmdlet works on. */
export const registryKey = string({
  help: 'The key inside the hive, or its full path such as HKLM\\SYSTEM\\CurrentControlSet\\Services. The default is the root.',
  pipeline: 'property',
  position: 1,
  default: '',
});

export interface OfflineRegistryKey {
  readonly HivePath: string;
  /** The path inside the hive; empty for its root. */
  readonly Key: string;
  readonly SubkeyCount: number;
  readonly ValueCount: number;
  readonly LastWriteTime: FileTime;
  readonly ClassName: string;
  readonly IsSymbolicLink: boolean;
}

export const offlineRegistryKey = defineRecord<OfflineRegistryKey>('OpenDism.OfflineRegistryKey', {
  table: [
    { property: 'SubkeyCount', label: 'Subkeys' },
    { property: 'ValueCount', label: 'Values' },
    'LastWriteTime',
    'Key',
  ],
  text: (record) => record.Key,
});

/** The data of a value: text, a list of text, a number, or bytes. Numbers beyond 2^53 are text. */
export type RegistryData = string | number | readonly string[] | readonly number[];

export interface OfflineRegistryValue {
  readonly HivePath: string;
  readonly Key: string;
  /** Empty for the default value. */
  readonly Name: string;
  readonly Type: string;
  readonly Value: RegistryData;
}

export const offlineRegistryValue = defineRecord<OfflineRegistryValue>('OpenDism.OfflineRegistryValue', {
  table: ['Key', 'Name', 'Type', 'Value'],
  text: (record) => `${record.Key}\\${record.Name}`,
});

export function keyRecord(hivePath: string, key: HiveKey): OfflineRegistryKey {
  return offlineRegistryKey({
    HivePath: hivePath,
    Key: key.path,
    SubkeyCount: key.subkeyCount,
    ValueCount: key.valueCount,
    LastWriteTime: key.lastWritten,
    ClassName: key.className,
    IsSymbolicLink: key.isSymbolicLink,
  });
}

export function dataOf(value: HiveValue): RegistryData {
  const meaning = meaningOf(value);
  if (meaning instanceof Uint8Array) return [...meaning];
  if (typeof meaning !== 'bigint') return meaning;
  return meaning <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(meaning) : String(meaning);
}

export function valueRecord(hivePath: string, key: string, value: HiveValue): OfflineRegistryValue {
  return offlineRegistryValue({
    HivePath: hivePath,
    Key: key,
    Name: value.name,
    Type: valueTypeName(value.type),
    Value: dataOf(value),
  });
}

/** Opens a hive for a cmdlet, saying what its state means. */
export async function openForCmdlet(file: string, ctx: CmdletContext): Promise<Hive> {
  const hive = await openHive(file);
  if (hive.state === 'recovered') ctx.verbose(`${file} was completed from its transaction logs.`);
  if (hive.state === 'dirty') {
    ctx.warning(`${file} was not written completely and its logs do not complete it: what is read may be out of date.`);
  }
  return hive;
}

/** A key of a hive by a path inside it or a full registry path; throws when there is none. */
export function keyAt(hive: Hive, key: string): HiveKey {
  return hive.root.getSubkey(pathInsideHive(hive, key));
}

/** The hives that one invocation changes, and the records of what it did. */
export class HiveEdits<T> {
  private readonly hives = new Map<string, Hive>();
  private readonly changed = new Set<string>();
  private readonly records: T[] = [];

  async open(file: string, ctx: CmdletContext): Promise<Hive> {
    const known = this.hives.get(file);
    if (known) return known;
    const hive = await openForCmdlet(file, ctx);
    this.hives.set(file, hive);
    return hive;
  }

  /** Notes a change and the record to give once it is on disk. */
  add(file: string, record?: T): void {
    this.changed.add(file);
    if (record !== undefined) this.records.push(record);
  }

  /** Writes each changed hive once, then gives the records. */
  async *commit(): AsyncGenerator<T> {
    for (const file of this.changed) await writeHive(this.hives.get(file)!, file);
    yield* this.records;
  }
}
