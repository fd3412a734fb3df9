// An install section (DDInstall, DefaultInstall, ClassInstall32) with the sections that go with it (`.Services`, `.HW` ...).
import { upcase } from '../base/upcase.ts';
import type { InfContext, InfSourceLine } from './inf-context.ts';
import {
  type InfFileCopy,
  type InfFileDeletion,
  type InfFileRenaming,
  readCopyFiles,
  readDeletedFiles,
  readRenamedFiles,
} from './inf-copy-files.ts';
import type { InfSection } from './inf-file.ts';
import { parseInfNumber } from './inf-number.ts';
import { type InfRegistryEdit, readRegistryEdits } from './inf-registry.ts';
import { type InfService, readServices } from './inf-services.ts';
import { decoratedNames } from './inf-target.ts';
import { type InfDriverVersion, parseDriverVersion } from './inf-version.ts';

/** AddInterface, AddComponent, AddSoftware, AddFilter, AddEventProvider: a name with the section that describes it. */
export interface InfAddition {
  readonly name: string;
  readonly flags: number;
  /** The keys of its section, in upper case, with their first fields; empty when it has no section. */
  readonly values: Readonly<Record<string, string>>;
  readonly registry: readonly InfRegistryEdit[];
  readonly line: number;
}

/** A driver of the Windows Driver Framework. */
export interface InfWdfService {
  readonly kind: 'kmdf' | 'umdf';
  readonly service: string;
  /** KmdfLibraryVersion or UmdfLibraryVersion: `1.15`. */
  readonly libraryVersion: string | undefined;
}

export interface InfInstall {
  /** As the models name it, without decoration. */
  readonly name: string;
  /** The section that was found, as the INF spells it, such as `scsi_inst.NTamd64`. */
  readonly section: string;
  /** Include= and Needs= of all its sections, as written. */
  readonly includedInfs: readonly string[];
  readonly neededSections: readonly string[];
  readonly files: readonly InfFileCopy[];
  readonly deletedFiles: readonly InfFileDeletion[];
  readonly renamedFiles: readonly InfFileRenaming[];
  /** Other INFs of the package to install with this one (CopyINF). */
  readonly copyInfs: readonly string[];
  /** HKR is the software key of the device. */
  readonly registry: readonly InfRegistryEdit[];
  /** `.HW`: HKR is the hardware key of the device. */
  readonly hardwareRegistry: readonly InfRegistryEdit[];
  readonly coInstallerRegistry: readonly InfRegistryEdit[];
  readonly services: readonly InfService[];
  readonly removedServices: readonly string[];
  readonly hasNullService: boolean;
  readonly interfaces: readonly InfAddition[];
  readonly components: readonly InfAddition[];
  readonly software: readonly InfAddition[];
  readonly filters: readonly InfAddition[];
  readonly eventProviders: readonly InfAddition[];
  readonly wdf: readonly InfWdfService[];
  /** 0 (best) to 0xFF; undefined when the section has none, which means 0xFF. */
  readonly featureScore: number | undefined;
  readonly needsReboot: boolean;
  readonly excludedIds: readonly string[];
  /** DriverVer of the section itself, which overrides [Version]. */
  readonly driverVersion: InfDriverVersion | undefined;
  /** The suffixes that the INF has for it, in upper case: SERVICES, HW, INTERFACES, WDF ... */
  readonly suffixes: readonly string[];
  readonly line: number;
}

const suffixes = [
  'Services',
  'HW',
  'CoInstallers',
  'Interfaces',
  'Wdf',
  'Components',
  'Software',
  'Filters',
  'Events',
  'LogConfigOverride',
  'FactDef',
  'WMI',
] as const;

/** The install section of a name for the target: decorated with the architecture, with NT, or bare. undefined: there is none. */
export function readInstall(context: InfContext, name: string): InfInstall | undefined {
  const section = context.inf.firstSection(decoratedNames(name, context.target));
  return section && readInstallSection(context, name, section);
}

