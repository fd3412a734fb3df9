// What the parts of one resolution share: the INF, those it includes, the target, the findings, and a bound on the work.
import { DismError } from '../base/error.ts';
import { upcase } from '../base/upcase.ts';
import type { InfFile, InfLine, InfSection } from './inf-file.ts';
import { InfFindings, type InfSeverity } from './inf-finding.ts';
import { decoratedNames, type InfTarget } from './inf-target.ts';

/** Items that one INF may resolve to, over all its install sections; the largest real ones have some ten thousand. */
const MAX_ITEMS = 500_000;
/** Needs of Needs; real ones go two deep. */
const MAX_NEEDS_DEPTH = 16;

/** A line with the INF it comes from, whose strings and sections are the ones it means. */
export interface InfSourceLine {
  readonly inf: InfFile;
  readonly section: string;
  readonly line: InfLine;
}

export class InfContext {
  readonly inf: InfFile;
  readonly target: InfTarget;
  readonly findings = new InfFindings();
  private readonly lookUp: (name: string) => InfFile | undefined;
  private readonly included = new Map<string, InfFile | undefined>();
  private items = 0;

  /** @param lookUp gives the INFs of Windows that Include names; undefined for one that is not there. */
  constructor(inf: InfFile, target: InfTarget, lookUp: (name: string) => InfFile | undefined) {
    this.inf = inf;
    this.target = target;
    this.lookUp = lookUp;
  }

  /** Counts work; throws LimitExceeded when an INF multiplies its sections beyond what any driver needs. */
  spend(items: number): void {
    this.items += items;
    if (this.items <= MAX_ITEMS) return;
    const message = `${this.inf.name} resolves to more than ${MAX_ITEMS} items.`;
    throw new DismError('LimitExceeded', message, { File: this.inf.name });
  }

  report(code: 'MissingSection' | 'MissingValue' | 'BadValue', message: string, at?: InfSourceLine): void {
    this.add(code, 'warning', message, at);
  }

  private add(
    code: 'MissingSection' | 'MissingValue' | 'BadValue' | 'MissingInclude',
    severity: InfSeverity,
    message: string,
    at?: InfSourceLine,
  ): void {
    const file = at === undefined || at.inf === this.inf ? undefined : at.inf.name;
    this.findings.add({ code, severity, message, file, section: at?.section, line: at?.line.line });
  }

  /** An INF of Windows that a line includes; a missing one is a finding. */
  include(name: string, at: InfSourceLine): InfFile | undefined {
    const key = upcase(name);
    if (!this.included.has(key)) this.included.set(key, this.lookUp(name));
    const inf = this.included.get(key);
    if (!inf) this.add('MissingInclude', 'warning', `${name} is included, but is not in the image.`, at);
    return inf;
  }

  /** A section named in an INF: its own, else one of the INFs included so far. */
  findSection(inf: InfFile, name: string): { readonly inf: InfFile; readonly section: InfSection } | undefined {
    for (const candidate of [inf, ...this.included.values()]) {
      const section = candidate?.section(name);
      if (candidate && section) return { inf: candidate, section };
    }
    return undefined;
  }

  /** The lines of the sections a directive lists (`AddReg = a, b`), each section once. */
  *listedLines(lines: readonly InfSourceLine[], directive: string): Generator<InfSourceLine> {
    const seen = new Set<InfSection>();
    for (const at of lines) {
      if (at.line.key === undefined || upcase(at.line.key) !== directive) continue;
      for (const field of at.line.values) {
        const name = at.inf.expand(field).trim();
        if (name === '' || name.startsWith('@')) continue;
        const found = this.findSection(at.inf, name);
        if (!found) {
          this.report('MissingSection', `There is no section [${name}].`, at);
        } else if (!seen.has(found.section)) {
          seen.add(found.section);
          this.spend(found.section.lines.length);
          for (const line of found.section.lines) yield { inf: found.inf, section: found.section.name, line };
        }
      }
    }
  }

  /**
   * The lines of a section with those of the sections it needs before them, so that its own win.
   *
   * @param includes receives the names of included INFs, as written.
   * @param needs receives the names of needed sections.
   */
  linesWithNeeds(section: InfSection, includes: Set<string>, needs: Set<string>): InfSourceLine[] {
    const lines: InfSourceLine[] = [];
    const seen = new Set<InfSection>();
    const collect = (inf: InfFile, current: InfSection, depth: number): void => {
      if (seen.has(current)) return;
      seen.add(current);
      this.spend(current.lines.length);
      const sources = current.lines.map((line) => ({ inf, section: current.name, line }));
      const from: InfFile[] = [];
      for (const at of sources) {
        const key = upcase(at.line.key ?? '');
        const names = key === 'INCLUDE' || key === 'NEEDS' ? at.line.values.map((name) => inf.expand(name).trim()) : [];
        for (const name of names.filter((text) => text !== '')) {
          if (key === 'INCLUDE') {
            includes.add(name);
            const included = this.include(name, at);
            if (included) from.push(included);
          } else {
            needs.add(name);
            const found = this.needed([...from, inf], name);
            if (found && depth < MAX_NEEDS_DEPTH) collect(found.inf, found.section, depth + 1);
            else if (from.length > 0) this.report('MissingSection', `There is no needed section [${name}].`, at);
          }
        }
      }
      lines.push(...sources);
    };
    collect(this.inf, section, 0);
    return lines;
  }

  private needed(infs: readonly InfFile[], name: string): { inf: InfFile; section: InfSection } | undefined {
    for (const inf of infs) {
      // Windows looks for the very name; INFs that leave the decoration out are understood too.
      const section = inf.section(name) ?? inf.firstSection(decoratedNames(name, this.target));
      if (section) return { inf, section };
    }
    return undefined;
  }
}
