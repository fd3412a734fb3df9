// The edits of a hive, on key nodes. Each collects and checks all it is going to touch before it changes the first byte, so
// that an edit that fails on damaged cells leaves the hive as it was.
import { DismError } from '../base/error.ts';
import { upcase } from '../base/upcase.ts';
import { type CellStore, NO_CELL } from './cell-store.ts';
import type { EditJournal, JournaledTree } from './edit-journal.ts';
import type { HiveValue } from './hive-value.ts';
import { KeyIndex } from './key-index.ts';
import { encodeName, MAX_KEY_NAME, MAX_VALUE_NAME } from './key-name.ts';
import { createKeyNode, KEY_NODE_SIZE, KeyFlag, KeyNode } from './key-node.ts';
import { isDescriptor, readDescriptor, SecurityTable } from './security-cells.ts';
import {
  createValueNode,
  parseValueNode,
  readValueData,
  replaceValueData,
  type ValueNode,
  valueCells,
} from './value-node.ts';

/** Windows' limit of nesting. */
export const MAX_DEPTH = 512;

/** What a tree needs to know of its hive. */
export interface TreeOptions {
  readonly minorVersion: number;
  /** FILETIME ticks for changed keys. */
  readonly now: () => bigint;
  /** Called before every edit; throws when the hive must not be written. */
  readonly beforeEdit: () => void;
  /** Told of every edit before it is made. */
  readonly journal?: EditJournal | undefined;
}

export class HiveTree implements JournaledTree {
  readonly store: CellStore;
  readonly index: KeyIndex;
  rootOffset: number;
  /** Counts deletions; a handle older than the deletion at its offset is dead. */
  epoch = 0;
  private readonly deletedAt = new Map<number, number>();
  private readonly options: TreeOptions;
  private security: SecurityTable | undefined;

  constructor(store: CellStore, rootOffset: number, options: TreeOptions) {
    this.store = store;
    this.rootOffset = rootOffset;
    this.options = options;
    this.index = new KeyIndex(store, () => this.rootOffset);
    options.journal?.follow(this);
  }

  isAlive(offset: number, epoch: number): boolean {
    return (this.deletedAt.get(offset) ?? 0) <= epoch;
  }

  private get bigData(): boolean {
    return this.options.minorVersion >= 4;
  }

  private edit(): void {
    this.options.beforeEdit();
    this.store.own();
  }

  private securityTable(): SecurityTable {
    this.security ??= new SecurityTable(this.store, new KeyNode(this.store, this.rootOffset).security);
    return this.security;
  }

  /** The names from the root to a key; the root itself is the empty list. */
  pathOf(offset: number): string[] {
    const names: string[] = [];
    for (let node = new KeyNode(this.store, offset); node.offset !== this.rootOffset; ) {
      names.push(node.name);
      if (names.length > MAX_DEPTH) throw this.store.corrupt(offset, `a key lies deeper than ${MAX_DEPTH} levels`);
      node = new KeyNode(this.store, node.parent, 'a parent key');
    }
    return names.reverse();
  }

  parentOf(offset: number): number {
    return new KeyNode(this.store, offset).parent;
  }

  nameOf(offset: number): string {
    return new KeyNode(this.store, offset).name;
  }

  classOf(offset: number): string {
    return new KeyNode(this.store, offset).className();
  }

  securityOf(offset: number): Uint8Array {
    return readDescriptor(this.store, new KeyNode(this.store, offset).security);
  }

  valueOf(offset: number, name: string): HiveValue | undefined {
    const found = this.index.findValue(new KeyNode(this.store, offset), name);
    return found && this.readValue(found);
  }

  *valuesOf(offset: number): Generator<HiveValue, void, undefined> {
    for (const value of this.index.valueOffsets(new KeyNode(this.store, offset))) {
      yield this.readValue(parseValueNode(this.store, value));
    }
  }

  private readValue(value: ValueNode): HiveValue {
    return { name: value.name, type: value.type, data: readValueData(this.store, value) };
  }

  findSubkey(parent: number, name: string): number | undefined {
    return this.index.subkeys(new KeyNode(this.store, parent)).find(upcase(name));
  }

