// CopyFiles, DelFiles and RenFiles: which files go where.
import { upcase } from '../base/upcase.ts';
import type { InfContext, InfSourceLine } from './inf-context.ts';
import { type InfDestination, readDestinations } from './inf-directories.ts';
import type { InfFile } from './inf-file.ts';
import { parseInfNumber } from './inf-number.ts';

export interface InfFileCopy {
  /** The name among the source files. */
  readonly source: string;
  /** The name at the destination. */
  readonly name: string;
  /** undefined when [DestinationDirs] says nothing. */
  readonly destination: InfDestination | undefined;
  /** COPYFLG_*. */
  readonly flags: number;
  /** SDDL for the file. */
  readonly security?: string | undefined;
  /** The INF with the source file: this one, or an included one of Windows, whose files are in the image already. */
  readonly isOwn: boolean;
  readonly line: number;
}

export interface InfFileDeletion {
  readonly name: string;
  readonly destination: InfDestination | undefined;
  readonly line: number;
}

export interface InfFileRenaming extends InfFileDeletion {
  readonly newName: string;
}

const destinationsOf = new WeakMap<InfContext, Map<InfFile, ReadonlyMap<string, InfDestination>>>();

function destination(context: InfContext, inf: InfFile, section: string): InfDestination | undefined {
  const known = destinationsOf.get(context) ?? new Map<InfFile, ReadonlyMap<string, InfDestination>>();
  destinationsOf.set(context, known);
  const table = known.get(inf) ?? readDestinations(inf, context.findings);
  known.set(inf, table);
  return table.get(section.toUpperCase()) ?? table.get('DEFAULTDESTDIR');
}

/** The files that CopyFiles of these lines names, directly (`@file`) or by sections. */
export function readCopyFiles(context: InfContext, lines: readonly InfSourceLine[]): InfFileCopy[] {
  const copies: InfFileCopy[] = [];
  for (const at of lines) {
    if (at.line.key === undefined || upcase(at.line.key) !== 'COPYFILES') continue;
    for (const field of at.line.values) {
      const name = at.inf.expand(field).trim();
      if (!name.startsWith('@')) continue;
      const file = name.slice(1).trim();
      const isOwn = at.inf === context.inf;
      const to = destination(context, at.inf, 'DEFAULTDESTDIR');
      copies.push({ source: file, name: file, destination: to, flags: 0, isOwn, line: at.line.line });
    }
  }
  for (const at of context.listedLines(lines, 'COPYFILES')) {
    // A name with an equals sign in it is none; the line is `name[,source][,unused][,flags][,SDDL]`.
    const [name = '', source = '', , flags = '', sddl = ''] = at.line.values.map((field) =>
      at.inf.expand(field).trim(),
    );
    if (name === '') continue;
    const security = sddl || sectionSecurity(at.inf, at.section);
    copies.push({
      source: source === '' ? name : source,
      name,
      destination: destination(context, at.inf, at.section),
      flags: parseInfNumber(flags) ?? 0,
      security: security === '' ? undefined : security,
      isOwn: at.inf === context.inf,
      line: at.line.line,
    });
  }
  return copies;
}

/** The line of `[section.Security]`. */
function sectionSecurity(inf: InfFile, section: string): string {
  const line = inf.lines(`${section}.Security`)[0];
  return line === undefined ? '' : inf.expand(line.values.join(','));
}

/** The files that RenFiles of these lines lists: `new name, old name`. */
export function readRenamedFiles(context: InfContext, lines: readonly InfSourceLine[]): InfFileRenaming[] {
  const renamings: InfFileRenaming[] = [];
  for (const at of context.listedLines(lines, 'RENFILES')) {
    const [newName = '', name = ''] = at.line.values.map((field) => at.inf.expand(field).trim());
    if (newName === '' || name === '') continue;
    renamings.push({ newName, name, destination: destination(context, at.inf, at.section), line: at.line.line });
  }
  return renamings;
}

/** The files that DelFiles of these lines lists. */
export function readDeletedFiles(context: InfContext, lines: readonly InfSourceLine[]): InfFileDeletion[] {
  const deletions: InfFileDeletion[] = [];
  for (const at of context.listedLines(lines, 'DELFILES')) {
    const name = at.inf.expand(at.line.values[0] ?? '').trim();
    if (name === '') continue;
    deletions.push({ name, destination: destination(context, at.inf, at.section), line: at.line.line });
  }
  return deletions;
}
