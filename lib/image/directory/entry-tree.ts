// The tree of a directory as it will be: entries with what they were on the disk, loaded when first looked at. Edits
// change it; comparing each entry with its origin gives the plan and the steps of a commit.
import { upcase } from '../../base/upcase.ts';
import { ambiguousName, compareWindowsNames, formatWindowsPath } from '../../base/windows-path.ts';
import type { DiskStatus } from './disk-status.ts';

/** What hard links share: a file with its contents and times. Directories and links have one of their own. */
export class Body {
  readonly kind: DiskStatus['kind'];
  /** As it lies in the tree; undefined for one that was staged. */
  readonly base: DiskStatus | undefined;
  /** Where the contents are now: in the tree or in the staging folder. */
  readonly location: string;
  /** The state after the commit. */
  status: DiskStatus;
  /** The loaded entries that have it. */
  readonly entries = new Set<Entry>();
  /** The commit records it anew in the side-car: what is kept belongs to it as it is then. */
  isAdopted = false;

  constructor(status: DiskStatus, location: string, isStaged: boolean) {
    this.kind = status.kind;
    this.base = isStaged ? undefined : status;
    this.status = status;
    this.location = location;
  }

  get isStaged(): boolean {
    return this.base === undefined;
  }

  /** Whether mode or times of a file of the tree are to be changed. */
  get hasNewStatus(): boolean {
    const { base, status } = this;
    return (
      base !== undefined &&
      (base.mode !== status.mode || base.modified !== status.modified || base.accessed !== status.accessed)
    );
  }
}

/** Where an entry was when it was loaded. */
export interface Origin {
  readonly parent: Entry;
  readonly diskName: string;
  readonly body: Body;
  readonly name: string;
  /** Its node in the image of the side-car, where that has it. */
  readonly node: number | undefined;
  /** Names from the top of the tree. */
  readonly diskPath: readonly string[];
}

export class Entry {
  /** Undefined for the root, and for an entry that was removed. */
  parent: Entry | undefined;
  /** As Windows sees it. */
  name: string;
  /** As the file system has it: another one only where that cannot hold the name. */
  diskName: string;
  body: Body;
  readonly origin: Origin | undefined;
  /** Undefined until loaded; of directories only. */
  children: Children | undefined;
  /** Its node in the image of the side-car, where that has it. */
  node: number | undefined;
  /** It stands for another place by what the side-car keeps (a reparse point), whatever it is on the disk. */
  isKeptLink = false;

  constructor(
    parent: Entry | undefined,
    name: string,
    diskName: string,
    body: Body,
    options: { readonly node?: number | undefined; readonly diskPath?: readonly string[] } = {},
  ) {
    this.parent = parent;
    this.name = name;
    this.diskName = diskName;
    this.body = body;
    this.node = options.node;
    body.entries.add(this);
    if (options.diskPath !== undefined && parent !== undefined) {
      this.origin = { parent, name, diskName, body, diskPath: options.diskPath, node: options.node };
    }
  }

  /** Whether it is a directory that has entries: not a link to one. */
  get isFolder(): boolean {
    return this.body.kind === 'directory' && !this.isKeptLink;
  }

  /** Whether it stands for another place. */
  get isLink(): boolean {
    return this.body.kind === 'link' || this.isKeptLink;
  }

  get path(): string {
    const parts: string[] = [];
    for (let at: Entry = this; at.parent !== undefined; at = at.parent) parts.unshift(at.name);
    return formatWindowsPath(parts);
  }

  /** The names on the disk from the top of the tree, after the commit. */
  get diskPath(): string[] {
    const parts: string[] = [];
    for (let at: Entry = this; at.parent !== undefined; at = at.parent) parts.unshift(at.diskName);
    return parts;
  }

  /** Whether it lies in the directory and under the name that it had. */
  get isInPlace(): boolean {
    return this.origin !== undefined && this.origin.parent === this.parent && this.origin.diskName === this.diskName;
  }

  /** Whether its contents are those it had. */
  get hasOwnBody(): boolean {
    return this.origin !== undefined && this.origin.body === this.body;
  }

  /** The path that it had when it was loaded. */
  get originPath(): string {
    const parts: string[] = [];
    for (let at = this.origin; at !== undefined; at = at.parent.origin) parts.unshift(at.name);
    return formatWindowsPath(parts);
  }
}

/** The entries of a directory, found as Windows finds them. */
export class Children {
  readonly #byUpcase = new Map<string, Entry[]>();

  add(entry: Entry): void {
    const key = upcase(entry.name);
    const known = this.#byUpcase.get(key);
    if (known === undefined) this.#byUpcase.set(key, [entry]);
    else known.push(entry);
  }

  delete(entry: Entry): void {
    const key = upcase(entry.name);
    const rest = (this.#byUpcase.get(key) ?? []).filter((one) => one !== entry);
    if (rest.length === 0) this.#byUpcase.delete(key);
    else this.#byUpcase.set(key, rest);
  }

  /** Throws AmbiguousName that lists the candidates. */
  find(name: string, directory: string): Entry | undefined {
    const candidates = this.#byUpcase.get(upcase(name)) ?? [];
    const exact = candidates.find((entry) => entry.name === name);
    if (exact !== undefined || candidates.length < 2) return exact ?? candidates[0];
    throw ambiguousName(
      name,
      candidates.map((entry) => entry.name),
      directory,
    );
  }

  /** Whether another entry than `except` has a name that is the same to Windows. */
  has(name: string, except: Entry | undefined): boolean {
    return (this.#byUpcase.get(upcase(name)) ?? []).some((entry) => entry !== except);
  }

  get isEmpty(): boolean {
    return this.#byUpcase.size === 0;
  }

  *[Symbol.iterator](): Generator<Entry, void, undefined> {
    for (const entries of this.#byUpcase.values()) yield* entries;
  }

  sorted(): Entry[] {
    return [...this].sort((a, b) => compareWindowsNames(a.name, b.name));
  }
}
