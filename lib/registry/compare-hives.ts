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

/** Compares two keys and all below them; paths are relative to the two. */
export function* compareKeys(
  before: HiveKey,
  after: HiveKey,
  options: CompareOptions = {},
  path = '',
): Generator<HiveDifference, void, undefined> {
  yield* compareValues(before, after, path);
  if (options.security !== false) yield* compareProperties(before, after, path);
  const left = childrenOf(before);
  const right = childrenOf(after);
  const names = [...new Set([...left.keys(), ...right.keys()])].sort();
  for (const name of names) {
    const old = left.get(name);
    const now = right.get(name);
    const below = joinPath(path, (old ?? now)!.name);
    if (old && now) yield* compareKeys(old, now, options, below);
    else if (now) yield* oneSided(now, below, 'added', options);
    else if (old) yield* oneSided(old, below, 'removed', options);
  }
}

function joinPath(path: string, name: string): string {
  return path === '' ? name : `${path}\\${name}`;
}

function childrenOf(key: HiveKey): Map<string, HiveKey> {
  return new Map([...key.subkeys()].map((child) => [upcase(child.name), child]));
}

function valuesOf(key: HiveKey): Map<string, HiveValue> {
  return new Map([...key.values()].map((value) => [upcase(value.name), value]));
}

function* oneSided(
  key: HiveKey,
  path: string,
  side: 'added' | 'removed',
  options: CompareOptions,
): Generator<HiveDifference, void, undefined> {
  yield { kind: side === 'added' ? 'key-added' : 'key-removed', path };
  if (options.expand === false) return;
  for (const value of key.values()) {
    if (side === 'added') yield { kind: 'value-added', path, name: value.name, after: value };
    else yield { kind: 'value-removed', path, name: value.name, before: value };
  }
  for (const child of key.subkeys()) yield* oneSided(child, joinPath(path, child.name), side, options);
}

function* compareValues(before: HiveKey, after: HiveKey, path: string): Generator<HiveDifference, void, undefined> {
  const left = valuesOf(before);
  const right = valuesOf(after);
  for (const [key, value] of left) {
    const other = right.get(key);
    if (!other) yield { kind: 'value-removed', path, name: value.name, before: value };
    else if (!isEqual(value, other)) {
      yield { kind: 'value-changed', path, name: value.name, before: value, after: other };
    }
  }
  for (const [key, value] of right) {
    if (!left.has(key)) yield { kind: 'value-added', path, name: value.name, after: value };
  }
}

function isEqual(a: HiveValue, b: HiveValue): boolean {
  return a.type === b.type && Buffer.compare(a.data, b.data) === 0;
}

function* compareProperties(before: HiveKey, after: HiveKey, path: string): Generator<HiveDifference, void, undefined> {
  const classes = [before.className, after.className] as const;
  if (classes[0] !== classes[1]) yield { kind: 'class-changed', path, before: classes[0], after: classes[1] };
  const descriptors = [before.securityDescriptor, after.securityDescriptor] as const;
  if (Buffer.compare(descriptors[0], descriptors[1]) !== 0) {
    yield { kind: 'security-changed', path, before: descriptors[0], after: descriptors[1] };
  }
}
