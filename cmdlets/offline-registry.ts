// The records of the registry cmdlets, and their parameter for the key.

import { DismError } from '../lib/base/error.ts';
import type { FileTime } from '../lib/base/file-time.ts';
import type { CmdletContext } from '../lib/host/context.ts';
import { string } from '../lib/host/parameter.ts';
import { defineRecord } from '../lib/host/record.ts';
import { hasWildcard, wildcard } from '../lib/host/value/wildcard.ts';
import { type HiveKey, splitPath } from '../lib/registry/hive-key.ts';
import { type HiveValue, meaningOf } from '../lib/registry/hive-value.ts';
import { valueTypeName } from '../lib/registry/value-type.ts';
import { type RegistryOrigin, type RegistryPlace, shownKey } from './registry-target.ts';

/** The key that a cmdlet works on. */
export const registryKey = string({
  help: 'The key by its full path such as HKLM\\SYSTEM\\CurrentControlSet\\Services; of a hive file also the path inside it, and its root by default.',
  pipeline: 'property',
  position: 1,
  default: '',
});

/** The same of cmdlets that read: it may match several keys. */
export const registryKeys = string({
  help: 'The key by its full path such as HKLM\\SYSTEM\\CurrentControlSet\\Services, or several that match a pattern; of a hive file also the path inside it, and its root by default.',
  pipeline: 'property',
  position: 1,
  default: '',
  wildcards: true,
});

export interface OfflineRegistryKey extends RegistryOrigin {
  /** The path inside the hive file, empty for its root; of an image the full path. */
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

export interface OfflineRegistryValue extends RegistryOrigin {
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

/** What PowerShell calls the default value, beside its own empty name. */
export function valueName(name: string): string {
  return name.toLowerCase() === '(default)' ? '' : name;
}

/**
 * The keys that a path names: the one of that name, else those that it matches as a pattern. A path without a pattern that
 * names no key is an error of the command, which goes on.
 */
export function* findKeys(place: RegistryPlace, ctx: CmdletContext): Generator<HiveKey> {
  const found = place.hive.root.subkey(place.key);
  if (found !== undefined) yield found;
  else if (hasWildcard(place.key)) yield* matching(place.hive.root, splitPath(place.key));
  else {
    const path = shownKey(place, place.key);
    ctx.error(new DismError('PathNotFound', `${place.label} has no key ${path}.`, { Target: path }), path);
  }
}

function* matching(key: HiveKey, names: readonly string[]): Generator<HiveKey> {
  const [first, ...rest] = names;
  if (first === undefined) {
    yield key;
    return;
  }
  const exact = key.directSubkey(first);
  if (exact !== undefined) yield* matching(exact, rest);
  else if (hasWildcard(first)) {
    const matches = wildcard(first);
    for (const child of key.subkeys()) if (matches(child.name)) yield* matching(child, rest);
  }
}

export function keyRecord(place: RegistryPlace, key: HiveKey): OfflineRegistryKey {
  return offlineRegistryKey({
    ...place.origin,
    Key: shownKey(place, key.path),
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

/** @param key the path inside the hive. */
export function valueRecord(place: RegistryPlace, key: string, value: HiveValue): OfflineRegistryValue {
  return offlineRegistryValue({
    ...place.origin,
    Key: shownKey(place, key),
    Name: value.name,
    Type: valueTypeName(value.type),
    Value: dataOf(value),
  });
}
