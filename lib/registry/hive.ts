// A registry hive in memory. It is opened from bytes (and its transaction logs), edited through its keys, and turned into
// bytes again; nothing here touches a disk. Records keep their cells: what is not edited keeps its place and its bytes.
import { DismError } from '../base/error.ts';
import { FileTime } from '../base/file-time.ts';
import {
  BASE_BLOCK_SIZE,
  type BaseBlock,
  createBaseBlock,
  FLAG_PENDING_TRANSACTIONS,
  parseBaseBlock,
  requireReadable,
  updateBaseBlock,
} from './base-block.ts';
import { CellClaims } from './cell-claims.ts';
import { CellStore, NO_CELL } from './cell-store.ts';
import { checkHive, type HiveCheck, repairHive } from './check-hive.ts';
import { hiveError } from './corrupt.ts';
import { defaultSecurityDescriptor } from './default-security.ts';
import type { EditJournal } from './edit-journal.ts';
import { HiveKey } from './hive-key.ts';
import { HiveTree } from './hive-tree.ts';
import { createKeyNode, KeyFlag, KeyNode } from './key-node.ts';
import { type HiveState, recoverHive } from './recover-hive.ts';
import { SecurityTable } from './security-cells.ts';

export interface HiveOpenOptions {
  /** The bytes of the .LOG, .LOG1 and .LOG2 files beside the hive, in any order. */
  readonly logs?: readonly Uint8Array[];
  /** The name used in errors. */
  readonly file?: string;
  /** The clock for the time stamps of changed keys. */
  readonly now?: () => FileTime;
  /** The bytes are the hive's to change; otherwise they stay as they are, and edits need a copy. */
  readonly adopt?: boolean;
  /** Called with large buffers of its own that the hive needs no more, for one who frees them at once. */
  readonly release?: (bytes: Uint8Array) => void;
  /** Keeps what edited keys were; also one that has followed what these bytes were written from. */
  readonly journal?: EditJournal;
}

export interface HiveCreateOptions {
  readonly rootName?: string;
  /** 5 for all hives of Windows XP and later but a few (BCD, SAM: 3). */
  readonly minorVersion?: 3 | 4 | 5 | 6;
  readonly securityDescriptor?: Uint8Array;
  readonly now?: () => FileTime;
}

export class Hive {
  readonly minorVersion: number;
  /** How the bytes were found. A hive that is `dirty` can be read, never edited. */
  readonly state: HiveState;
  /** The kernel transaction manager had open transactions when Windows last wrote the hive; they are kept as they are. */
  readonly hasPendingTransactions: boolean;
  readonly file: string | undefined;
  private readonly tree: HiveTree;
  private readonly now: () => FileTime;
  private sequence: number;
  private isChecked = false;
  private edits = 0;

  private constructor(
    store: CellStore,
    base: BaseBlock,
    state: HiveState,
    sequence: number,
    { now, journal }: Pick<HiveOpenOptions, 'now' | 'journal'>,
  ) {
    this.minorVersion = base.minorVersion;
    this.state = state;
    this.hasPendingTransactions = (base.flags & FLAG_PENDING_TRANSACTIONS) !== 0;
    this.file = store.file;
    this.now = now ?? (() => FileTime.fromDate(new Date()));
    this.sequence = sequence;
    this.tree = new HiveTree(store, base.rootCell, {
      minorVersion: base.minorVersion,
      now: () => this.now().Ticks,
      beforeEdit: () => this.beforeEdit(),
      journal,
    });
    new KeyNode(store, base.rootCell, 'the root key');
  }

  /** Opens a hive; its bytes are not changed unless `adopt` is given. Throws for bytes that are no hive, with the place where that shows. */
  static open(bytes: Uint8Array, options: HiveOpenOptions = {}): Hive {
    const { file, release } = options;
    const recovery = recoverHive(bytes, options.logs, file);
    const base = parseBaseBlock(recovery.bytes, file);
    requireReadable(base, recovery.bytes.length, file);
    const adopt = options.adopt === true || recovery.bytes !== bytes;
    const store = new CellStore(recovery.bytes, base.dataLength, { file, adopt, release });
    store.claims = new CellClaims(store);
    if (options.adopt === true && recovery.bytes !== bytes) release?.(bytes);
    return new Hive(store, base, recovery.state, recovery.highestSequence, options);
  }

