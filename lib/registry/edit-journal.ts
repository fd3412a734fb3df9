// What the edited keys of a hive were before their first edit. From it the difference to the hive as it was found follows
// without a second copy of the hive, in time proportional to what was edited; it goes on when the written hive is opened again.
import { upcase } from '../base/upcase.ts';
import {
  classDifference,
  type HiveDifference,
  joinKeyPath,
  oneSidedDifferences,
  securityDifference,
  valueDifference,
} from './compare-hives.ts';
import type { HiveKey } from './hive-key.ts';
import type { HiveValue } from './hive-value.ts';

/** How the journal looks at a hive that is being edited: keys are known by their cell offsets. */
export interface JournaledTree {
  readonly rootOffset: number;
  parentOf(offset: number): number;
  nameOf(offset: number): string;
  classOf(offset: number): string;
  securityOf(offset: number): Uint8Array;
  valueOf(offset: number, name: string): HiveValue | undefined;
  valuesOf(offset: number): Iterable<HiveValue>;
}

/** A key as it was found, as far as it has been recorded. */
class RecordedKey {
  /** As it was spelled. */
  readonly name: string;
  /** Absent: there was no such key. Complete: everything about it is recorded, its subkeys too. */
  state: 'partial' | 'complete' | 'absent';
  className: string | undefined;
  security: Uint8Array | undefined;
  /** By upper-cased name; undefined: there was none. */
  readonly values = new Map<string, HiveValue | undefined>();
  /** By upper-cased name: those that were edited, or have edits below them. */
  readonly subkeys = new Map<string, RecordedKey>();

  constructor(name: string, state: 'partial' | 'absent') {
    this.name = name;
    this.state = state;
  }
}

export class EditJournal {
  readonly #root = new RecordedKey('', 'partial');
  /** Undefined: the key is new, or lies in one that is. */
  readonly #known = new Map<number, RecordedKey | undefined>();
  #tree: JournaledTree | undefined;

  /** From now on offsets are those of this hive: the one that was found, or what was written of it. */
  follow(tree: JournaledTree): void {
    this.#tree = tree;
    this.#known.clear();
  }

  /** Before a subkey is added. */
  addKey(parent: number, name: string): void {
    const record = this.#find(parent);
    if (record !== undefined && !record.subkeys.has(upcase(name))) {
      record.subkeys.set(upcase(name), new RecordedKey(name, 'absent'));
    }
  }

  /** Before keys are deleted: a key and all below it, each after its parent. */
  deleteKeys(offsets: readonly number[]): void {
    this.#completeAll(offsets);
    this.#known.clear();
  }

  /** Before a key gets another name: the key and all below it, each after its parent. */
  renameKey(offsets: readonly [number, ...number[]], name: string): void {
    const tree = this.#tree!;
    const [offset] = offsets;
    if (offset !== tree.rootOffset && upcase(tree.nameOf(offset)) !== upcase(name)) {
      this.#completeAll(offsets);
      this.addKey(tree.parentOf(offset), name);
    }
    this.#known.clear();
  }

  /** Before a value is set or deleted. */
  changeValue(offset: number, name: string): void {
    const record = this.#find(offset);
    const upcased = upcase(name);
    if (record === undefined || record.values.has(upcased)) return;
    record.values.set(upcased, record.state === 'complete' ? undefined : this.#tree!.valueOf(offset, name));
  }

  changeClass(offset: number): void {
    const record = this.#find(offset);
    if (record !== undefined) record.className ??= this.#tree!.classOf(offset);
  }

  changeSecurity(offset: number): void {
    const record = this.#find(offset);
    if (record !== undefined) record.security ??= this.#tree!.securityOf(offset);
  }

  /** What differs between the hive as it was found and as it is now, as `compareKeys` says it. */
  differences(root: HiveKey): Iterable<HiveDifference> {
    return differencesOf(this.#root, root, '');
  }

  #find(offset: number): RecordedKey | undefined {
    if (this.#known.has(offset)) return this.#known.get(offset);
    const tree = this.#tree!;
    let record: RecordedKey | undefined = this.#root;
    if (offset !== tree.rootOffset) {
      const parent = this.#find(tree.parentOf(offset));
      record = parent && this.#subkey(parent, tree.nameOf(offset));
    }
    this.#known.set(offset, record);
    return record;
  }

  #subkey(parent: RecordedKey, name: string): RecordedKey | undefined {
    const upcased = upcase(name);
    let record = parent.subkeys.get(upcased);
    if (record === undefined) {
      // All subkeys that a complete key had are recorded.
      record = new RecordedKey(name, parent.state === 'complete' ? 'absent' : 'partial');
      parent.subkeys.set(upcased, record);
    }
    return record.state === 'absent' ? undefined : record;
  }

  /** From below, because what a complete key has not recorded was not there. */
  #completeAll(offsets: readonly number[]): void {
    for (let i = offsets.length - 1; i >= 0; i--) this.#complete(offsets[i]!);
  }

  #complete(offset: number): void {
    const record = this.#find(offset);
    if (record === undefined || record.state === 'complete') return;
    const tree = this.#tree!;
    record.className ??= tree.classOf(offset);
    record.security ??= tree.securityOf(offset);
    for (const value of tree.valuesOf(offset)) {
      const upcased = upcase(value.name);
      if (!record.values.has(upcased)) record.values.set(upcased, value);
    }
    record.state = 'complete';
  }
}

/** The differences of a key that was there and is there. */
function* differencesOf(record: RecordedKey, key: HiveKey, path: string): Generator<HiveDifference, void, undefined> {
  yield* valueDifferences(record, key, path);
  const { className, security } = record;
  const classChange = className === undefined ? undefined : classDifference(path, className, key);
  if (classChange !== undefined) yield classChange;
  const securityChange = security && securityDifference(path, security, key);
  if (securityChange !== undefined) yield securityChange;
  const names = new Set(record.subkeys.keys());
  if (record.state === 'complete') for (const name of key.subkeyNames()) names.add(upcase(name));
  for (const name of [...names].sort()) {
    const before = record.subkeys.get(name);
    const wasThere = before !== undefined && before.state !== 'absent';
    const now = key.directSubkey(name);
    if (wasThere && now) yield* differencesOf(before, now, joinKeyPath(path, before.name));
    else if (now) yield* oneSidedDifferences(now, joinKeyPath(path, now.name), 'added');
    else if (wasThere) yield* removedDifferences(before, joinKeyPath(path, before.name));
  }
}

function* valueDifferences(
  record: RecordedKey,
  key: HiveKey,
  path: string,
): Generator<HiveDifference, void, undefined> {
  const names = new Set(record.values.keys());
  if (record.state === 'complete') for (const name of key.valueNames()) names.add(upcase(name));
  for (const upcased of [...names].sort()) {
    const difference = valueDifference(path, record.values.get(upcased), key.value(upcased));
    if (difference !== undefined) yield difference;
  }
}

function* removedDifferences(record: RecordedKey, path: string): Generator<HiveDifference, void, undefined> {
  yield { kind: 'key-removed', path };
  for (const [, before] of sorted(record.values)) {
    if (before !== undefined) yield { kind: 'value-removed', path, name: before.name, before };
  }
  for (const [, subkey] of sorted(record.subkeys)) {
    if (subkey.state !== 'absent') yield* removedDifferences(subkey, joinKeyPath(path, subkey.name));
  }
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
