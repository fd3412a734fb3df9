// What is wrong with an INF, or worth knowing about it, without stopping the reading of the rest.

/** error: the package cannot be installed so. warning: Windows would go on, something is left out. */
export type InfSeverity = 'error' | 'warning';

export type InfFindingCode =
  | 'BadLine'
  | 'MissingSection'
  | 'MissingValue'
  | 'BadValue'
  | 'MissingFile'
  | 'MissingInclude'
  | 'UnknownDirectory'
  | 'NoModels'
  | 'UnknownString';

export interface InfFinding {
  readonly code: InfFindingCode;
  readonly severity: InfSeverity;
  readonly message: string;
  /** The INF at fault, when it is an included one or several are at work. */
  readonly file?: string | undefined;
  readonly section?: string | undefined;
  /** 1-based line of the file; undefined when nothing is there to point at. */
  readonly line?: number | undefined;
}

const MAX_FINDINGS = 1000;

/** Findings in the order of discovery; each text once, and no more than a thousand. */
export class InfFindings {
  readonly list: InfFinding[] = [];
  private readonly seen = new Set<string>();

  add(finding: InfFinding): void {
    const key = `${finding.file ?? ''}\0${finding.line ?? ''}\0${finding.code}\0${finding.message}`;
    if (this.list.length >= MAX_FINDINGS || this.seen.has(key)) return;
    this.seen.add(key);
    this.list.push(finding);
  }
}