  createSubkey(parent: number, name: string): number {
    requireKeyName(name);
    const node = new KeyNode(this.store, parent);
    if (this.pathOf(parent).length >= MAX_DEPTH) {
      throw new DismError('LimitExceeded', `The key ${name} would lie deeper than ${MAX_DEPTH} levels.`, {
        Target: name,
      });
    }
    const index = this.index.subkeys(node);
    const upcased = upcase(name);
    if (index.find(upcased) !== undefined) {
      throw new DismError('AlreadyExists', `The registry key ${name} exists already.`, { Target: name });
    }
    const { security } = node;
    const table = this.securityTable();
    this.edit();
    this.options.journal?.addKey(parent, name);
    const now = this.options.now();
    const child = createKeyNode(this.store, { name, flags: 0, parent, security, lastWritten: now });
    table.retain(security);
    index.add(upcased, child.offset);
    node.raiseLargest('subkeyName', name.length * 2);
    node.lastWritten = now;
    return child.offset;
  }

  /** Deletes a key with everything below it. */
  deleteTree(offset: number): void {
    if (offset === this.rootOffset) {
      throw new DismError('InvalidParameter', 'The root key of a hive cannot be deleted.');
    }
    const node = new KeyNode(this.store, offset);
    const parent = new KeyNode(this.store, node.parent, 'a parent key');
    const siblings = this.index.subkeys(parent);
    const doomed = this.collect(node);
    const cells = new Set<number>();
    for (const key of doomed) {
      for (const cell of this.cellsOf(key)) {
        if (cells.has(cell)) throw this.store.corrupt(cell, 'a cell belongs to two records');
        cells.add(cell);
      }
    }
    const securities = doomed.map((key) => key.security);
    const table = this.securityTable();
    this.edit();
    this.options.journal?.deleteKeys(doomed.map((key) => key.offset));
    for (const cell of cells) this.store.free(cell);
    for (const security of securities) table.release(security);
    this.epoch++;
    for (const key of doomed) {
      this.deletedAt.set(key.offset, this.epoch);
      this.index.drop(key.offset);
    }
    siblings.remove(offset);
    parent.lastWritten = this.options.now();
  }

