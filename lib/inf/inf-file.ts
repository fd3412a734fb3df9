// An INF as its sections: names without regard to case, sections of one name merged, strings replaced on demand. What the
// sections mean is the business of the other files here.
import { DismError } from '../base/error.ts';
import { upcase } from '../base/upcase.ts';
import { type InfFinding, InfFindings } from './inf-finding.ts';
import { decodeInf, type InfEncoding } from './inf-text.ts';
import { type InfLine, scanInf } from './scan-inf.ts';

export type { InfLine } from './scan-inf.ts';

export interface InfSection {
  /** As the file spells it first. */
  readonly name: string;
  readonly line: number;
  readonly lines: readonly InfLine[];
}

export interface InfReadOptions {
  /** The ANSI code page of a file without byte order mark; default 1252. */
  readonly codePage?: number | undefined;
  /** The language whose [Strings.xxxx] is preferred, a LANGID; default 0x0409, English of the United States. */
  readonly language?: number | undefined;
}

/** Bytes of an INF; the largest ones of printer and display vendors have some millions. */
const MAX_BYTES = 32 << 20;
/** Characters of one value; Windows stops at 4,096. */
const MAX_VALUE = 1 << 16;
/** Characters that all replacements together may add. */
const MAX_EXPANSION = 1 << 26;

export class InfFile {
  /** The name of the file, for findings and as the key of included ones. */
  readonly name: string;
  readonly encoding: InfEncoding;
  private readonly byName: ReadonlyMap<string, InfSection>;
  private readonly strings: ReadonlyMap<string, string>;
  private readonly found: InfFindings;
  private expanded = 0;

  private constructor(
    name: string,
    encoding: InfEncoding,
    byName: ReadonlyMap<string, InfSection>,
    language: number,
    found: InfFindings,
  ) {
    this.name = name;
    this.encoding = encoding;
    this.byName = byName;
    this.found = found;
    this.strings = collectStrings(byName, language);
  }

  /** Reads an INF. Throws LimitExceeded for one of absurd size, else nothing: faults are findings. */
  static parse(bytes: Uint8Array, name: string, options: InfReadOptions = {}): InfFile {
    if (bytes.length > MAX_BYTES) {
      throw new DismError('LimitExceeded', `${name} has ${bytes.length} bytes: that is no INF.`, { File: name });
    }
    const { text, encoding } = decodeInf(bytes, options.codePage);
    const found = new InfFindings();
    const sections = new Map<string, { name: string; line: number; lines: InfLine[] }>();
    let current: { lines: InfLine[] } | undefined;
    const report = (message: string, line: number): void =>
      found.add({ code: 'BadLine', severity: 'warning', message, line });
    for (const item of scanInf(text, report)) {
      if (item.kind === 'line') {
        if (current) current.lines.push({ key: item.key, values: item.values, line: item.line });
        continue;
      }
      const key = upcase(item.name);
      const section = sections.get(key) ?? { name: item.name, line: item.line, lines: [] };
      sections.set(key, section);
      current = section;
    }
    return new InfFile(name, encoding, sections, options.language ?? 0x0409, found);
  }

  get sections(): Iterable<InfSection> {
    return this.byName.values();
  }

  /** What was wrong with the text itself. */
  get findings(): readonly InfFinding[] {
    return this.found.list;
  }

  /** A section by its name, in any case. */
  section(name: string): InfSection | undefined {
    return this.byName.get(upcase(name.trim()));
  }

  /** The first of several names that is a section. */
  firstSection(names: readonly string[]): InfSection | undefined {
    for (const name of names) {
      const section = this.section(name);
      if (section) return section;
    }
    return undefined;
  }

  /** The lines of a section; none when it is not there. */
  lines(name: string): readonly InfLine[] {
    return this.section(name)?.lines ?? [];
  }

  /** The value of a key in a section, with strings replaced: its first field. undefined when the section has no such key. */
  value(section: InfSection | string, key: string): string | undefined {
    const lines = typeof section === 'string' ? this.lines(section) : section.lines;
    const line = this.findLine(lines, key);
    return line && this.expand(line.values[0] ?? '');
  }

  /** The first line of a key. */
  findLine(lines: readonly InfLine[], key: string): InfLine | undefined {
    const wanted = upcase(key);
    return lines.find((line) => line.key !== undefined && upcase(line.key) === wanted);
  }

  /** A string of [Strings] by its name; undefined when there is none. */
  string(name: string): string | undefined {
    return this.strings.get(upcase(name));
  }

  /** The names of all strings, in upper case. */
  stringNames(): Iterable<string> {
    return this.strings.keys();
  }

  /**
   * Replaces `%name%` by its string and `%%` by a percent sign, once: what comes out of a string is not looked at again.
   * A name that is not known stays as it is, so directory numbers (`%11%`) do.
   */
  expand(text: string): string {
    if (!text.includes('%')) return text;
    let result = '';
    let at = 0;
    for (;;) {
      const start = text.indexOf('%', at);
      const end = start < 0 ? -1 : text.indexOf('%', start + 1);
      if (end < 0) break;
      result += text.slice(at, start);
      if (end === start + 1) result += '%';
      else result += this.string(text.slice(start + 1, end)) ?? text.slice(start, end + 1);
      at = end + 1;
      if (result.length > MAX_VALUE) throw this.tooLong();
    }
    result += text.slice(at);
    this.expanded += result.length;
    if (this.expanded > MAX_EXPANSION) throw this.tooLong();
    return result;
  }

  private tooLong(): DismError {
    return new DismError('LimitExceeded', `The strings of ${this.name} expand beyond all measure.`, {
      File: this.name,
    });
  }
}

/** [Strings], below those of the primary language, below those of the very language. */
function collectStrings(byName: ReadonlyMap<string, InfSection>, language: number): Map<string, string> {
  const exact = language.toString(16).padStart(4, '0').toUpperCase();
  const related = [...byName.keys()].filter((name) => {
    const match = /^STRINGS\.([0-9A-F]{4})$/.exec(name);
    return match !== null && match[1] !== exact && (Number.parseInt(match[1]!, 16) & 0x3ff) === (language & 0x3ff);
  });
  const strings = new Map<string, string>();
  for (const name of ['STRINGS', ...related.slice(0, 1), `STRINGS.${exact}`]) {
    const inThis = new Set<string>();
    for (const { key, values } of byName.get(name)?.lines ?? []) {
      const token = upcase(key ?? values[0] ?? '');
      // The first of two equal names counts.
      if (inThis.has(token)) continue;
      inThis.add(token);
      strings.set(token, (key === undefined ? values[1] : values[0]) ?? '');
    }
  }
  return strings;
}