/** The same for a section that is known. */
export function readInstallSection(context: InfContext, name: string, section: InfSection): InfInstall {
  const includes = new Set<string>();
  const needs = new Set<string>();
  const lines = context.linesWithNeeds(section, includes, needs);
  const found = new Map<string, InfSourceLine[]>();
  for (const suffix of suffixes) {
    const companion = context.inf.section(`${section.name}.${suffix}`);
    if (companion) found.set(upcase(suffix), context.linesWithNeeds(companion, includes, needs));
  }
  const of = (suffix: string): readonly InfSourceLine[] => found.get(suffix) ?? [];
  const all = [...lines, ...[...found.values()].flat()];
  const services = readServices(context, of('SERVICES'));
  const version = firstLine(lines, 'DRIVERVER');
  const score = firstLine(lines, 'FEATURESCORE');
  const addition = (suffix: string, directive: string, sectionField: number): InfAddition[] =>
    readAdditions(context, of(suffix), directive, sectionField);
  return {
    name,
    section: section.name,
    includedInfs: [...includes],
    neededSections: [...needs],
    files: readCopyFiles(context, all),
    deletedFiles: readDeletedFiles(context, lines),
    renamedFiles: readRenamedFiles(context, lines),
    copyInfs: fieldsOf(lines, 'COPYINF'),
    registry: readRegistryEdits(context, lines),
    hardwareRegistry: readRegistryEdits(context, of('HW')),
    coInstallerRegistry: readRegistryEdits(context, of('COINSTALLERS')),
    services: services.services,
    removedServices: services.removed,
    hasNullService: services.hasNullService,
    interfaces: addition('INTERFACES', 'ADDINTERFACE', 2),
    components: addition('COMPONENTS', 'ADDCOMPONENT', 2),
    software: addition('SOFTWARE', 'ADDSOFTWARE', 2),
    filters: addition('FILTERS', 'ADDFILTER', 2),
    eventProviders: addition('EVENTS', 'ADDEVENTPROVIDER', 2),
    wdf: readWdf(context, of('WDF')),
    featureScore: score && parseScore(score),
    needsReboot:
      firstLine(lines, 'REBOOT') !== undefined || lines.some(({ line }) => isBareReboot(line.key, line.values)),
    excludedIds: fieldsOf(lines, 'EXCLUDEID'),
    driverVersion: version && parseDriverVersion(version.line.values.map((field) => version.inf.expand(field))),
    suffixes: [...found.keys()],
    line: section.line,
  };
}

function firstLine(lines: readonly InfSourceLine[], directive: string): InfSourceLine | undefined {
  return lines.find(({ line }) => line.key !== undefined && upcase(line.key) === directive);
}

/** `Reboot` stands alone on its line. */
function isBareReboot(key: string | undefined, values: readonly string[]): boolean {
  return key === undefined && upcase(values[0] ?? '') === 'REBOOT';
}

function fieldsOf(lines: readonly InfSourceLine[], directive: string): string[] {
  return lines
    .filter(({ line }) => line.key !== undefined && upcase(line.key) === directive)
    .flatMap(({ inf, line }) => line.values.map((field) => inf.expand(field).trim()))
    .filter((field) => field !== '');
}

/** FeatureScore is hexadecimal, with or without 0x. */
function parseScore({ inf, line }: InfSourceLine): number | undefined {
  const text = inf.expand(line.values[0] ?? '').trim();
  return /^(0x)?[0-9a-f]{1,2}$/i.test(text) ? Number.parseInt(text, 16) : undefined;
}

function readAdditions(
  context: InfContext,
  lines: readonly InfSourceLine[],
  directive: string,
  sectionField: number,
): InfAddition[] {
  const additions: InfAddition[] = [];
  for (const at of lines) {
    if (upcase(at.line.key ?? '') !== directive) continue;
    const fields = at.line.values.map((field) => at.inf.expand(field).trim());
    const [name = ''] = fields;
    if (name === '') continue;
    // The section is the third field; AddInterface has a reference string before it, AddComponent flags.
    const sectionName = fields[sectionField] ?? '';
    const flagText = directive === 'ADDINTERFACE' ? (fields[3] ?? '') : (fields[1] ?? '');
    const found = sectionName === '' ? undefined : context.findSection(at.inf, sectionName);
    if (sectionName !== '' && !found) context.report('MissingSection', `There is no section [${sectionName}].`, at);
    const values: Record<string, string> = {};
    const inner: InfSourceLine[] = [];
    context.spend(1 + (found?.section.lines.length ?? 0));
    for (const line of found?.section.lines ?? []) {
      inner.push({ inf: found!.inf, section: found!.section.name, line });
      if (line.key !== undefined) values[upcase(line.key)] ??= found!.inf.expand(line.values.join(',')).trim();
    }
    additions.push({
      name,
      flags: parseInfNumber(flagText) ?? 0,
      values,
      registry: readRegistryEdits(context, inner),
      line: at.line.line,
    });
  }
  return additions;
}

function readWdf(context: InfContext, lines: readonly InfSourceLine[]): InfWdfService[] {
  const services: InfWdfService[] = [];
  for (const at of lines) {
    const directive = upcase(at.line.key ?? '');
    if (directive !== 'KMDFSERVICE' && directive !== 'UMDFSERVICE') continue;
    const [service = '', sectionName = ''] = at.line.values.map((field) => at.inf.expand(field).trim());
    const kind = directive === 'KMDFSERVICE' ? 'kmdf' : 'umdf';
    const found = context.findSection(at.inf, sectionName);
    if (!found) context.report('MissingSection', `There is no section [${sectionName}].`, at);
    const key = kind === 'kmdf' ? 'KmdfLibraryVersion' : 'UmdfLibraryVersion';
    context.spend(1 + (found?.section.lines.length ?? 0));
    services.push({ kind, service, libraryVersion: found?.inf.value(found.section, key) });
  }
  return services;
}
