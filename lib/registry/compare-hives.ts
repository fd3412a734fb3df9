// The difference of two hives, as records: keys and values added, removed and changed.

import { upcase } from '../base/upcase.ts';
import type { HiveKey } from './hive-key.ts';
import type { HiveValue } from './hive-value.ts';

export type HiveDifference =
  | { readonly kind: 'key-added' | 'key-removed'; readonly path: string }
  | { readonly kind: 'value-added'; readonly path: string; readonly name: string; readonly after: HiveValue }
  | { readonly kind: 'value-removed'; readonly path: string; readonly name: string; readonly before: HiveValue }
  | {
      readonly kind: 'value-changed';
      readonly path: string;
      readonly name: string;
      readonly before: HiveValue;
      readonly after: HiveValue;
    }
  | { readonly kind: 'class-changed'; readonly path: string; readonly before: string; readonly after: string }
  | {
      readonly kind: 'security-changed';
      readonly path: string;
      readonly before: Uint8Array;
      readonly after: Uint8Array;
    };

export interface CompareOptions {
  /** Also report each key and value below an added or removed key, not that key alone. Default true. */
  readonly expand?: boolean;
  /** Also compare security descriptors and class names. Default true. */
  readonly security?: boolean;
}

/** Compares two keys and all below them, values and subkeys by name; paths are relative to the two. */
export function compareKeys(
  before: HiveKey,
  after: HiveKey,
  options: CompareOptions = {},
  path = '',
): Generator<HiveDifference, void, undefined> {
  return compareBoth(before, after, path, options, new Set());
}

/** `equalSecurity`: pairs of cells that hold equal descriptors, of which a hive has few. */
function* compareBoth(
  before: HiveKey,
  after: HiveKey,
  path: string,
  options: CompareOptions,
  equalSecurity: Set<string>,
): Generator<HiveDifference, void, undefined> {
  yield* compareValues(before, after, path);
  if (options.security !== false) {
    const classChange = classDifference(path, before.className, after);
    if (classChange !== undefined) yield classChange;
    const pair = `${before.securityCell} ${after.securityCell}`;
    if (!equalSecurity.has(pair)) {
      const securityChange = securityDifference(path, before.securityDescriptor, after);
      if (securityChange === undefined) equalSecurity.add(pair);
      else yield securityChange;
    }
  }
  const left = byName(before.subkeys());
  const right = byName(after.subkeys());
  for (const name of unionOf(left, right)) {
    const old = left.get(name);
    const now = right.get(name);
    const below = joinKeyPath(path, (old ?? now)!.name);
    if (old && now) yield* compareBoth(old, now, below, options, equalSecurity);
    else if (now) yield* oneSidedDifferences(now, below, 'added', options);
    else if (old) yield* oneSidedDifferences(old, below, 'removed', options);
  }
}

/** The path of a key below another one. */
export function joinKeyPath(path: string, name: string): string {
  return path === '' ? name : `${path}\\${name}`;
}

/** Of members with one name the first counts, as for whoever looks it up. */
function byName<T extends { readonly name: string }>(members: Iterable<T>): Map<string, T> {
  const map = new Map<string, T>();
  for (const member of members) {
    const name = upcase(member.name);
    if (!map.has(name)) map.set(name, member);
  }
  return map;
}

function unionOf(left: ReadonlyMap<string, unknown>, right: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...left.keys(), ...right.keys()])].sort();
}

/** A key that only one hive has, with all below it. */
export function* oneSidedDifferences(
  key: HiveKey,
  path: string,
  side: 'added' | 'removed',
  options: CompareOptions = {},
): Generator<HiveDifference, void, undefined> {
  yield { kind: side === 'added' ? 'key-added' : 'key-removed', path };
  if (options.expand === false) return;
  const values = byName(key.values());
  for (const name of [...values.keys()].sort()) {
    const value = values.get(name)!;
    const difference = side === 'added' ? valueDifference(path, undefined, value) : valueDifference(path, value);
    if (difference !== undefined) yield difference;
  }
  const subkeys = byName(key.subkeys());
  for (const name of [...subkeys.keys()].sort()) {
    const child = subkeys.get(name)!;
    yield* oneSidedDifferences(child, joinKeyPath(path, child.name), side, options);
  }
}

function* compareValues(before: HiveKey, after: HiveKey, path: string): Generator<HiveDifference, void, undefined> {
  // Nothing is edited while the two are compared, and most values are equal: only what differs is copied.
  const left = byName(before.valueViews());
  const right = byName(after.valueViews());
  for (const name of unionOf(left, right)) {
    const difference = valueDifference(path, left.get(name), right.get(name));
    if (difference !== undefined) yield difference;
  }
}

/** How a value differs; undefined when it does not. The data is copied. */
export function valueDifference(path: string, before?: HiveValue, after?: HiveValue): HiveDifference | undefined {
  if (before === undefined) {
    return after && { kind: 'value-added', path, name: after.name, after: copyOf(after) };
  }
  const { name } = before;
  if (after === undefined) return { kind: 'value-removed', path, name, before: copyOf(before) };
  if (before.type === after.type && Buffer.compare(before.data, after.data) === 0) return undefined;
  return { kind: 'value-changed', path, name, before: copyOf(before), after: copyOf(after) };
}

function copyOf(value: HiveValue): HiveValue {
  return { ...value, data: Uint8Array.from(value.data) };
}

/** How the class name of a key differs from what it was; undefined when it does not. */
export function classDifference(path: string, before: string, key: HiveKey): HiveDifference | undefined {
  const after = key.className;
  return before === after ? undefined : { kind: 'class-changed', path, before, after };
}

/** How the descriptor of a key differs from what it was; undefined when it does not. */
export function securityDifference(path: string, before: Uint8Array, key: HiveKey): HiveDifference | undefined {
  const after = key.securityDescriptor;
  return Buffer.compare(before, after) === 0 ? undefined : { kind: 'security-changed', path, before, after };
}
