// The subkeys or the values of one key in memory: by upper-cased name, and all of them (damaged hives have names twice).

export class MemberIndex {
  private readonly byName = new Map<string, number>();
  private readonly names = new Map<number, string>();
  private sorted: readonly number[] | undefined;
  /** Differs from what is on disk. */
  changed = false;

  find(upcased: string): number | undefined {
    return this.byName.get(upcased);
  }

  /** Enters what was read from disk. Of members with one name the first is found. */
  load(upcased: string, offset: number): void {
    if (!this.byName.has(upcased)) this.byName.set(upcased, offset);
    this.names.set(offset, upcased);
  }

  add(upcased: string, offset: number): void {
    this.load(upcased, offset);
    this.changed = true;
    this.sorted = undefined;
  }

  remove(offset: number): void {
    const upcased = this.names.get(offset);
    this.names.delete(offset);
    if (upcased !== undefined && this.byName.get(upcased) === offset) {
      this.byName.delete(upcased);
      // Rare: another member of the same name takes its place.
      if (this.byName.size < this.names.size) this.findDouble(upcased);
    }
    this.changed = true;
    this.sorted = undefined;
  }

  private findDouble(upcased: string): void {
    for (const [offset, name] of this.names) {
      if (name === upcased) {
        this.byName.set(upcased, offset);
        return;
      }
    }
  }

  /** In the order of addition. */
  offsets(): number[] {
    return [...this.names.keys()];
  }

  /** In the order of Windows: by upper-cased name, unit by unit. */
  sortedOffsets(): readonly number[] {
    this.sorted ??= [...this.names].sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([offset]) => offset);
    return this.sorted;
  }
}