  /** A new hive with nothing but its root key. */
  static create(options: HiveCreateOptions = {}): Hive {
    const now = options.now ?? (() => FileTime.fromDate(new Date()));
    const bytes = new Uint8Array(BASE_BLOCK_SIZE);
    const store = new CellStore(bytes, 0);
    const descriptor = options.securityDescriptor ?? defaultSecurityDescriptor();
    const security = new SecurityTable(store, undefined).acquire(descriptor, undefined);
    const root = createKeyNode(store, {
      name: options.rootName ?? 'ROOT',
      flags: KeyFlag.Root | KeyFlag.NoDelete,
      parent: NO_CELL,
      security,
      lastWritten: now().Ticks,
    });
    createBaseBlock(store.bytes, options.minorVersion ?? 5, {
      sequence: 1,
      lastWritten: now().Ticks,
      rootCell: root.offset,
      dataLength: store.dataLength,
    });
    const hive = new Hive(store, parseBaseBlock(store.bytes), 'clean', 1, options);
    hive.isChecked = true;
    return hive;
  }

  get root(): HiveKey {
    return new HiveKey(this.tree, this.tree.rootOffset, 0);
  }

  /** Whether `toBytes` differs from the bytes opened. */
  get isModified(): boolean {
    return this.isEdited || this.state === 'recovered';
  }

  /** Whether something was changed through its keys since it was opened. */
  get isEdited(): boolean {
    return this.edits > 0;
  }

  /** Counts the edits through its keys since it was opened. */
  get revision(): number {
    return this.edits;
  }

  /** Examines everything; the list of findings is empty for a sound hive. */
  check(maxDamage?: number): HiveCheck {
    if (this.isEdited) this.tree.flush();
    return checkHive(this.tree, maxDamage);
  }

  /** Numbers about the space in the bins. */
  get space(): { readonly total: number; readonly free: number } {
    return { total: this.tree.store.dataLength, free: this.tree.store.freeBytes() };
  }

  private dirtyError(): DismError {
    const hint =
      'its transaction logs are missing or do not complete it. Load it in Windows once, or take another copy';
    const message = `The hive ${this.file ?? ''} was not written completely and cannot be edited or written: ${hint}.`;
    return new DismError('WriteInProgress', message, { File: this.file, Offset: 4 });
  }

  /** The bytes in memory, for one who frees them: neither the hive nor its keys are to be used any more. */
  detach(): Uint8Array {
    return this.tree.store.bytes;
  }

  private beforeEdit(): void {
    if (this.state === 'dirty') throw this.dirtyError();
    if (!this.isChecked) {
      const check = checkHive(this.tree, 1);
      const fatal = check.findings.find((finding) => finding.kind === 'damage');
      if (fatal) {
        const where = fatal.path === undefined ? '' : ` in the key "${fatal.path}"`;
        throw hiveError(
          'Corrupt',
          this.file,
          fatal.offset,
          `it is damaged${where} and is not edited: ${fatal.message}`,
        );
      }
      this.tree.store.own();
      repairHive(this.tree, check);
      this.isChecked = true;
      this.tree.store.claims = undefined;
    }
    this.edits++;
  }

  /**
   * The hive as a file, clean: both sequence numbers equal and above those of its logs, checksum right. A hive that has not
   * been edited gives the bytes it was opened from (or recovered to). A hive that is dirty is refused.
   *
   * @param beyondSequence a sequence number to exceed, of logs that were not given when the hive was opened.
   */
  toBytes(beyondSequence = 0): Uint8Array {
    return Uint8Array.from(this.viewBytes(beyondSequence));
  }

  /** The same without a copy: the bytes of the hive itself, which hold until the next edit. */
  viewBytes(beyondSequence = 0): Uint8Array {
    const { store } = this.tree;
    if (this.state === 'dirty') throw this.dirtyError();
    if (!this.isEdited && beyondSequence < this.sequence) return store.bytes;
    store.own();
    this.tree.flush();
    this.sequence = Math.max(this.sequence, beyondSequence) + 1;
    const bytes = store.bytes.subarray(0, BASE_BLOCK_SIZE + store.dataLength);
    updateBaseBlock(bytes, {
      sequence: this.sequence,
      lastWritten: this.now().Ticks,
      rootCell: this.tree.rootOffset,
      dataLength: store.dataLength,
    });
    return bytes;
  }
}
