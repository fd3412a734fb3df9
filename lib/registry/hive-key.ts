// A key of an open hive: the handle through which everything is read and edited. Paths use backslashes and are relative to
// the key; names compare as Windows compares them. A handle dies with its key: using it afterwards is an error.
import { DismError } from '../base/error.ts';
import { FileTime } from '../base/file-time.ts';
import { type HiveTree, MAX_DEPTH } from './hive-tree.ts';
import type { HiveValue } from './hive-value.ts';
import { KeyFlag, KeyNode } from './key-node.ts';
import {
  decodeDword,
  decodeQword,
  decodeText,
  decodeTextList,
  encodeDword,
  encodeQword,
  encodeText,
  encodeTextList,
} from './value-data.ts';
import { parseValueNode, viewValueData } from './value-node.ts';
import { type ValueTypeName, valueTypes } from './value-type.ts';

export class HiveKey {
  private readonly tree: HiveTree;
  private offset: number;
  private epoch: number;
  /** Levels below the root: no walk goes deeper than Windows does. */
  private readonly depth: number;

  /** Made by the hive and by other keys. */
  constructor(tree: HiveTree, offset: number, depth: number) {
    this.tree = tree;
    this.offset = offset;
    this.depth = depth;
    this.epoch = tree.epoch;
  }

  private node(): KeyNode {
    if (!this.tree.isAlive(this.offset, this.epoch)) {
      throw new DismError('PathNotFound', 'The registry key has been deleted or moved since it was opened.');
    }
    return new KeyNode(this.tree.store, this.offset);
  }

  get name(): string {
    return this.node().name;
  }

  /** The path from the root of the hive; empty for the root. */
  get path(): string {
    return this.tree.pathOf(this.node().offset).join('\\');
  }

  get isRoot(): boolean {
    return this.node().offset === this.tree.rootOffset;
  }

  /** The key node's flags as stored. */
  get flags(): number {
    return this.node().flags;
  }

  /** Whether the key is a symbolic link (its target is the value SymbolicLinkValue); links are never followed. */
  get isSymbolicLink(): boolean {
    return (this.flags & KeyFlag.SymbolicLink) !== 0;
  }

  get lastWritten(): FileTime {
    return new FileTime(this.node().lastWritten);
  }

  /** Empty when the key has none. */
  get className(): string {
    return this.node().className();
  }

  /** A copy of the self-relative security descriptor. */
  get securityDescriptor(): Uint8Array {
    return this.tree.securityOf(this.node().offset);
  }

  /** What keys of one hive with the same descriptor have in common. */
  get securityCell(): number {
    return this.node().security;
  }

  get subkeyCount(): number {
    return this.tree.index.subkeyOffsets(this.node()).length;
  }

  get valueCount(): number {
    return this.tree.index.valueOffsets(this.node()).length;
  }

  get parent(): HiveKey | undefined {
    const node = this.node();
    return node.offset === this.tree.rootOffset ? undefined : new HiveKey(this.tree, node.parent, this.depth - 1);
  }

  /** The direct subkeys in the order of Windows (of the file, where another program sorted it otherwise). */
  *subkeys(): Generator<HiveKey, void, undefined> {
    const node = this.node();
    for (const offset of this.tree.index.subkeyOffsets(node)) {
      this.tree.index.child(node, offset);
      if (this.depth >= MAX_DEPTH) {
        throw this.tree.store.corrupt(offset, `a key lies deeper than ${MAX_DEPTH} levels`);
      }
      yield new HiveKey(this.tree, offset, this.depth + 1);
    }
  }

  /** The names of the direct subkeys. */
  subkeyNames(): string[] {
    const node = this.node();
    return this.tree.index.subkeyOffsets(node).map((offset) => this.tree.index.child(node, offset).name);
  }

  /** The key at a path below this one; undefined when there is none. An empty path is this key. */
  subkey(path: string): HiveKey | undefined {
    let offset = this.node().offset;
    const names = splitPath(path);
    for (const name of names) {
      const next = this.tree.findSubkey(offset, name);
      if (next === undefined) return undefined;
      offset = next;
    }
    return new HiveKey(this.tree, offset, this.depth + names.length);
  }

  /** A direct subkey; its name is taken as it is, not as a path. */
  directSubkey(name: string): HiveKey | undefined {
    const offset = this.tree.findSubkey(this.node().offset, name);
    return offset === undefined ? undefined : new HiveKey(this.tree, offset, this.depth + 1);
  }

  /** The key at a path below this one; throws when there is none. */
  getSubkey(path: string): HiveKey {
    const key = this.subkey(path);
    if (key) return key;
    const full = [this.path, path].filter((part) => part !== '').join('\\');
    throw new DismError('PathNotFound', `The hive has no key ${full}.`, { Target: full });
  }

