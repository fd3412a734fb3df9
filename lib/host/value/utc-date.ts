// A date whose parts are read in UTC: what `[datetime]::UtcNow` and `.ToUniversalTime()` give. A plain Date is local time.

/** A point in time that shows itself in UTC. */
export class UtcDate extends Date {
  override getFullYear(): number {
    return this.getUTCFullYear();
  }
  override getMonth(): number {
    return this.getUTCMonth();
  }
  override getDate(): number {
    return this.getUTCDate();
  }
  override getDay(): number {
    return this.getUTCDay();
  }
  override getHours(): number {
    return this.getUTCHours();
  }
  override getMinutes(): number {
    return this.getUTCMinutes();
  }
  override getSeconds(): number {
    return this.getUTCSeconds();
  }
  override getMilliseconds(): number {
    return this.getUTCMilliseconds();
  }
  override getTimezoneOffset(): number {
    return 0;
  }
  override setFullYear(year: number, month = this.getUTCMonth(), date = this.getUTCDate()): number {
    return this.setUTCFullYear(year, month, date);
  }
  override setMonth(month: number, date = this.getUTCDate()): number {
    return this.setUTCMonth(month, date);
  }
  override setDate(date: number): number {
    return this.setUTCDate(date);
  }
  override setHours(
    hours: number,
    minutes = this.getUTCMinutes(),
    seconds = this.getUTCSeconds(),
    milliseconds = this.getUTCMilliseconds(),
  ): number {
    return this.setUTCHours(hours, minutes, seconds, milliseconds);
  }
  override setMinutes(
    minutes: number,
    seconds = this.getUTCSeconds(),
    milliseconds = this.getUTCMilliseconds(),
  ): number {
    return this.setUTCMinutes(minutes, seconds, milliseconds);
  }
  override setMilliseconds(milliseconds: number): number {
    return this.setUTCMilliseconds(milliseconds);
  }
  override setSeconds(seconds: number, milliseconds = this.getUTCMilliseconds()): number {
    return this.setUTCSeconds(seconds, milliseconds);
  }
}

/** A date of the same kind, local or UTC, at another time. */
export function sameKind(kind: Date, milliseconds: number): Date {
  return kind instanceof UtcDate ? new UtcDate(milliseconds) : new Date(milliseconds);
}
