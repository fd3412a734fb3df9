// [SourceDisksNames] and [SourceDisksFiles]: where the files of the package lie, relative to the INF.
import { upcase } from '../base/upcase.ts';
import { joinInfPath } from './inf-directories.ts';
import type { InfFile } from './inf-file.ts';
import type { InfFindings } from './inf-finding.ts';
import { parseInfNumber } from './inf-number.ts';
import type { InfTarget } from './inf-target.ts';

export interface InfSourceFile {
  readonly name: string;
  /** Relative to the folder of the INF, with backslashes. */
  readonly path: string;
  /** The cabinet, relative to the INF, that holds the file; undefined when it lies there as it is. */
  readonly cabinet?: string | undefined;
  readonly line: number;
}

interface SourceDisk {
  readonly path: string;
  readonly cabinet: string | undefined;
}

/** Of [SourceDisksNames]: the second field names a cabinet. */
const CABINET_FLAG = 0x10;

/** The source files that an INF declares for a target: the sections of the architecture first, then the undecorated ones. */
export class InfSourceFiles {
  private readonly inf: InfFile;
  private readonly findings: InfFindings;
  private readonly disks = new Map<string, SourceDisk>();
  private readonly files = new Map<string, InfSourceFile>();
  /** Whether the files are listed in another INF (LayoutFile), as in those of Windows itself. */
  readonly hasLayoutFile: boolean;

  constructor(inf: InfFile, target: InfTarget, findings: InfFindings) {
    this.inf = inf;
    this.findings = findings;
    this.hasLayoutFile = inf.value('Version', 'LayoutFile') !== undefined;
    const suffixes = [`.${target.architecture}`, ''];
    for (const suffix of suffixes) this.readDisks(`SourceDisksNames${suffix}`);
    for (const suffix of suffixes) this.readFiles(`SourceDisksFiles${suffix}`);
  }

  private readDisks(section: string): void {
    for (const { key, values } of this.inf.lines(section)) {
      if (key === undefined) continue;
      const id = upcase(this.inf.expand(key));
      const [, tag = '', , path = '', flags = ''] = values.map((field) => this.inf.expand(field));
      // The second field is the name of a cabinet or of a file that tells the disk; with the flag it is a cabinet for sure.
      const isCabinet = /\.cab$/i.test(tag) || ((parseInfNumber(flags) ?? 0) & CABINET_FLAG) !== 0;
      const cabinet = isCabinet && tag !== '' ? joinInfPath(path, tag) : undefined;
      if (!this.disks.has(id)) this.disks.set(id, { path, cabinet });
    }
  }

  private readFiles(section: string): void {
    for (const { key, values, line } of this.inf.lines(section)) {
      const name = this.inf.expand(key ?? values[0] ?? '').trim();
      if (name === '' || this.files.has(upcase(name))) continue;
      const [diskId = '', subdirectory = ''] = key === undefined ? [] : values.map((field) => this.inf.expand(field));
      const disk = this.disks.get(upcase(diskId));
      if (!disk) {
        const message = `${name} is on the source disk "${diskId}", which is not declared.`;
        this.findings.add({ code: 'MissingValue', severity: 'warning', message, section, line });
      }
      const path = joinInfPath(disk?.path ?? '', subdirectory, name);
      if (!isInside(path)) {
        const message = `The path "${path}" leads out of the package.`;
        this.findings.add({ code: 'BadValue', severity: 'error', message, section, line });
        continue;
      }
      this.files.set(upcase(name), { name, path, cabinet: disk?.cabinet, line });
    }
  }

  get all(): Iterable<InfSourceFile> {
    return this.files.values();
  }

  find(name: string): InfSourceFile | undefined {
    return this.files.get(upcase(name));
  }
}

/** Whether a relative path stays below its folder and names no stream or drive. */
function isInside(path: string): boolean {
  return !/:/.test(path) && !path.split('\\').includes('..');
}