  /** The key at a path, made with all that is missing on the way. New keys share their parent's security descriptor. */
  create(path: string): HiveKey {
    let offset = this.node().offset;
    const names = splitPath(path);
    for (const name of names) offset = this.tree.findSubkey(offset, name) ?? this.tree.createSubkey(offset, name);
    return new HiveKey(this.tree, offset, this.depth + names.length);
  }

  /** A new direct subkey; throws when there is one of this name. The name is taken as it is, not as a path. */
  createSubkey(name: string): HiveKey {
    return new HiveKey(this.tree, this.tree.createSubkey(this.node().offset, name), this.depth + 1);
  }

  /** Takes over flags, access bits, class, security descriptor and time of a key, of this hive or another one. */
  copyProperties(from: HiveKey): void {
    if (from.className !== this.className) this.setClassName(from.className);
    const descriptor = from.securityDescriptor;
    if (Buffer.compare(descriptor, this.securityDescriptor) !== 0) this.setSecurityDescriptor(descriptor);
    this.tree.copyFields(this.node().offset, from.node());
  }

  /** Deletes this key with all below it. */
  delete(): void {
    this.tree.deleteTree(this.node().offset);
  }

  /** Deletes the tree at a path; false when there is none. */
  deleteSubkey(path: string): boolean {
    const key = this.subkey(path);
    if (!key) return false;
    key.delete();
    return true;
  }

  /** Gives the key another name in the same place. */
  rename(name: string): void {
    this.offset = this.tree.rename(this.node().offset, name);
    this.epoch = this.tree.epoch;
  }

  setClassName(className: string): void {
    this.tree.setClass(this.node().offset, className);
  }

  /** @param descriptor self-relative; shared with all keys that have the same one. */
  setSecurityDescriptor(descriptor: Uint8Array): void {
    this.tree.setSecurity(this.node().offset, descriptor);
  }

  setLastWritten(time: FileTime): void {
    this.tree.setLastWritten(this.node().offset, time.Ticks);
  }

  /** The values, in the order of the file. */
  *values(): Generator<HiveValue, void, undefined> {
    yield* this.tree.valuesOf(this.node().offset);
  }

  /** The same without copying: the data is that of the hive and holds until the next edit. */
  *valueViews(): Generator<HiveValue, void, undefined> {
    const { store, index } = this.tree;
    for (const offset of index.valueOffsets(this.node())) {
      const value = parseValueNode(store, offset);
      yield { name: value.name, type: value.type, data: viewValueData(store, value) };
    }
  }

  valueNames(): string[] {
    return this.tree.index.valueOffsets(this.node()).map((offset) => parseValueNode(this.tree.store, offset).name);
  }

  /** A value by name, '' for the default value; undefined when there is none. */
  value(name: string): HiveValue | undefined {
    return this.tree.valueOf(this.node().offset, name);
  }

  /** Sets a value, replacing one of the same name. */
  setValue(name: string, type: ValueTypeName | number, data: Uint8Array): void {
    const number = typeof type === 'number' ? type : valueTypes[type];
    this.tree.setValue(this.node().offset, name, number, data);
  }

  /** Deletes a value; false when there is none. */
  deleteValue(name: string): boolean {
    return this.tree.deleteValue(this.node().offset, name);
  }

  /** The text of a value, whatever its type; undefined when there is none. */
  getText(name: string): string | undefined {
    const value = this.value(name);
    return value && decodeText(value.data);
  }

  getTextList(name: string): string[] | undefined {
    const value = this.value(name);
    return value && decodeTextList(value.data);
  }

  getDword(name: string): number | undefined {
    const value = this.value(name);
    return value && decodeDword(value.data, value.type === valueTypes.REG_DWORD_BIG_ENDIAN);
  }

  getQword(name: string): bigint | undefined {
    const value = this.value(name);
    return value && decodeQword(value.data);
  }

  setText(name: string, text: string): void {
    this.setValue(name, 'REG_SZ', encodeText(text));
  }

  setExpandableText(name: string, text: string): void {
    this.setValue(name, 'REG_EXPAND_SZ', encodeText(text));
  }

  setTextList(name: string, list: readonly string[]): void {
    this.setValue(name, 'REG_MULTI_SZ', encodeTextList(list));
  }

  setDword(name: string, value: number): void {
    this.setValue(name, 'REG_DWORD', encodeDword(value));
  }

  setQword(name: string, value: bigint): void {
    this.setValue(name, 'REG_QWORD', encodeQword(value));
  }

  setBinary(name: string, data: Uint8Array): void {
    this.setValue(name, 'REG_BINARY', data);
  }
}

/** The names of a path; leading, trailing and double backslashes mean nothing. */
export function splitPath(path: string): string[] {
  return path.split('\\').filter((name) => name !== '');
}