  /** A key and all below it; finite because every subkey names its one parent. */
  private collect(top: KeyNode): KeyNode[] {
    const keys = [top];
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      for (const child of this.index.subkeyOffsets(key)) keys.push(this.index.child(key, child));
    }
    return keys;
  }

  private cellsOf(node: KeyNode): number[] {
    const cells = [node.offset, ...this.index.listCells(node)];
    if (node.classCell !== NO_CELL) cells.push(node.classCell);
    for (const value of this.index.valueOffsets(node)) {
      cells.push(...valueCells(this.store, parseValueNode(this.store, value)));
    }
    for (const cell of cells) this.store.contentSize(cell, 'a cell of a deleted key');
    return cells;
  }

  setValue(offset: number, name: string, type: number, data: Uint8Array): void {
    if (name.length > MAX_VALUE_NAME) {
      throw new DismError('InvalidParameter', `A value name has at most ${MAX_VALUE_NAME} characters.`, {
        Target: name,
      });
    }
    const node = new KeyNode(this.store, offset);
    if ((node.flags & KeyFlag.PredefinedHandle) !== 0) {
      throw new DismError('NotSupported', 'A key of a predefined handle holds no values.', { Target: node.name });
    }
    const index = this.index.values(node);
    const upcased = upcase(name);
    const known = index.find(upcased);
    const old = known === undefined ? undefined : parseValueNode(this.store, known);
    if (old) valueCells(this.store, old);
    this.edit();
    this.options.journal?.changeValue(offset, name);
    if (old) {
      replaceValueData(this.store, old, type, data, this.bigData);
    } else {
      const value = createValueNode(this.store, name, type, data, this.bigData);
      index.add(upcased, value);
      node.raiseLargest('valueName', name.length * 2);
    }
    node.raiseLargest('valueData', data.length);
    node.lastWritten = this.options.now();
  }

  deleteValue(offset: number, name: string): boolean {
    const node = new KeyNode(this.store, offset);
    const index = this.index.values(node);
    const known = index.find(upcase(name));
    if (known === undefined) return false;
    const cells = valueCells(this.store, parseValueNode(this.store, known));
    this.edit();
    this.options.journal?.changeValue(offset, name);
    for (const cell of new Set(cells)) this.store.free(cell);
    index.remove(known);
    node.lastWritten = this.options.now();
    return true;
  }

  /** Renames a key and returns its offset, which changes when the new name does not fit into the cell. */
  rename(offset: number, name: string): number {
    requireKeyName(name);
    const node = new KeyNode(this.store, offset);
    const isRoot = offset === this.rootOffset;
    const parent = isRoot ? undefined : new KeyNode(this.store, node.parent, 'a parent key');
    const siblings = parent && this.index.subkeys(parent);
    const taken = siblings?.find(upcase(name));
    if (taken !== undefined && taken !== offset) {
      throw new DismError('AlreadyExists', `The registry key ${name} exists already.`, { Target: name });
    }
    const children = this.collectChildren(node);
    const { journal } = this.options;
    const below = journal === undefined ? [] : this.collect(node).slice(1);
    this.edit();
    journal?.renameKey([offset, ...below.map((key) => key.offset)], name);
    const moved = encodeName(name).bytes.length > node.nameCapacity ? this.moveNode(node, name, children) : node;
    moved.writeName(name);
    moved.lastWritten = this.options.now();
    if (parent && siblings) {
      siblings.remove(offset);
      siblings.add(upcase(name), moved.offset);
      parent.raiseLargest('subkeyName', name.length * 2);
      parent.lastWritten = moved.lastWritten;
    }
    return moved.offset;
  }

  private collectChildren(node: KeyNode): KeyNode[] {
    return this.index.subkeyOffsets(node).map((child) => this.index.child(node, child));
  }

  private moveNode(node: KeyNode, name: string, children: readonly KeyNode[]): KeyNode {
    const cell = this.store.allocate(KEY_NODE_SIZE + encodeName(name).bytes.length);
    const from = this.store.position(node.offset);
    this.store.bytes.copy(this.store.bytes, this.store.position(cell), from, from + KEY_NODE_SIZE);
    this.store.view.setUint16(this.store.position(cell) + 72, 0, true);
    for (const child of children) child.parent = cell;
    this.index.move(node.offset, cell);
    if (node.offset === this.rootOffset) this.rootOffset = cell;
    this.epoch++;
    this.deletedAt.set(node.offset, this.epoch);
    this.store.free(node.offset);
    return new KeyNode(this.store, cell);
  }

  setClass(offset: number, className: string): void {
    const node = new KeyNode(this.store, offset);
    const bytes = Buffer.from(className, 'utf16le');
    if (bytes.length > 0xffff) {
      throw new DismError('InvalidParameter', 'A class name has at most 32,767 characters.', { Target: node.name });
    }
    const old = node.classCell;
    if (old !== NO_CELL) this.store.contentSize(old, 'a class name');
    this.edit();
    this.options.journal?.changeClass(offset);
    if (old !== NO_CELL) this.store.free(old);
    const cell = bytes.length === 0 ? NO_CELL : this.store.allocate(bytes.length);
    if (cell !== NO_CELL) this.store.bytes.set(bytes, this.store.position(cell));
    node.setClass(cell, bytes.length);
    node.lastWritten = this.options.now();
    if (offset !== this.rootOffset) {
      new KeyNode(this.store, node.parent, 'a parent key').raiseLargest('subkeyClass', bytes.length);
    }
  }

  setSecurity(offset: number, descriptor: Uint8Array): void {
    if (!isDescriptor(descriptor)) {
      throw new DismError('InvalidParameter', 'The bytes are not a self-relative security descriptor.');
    }
    const node = new KeyNode(this.store, offset);
    const table = this.securityTable();
    const old = node.security;
    this.edit();
    this.options.journal?.changeSecurity(offset);
    node.security = table.acquire(descriptor, old);
    table.release(old);
    node.lastWritten = this.options.now();
  }

  setLastWritten(offset: number, ticks: bigint): void {
    const node = new KeyNode(this.store, offset);
    this.edit();
    node.lastWritten = ticks;
  }

  /** Copies what does not depend on the place in the tree: flags, access bits, virtualisation and debug bytes, time. */
  copyFields(offset: number, from: KeyNode): void {
    const node = new KeyNode(this.store, offset);
    this.edit();
    node.copyFields(from);
  }

  /** Writes pending lists into the cells. */
  flush(): void {
    this.index.flush(this.options.minorVersion >= 5);
  }
}

function requireKeyName(name: string): void {
  if (name.length === 0 || name.length > MAX_KEY_NAME || name.includes('\\')) {
    const rule = `A key name has 1 to ${MAX_KEY_NAME} characters and no backslash`;
    throw new DismError('InvalidParameter', `${rule}: ${JSON.stringify(name.slice(0, 300))}.`, { Target: name });
  }
}
