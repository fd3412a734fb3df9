// FileTime: a Windows FILETIME. `Date` holds milliseconds only and would lose what NTFS and WIM store.

const TICKS_PER_MILLISECOND = 10_000n;
/** Ticks from 1601-01-01 to 1970-01-01. */
const UNIX_EPOCH_TICKS = 116_444_736_000_000_000n;

/** 100 ns ticks since 1601-01-01 00:00:00 UTC; immutable. Compares with `<` and `>` by milliseconds, exactly by `compare`. */
export class FileTime {
  readonly Ticks: bigint;

  /** @param ticks 100 ns units since 1601-01-01 UTC, 0 to 2^64 - 1. */
  constructor(ticks: bigint) {
    this.Ticks = ticks;
    Object.freeze(this);
  }

  static fromDate(date: Date): FileTime {
    return new FileTime(BigInt(date.getTime()) * TICKS_PER_MILLISECOND + UNIX_EPOCH_TICKS);
  }

  /** @param nanoseconds since 1970-01-01 UTC, as `mtimeNs` of a file; cut to 100 ns, times before 1601 become 0. */
  static fromNanoseconds(nanoseconds: bigint): FileTime {
    const ticks = nanoseconds + UNIX_EPOCH_TICKS * 100n;
    return new FileTime(ticks < 0n ? 0n : ticks / 100n);
  }

  /** Parses what `toJSON` writes and any ISO 8601 date with up to seven fractional digits; undefined for other text. */
  static parse(text: string): FileTime | undefined {
    const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7})\d*)?(Z|[+-]\d\d:?\d\d)?$/.exec(text.trim());
    const milliseconds = match ? Date.parse(match[1] + (match[3] ?? 'Z')) : Date.parse(text);
    if (Number.isNaN(milliseconds)) return undefined;
    const fraction = BigInt((match?.[2] ?? '').padEnd(7, '0'));
    return new FileTime(BigInt(milliseconds) * TICKS_PER_MILLISECOND + fraction + UNIX_EPOCH_TICKS);
  }

  toDate(): Date {
    return new Date(Number((this.Ticks - UNIX_EPOCH_TICKS) / TICKS_PER_MILLISECOND));
  }

  compare(other: FileTime): number {
    return this.Ticks < other.Ticks ? -1 : this.Ticks > other.Ticks ? 1 : 0;
  }

  /** ISO 8601 in UTC with seven fractional digits: `2026-11-22T17:05:44.1234567Z`. */
  toJSON(): string {
    const ticks = this.Ticks - UNIX_EPOCH_TICKS;
    const second = ticks / 10_000_000n - (ticks % 10_000_000n < 0n ? 1n : 0n);
    const fraction = ticks - second * 10_000_000n;
    const whole = new Date(Number(second) * 1000);
    if (Number.isNaN(whole.getTime())) return `FILETIME:${this.Ticks}`;
    return whole.toISOString().slice(0, -5) + '.' + fraction.toString().padStart(7, '0') + 'Z';
  }

  toString(): string {
    return this.toJSON();
  }

  valueOf(): number {
    return Number((this.Ticks - UNIX_EPOCH_TICKS) / TICKS_PER_MILLISECOND);
  }
}
