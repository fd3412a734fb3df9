// TimeSpan: the difference of two dates, and what Measure-Command gives.

const millisecondsPerDay = 86_400_000;

/** A span of time in milliseconds with a fraction. */
export class TimeSpan {
  readonly TotalMilliseconds: number;

  constructor(milliseconds: number) {
    this.TotalMilliseconds = milliseconds;
  }

  get Days(): number {
    return Math.trunc(this.TotalMilliseconds / millisecondsPerDay);
  }
  get Hours(): number {
    return Math.trunc(this.TotalMilliseconds / 3_600_000) % 24;
  }
  get Minutes(): number {
    return Math.trunc(this.TotalMilliseconds / 60_000) % 60;
  }
  get Seconds(): number {
    return Math.trunc(this.TotalMilliseconds / 1000) % 60;
  }
  get Milliseconds(): number {
    return Math.trunc(this.TotalMilliseconds) % 1000;
  }
  get Ticks(): number {
    return Math.round(this.TotalMilliseconds * 10_000);
  }
  get TotalDays(): number {
    return this.TotalMilliseconds / millisecondsPerDay;
  }
  get TotalHours(): number {
    return this.TotalMilliseconds / 3_600_000;
  }
  get TotalMinutes(): number {
    return this.TotalMilliseconds / 60_000;
  }
  get TotalSeconds(): number {
    return this.TotalMilliseconds / 1000;
  }

  /** `d.hh:mm:ss.fffffff`, without the parts that are zero at the ends. */
  toString(): string {
    const pad = (value: number): string => String(Math.abs(value)).padStart(2, '0');
    const fraction = Math.abs(this.Ticks) % 10_000_000;
    const days = this.Days === 0 ? '' : `${Math.abs(this.Days)}.`;
    const tail = fraction === 0 ? '' : '.' + String(fraction).padStart(7, '0');
    return `${this.TotalMilliseconds < 0 ? '-' : ''}${days}${pad(this.Hours)}:${pad(this.Minutes)}:${pad(this.Seconds)}${tail}`;
  }

  valueOf(): number {
    return this.TotalMilliseconds;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** The properties a script and the formatter see; they are getters, so no own keys. */
export const timeSpanProperties = [
  'Days',
  'Hours',
  'Minutes',
  'Seconds',
  'Milliseconds',
  'Ticks',
  'TotalDays',
  'TotalHours',
  'TotalMinutes',
  'TotalSeconds',
  'TotalMilliseconds',
] as const;

/** A span of time by a .NET format: c, g, G, or a pattern such as `hh\\:mm\\:ss`. */
export function formatTimeSpan(span: TimeSpan, format: string): string {
  const two = (value: number): string => String(Math.abs(value)).padStart(2, '0');
  const ticks = String(Math.abs(span.Ticks) % 10_000_000).padStart(7, '0');
  const sign = span.TotalMilliseconds < 0 ? '-' : '';
  if (/^[ct]$/i.test(format)) return span.toString();
  if (format === 'g' || format === 'G') {
    const fraction = format === 'G' ? '.' + ticks : ticks.replace(/0+$/, '').replace(/^(?=.)/, '.');
    const days = span.Days !== 0 || format === 'G' ? `${Math.abs(span.Days)}:` : '';
    const hours = format === 'G' ? two(span.Hours) : String(Math.abs(span.Hours));
    return `${sign}${days}${hours}:${two(span.Minutes)}:${two(span.Seconds)}${fraction}`;
  }
  const parts: Readonly<Record<string, number>> = {
    d: span.Days,
    h: span.Hours,
    m: span.Minutes,
    s: span.Seconds,
  };
  return format.replace(
    /'([^']*)'|\\(.)|%?(d+|h+|m+|s+|f+|F+)/g,
    (_, quoted?: string, escaped?: string, token?: string) => {
      if (token === undefined) return quoted ?? escaped ?? '';
      if (token[0] === 'f') return ticks.slice(0, token.length);
      if (token[0] === 'F') return ticks.slice(0, token.length).replace(/0+$/, '');
      return String(Math.abs(parts[token[0]!]!)).padStart(token.length, '0');
    },
  );
}
