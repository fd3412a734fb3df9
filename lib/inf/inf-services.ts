// AddService and DelService of a .Services section, with the service-install and event-log sections they name.
import { upcase } from '../base/upcase.ts';
import type { InfContext, InfSourceLine } from './inf-context.ts';
import type { InfFile } from './inf-file.ts';
import { parseInfNumber } from './inf-number.ts';
import { type InfRegistryEdit, readRegistryEdits } from './inf-registry.ts';

/** SPSVCINST_* of setupapi.h, those that an offline installer heeds. */
export const ServiceFlag = {
  /** The service drives the device; without it, it is a filter or stands alone. */
  Associated: 0x2,
  KeepDisplayName: 0x8,
  KeepStartType: 0x10,
  KeepErrorControl: 0x20,
  KeepLoadOrderGroup: 0x40,
  KeepDependencies: 0x80,
  KeepDescription: 0x100,
  /** Without it, a service that is there keeps its security. */
  ReplaceSecurity: 0x400,
  KeepRequiredPrivileges: 0x1000,
} as const;

/** A text of the INF with the token it was written as, which Windows stores as `@oem1.inf,%token%;text`. */
export interface InfText {
  readonly text: string;
  /** The name of the string when the whole text is one. */
  readonly token: string | undefined;
}

export interface InfEventLog {
  /** System, Application ... */
  readonly log: string;
  readonly source: string;
  readonly registry: readonly InfRegistryEdit[];
}

export interface InfService {
  readonly name: string;
  /** SPSVCINST_*. */
  readonly flags: number;
  readonly isAssociated: boolean;
  readonly section: string;
  /** The INF that defines it: the package's own name, or an included one of Windows. */
  readonly definedIn: string;
  readonly displayName: InfText | undefined;
  readonly description: InfText | undefined;
  /** SERVICE_KERNEL_DRIVER 1, FILE_SYSTEM_DRIVER 2, WIN32_OWN_PROCESS 0x10 ... */
  readonly type: number | undefined;
  /** 0 boot, 1 system, 2 automatic, 3 on demand, 4 disabled. */
  readonly startType: number | undefined;
  readonly errorControl: number | undefined;
  /** With its directory number: `%12%\vioscsi.sys`. */
  readonly binary: string | undefined;
  readonly loadOrderGroup: string | undefined;
  /** Services, and groups with a plus sign before them. */
  readonly dependencies: readonly string[];
  readonly startName: string | undefined;
  /** SDDL. */
  readonly security: string | undefined;
  readonly sidType: number | undefined;
  readonly isDelayedAutoStart: boolean | undefined;
  readonly bootFlags: number | undefined;
  readonly requiredPrivileges: readonly string[];
  readonly registry: readonly InfRegistryEdit[];
  readonly eventLog: InfEventLog | undefined;
  readonly line: number;
}

export interface InfServices {
  readonly services: readonly InfService[];
  /** The names of DelService. */
  readonly removed: readonly string[];
  /** `AddService = ,2`: the device needs no driver. */
  readonly hasNullService: boolean;
}

/** The services of the lines of a .Services section. */
export function readServices(context: InfContext, lines: readonly InfSourceLine[]): InfServices {
  const services: InfService[] = [];
  const removed: string[] = [];
  let hasNullService = false;
  for (const at of lines) {
    const directive = upcase(at.line.key ?? '');
    const fields = at.line.values.map((field) => at.inf.expand(field).trim());
    if (directive === 'DELSERVICE' && fields[0]) removed.push(fields[0]);
    if (directive !== 'ADDSERVICE') continue;
    if (!fields[0]) {
      hasNullService = true;
      continue;
    }
    context.spend(1);
    const service = readService(context, at, fields);
    if (service) services.push(service);
  }
  return { services, removed, hasNullService };
}

function readService(context: InfContext, at: InfSourceLine, fields: readonly string[]): InfService | undefined {
  const [name = '', flagText = '', sectionName = '', logSection = '', logType = '', logName = ''] = fields;
  const flags = parseInfNumber(flagText) ?? 0;
  const found = context.findSection(at.inf, sectionName);
  if (!found) {
    context.report('MissingSection', `There is no section [${sectionName}] for the service ${name}.`, at);
    return undefined;
  }
  const { inf, section } = found;
  context.spend(section.lines.length);
  const lines = section.lines.map((line) => ({ inf, section: section.name, line }));
  const fieldsOf = (key: string): readonly string[] | undefined => inf.findLine(section.lines, key)?.values;
  const text = (key: string): string | undefined => {
    const raw = fieldsOf(key)?.[0];
    return raw === undefined ? undefined : inf.expand(raw).trim() || undefined;
  };
  const number = (key: string): number | undefined => {
    const raw = text(key);
    const value = raw === undefined ? undefined : parseInfNumber(raw);
    if (raw !== undefined && value === undefined) {
      context.report('BadValue', `${key} of the service ${name}, "${raw}", is no number.`, lines[0]);
    }
    return value;
  };
  const list = (key: string): string[] =>
    section.lines
      .filter((line) => line.key !== undefined && upcase(line.key) === upcase(key))
      .flatMap((line) => line.values.map((field) => inf.expand(field).trim()))
      .filter((field) => field !== '');
  for (const key of ['ServiceType', 'StartType', 'ErrorControl', 'ServiceBinary']) {
    if (fieldsOf(key) === undefined) context.report('MissingValue', `The service ${name} has no ${key}.`, at);
  }
  return {
    name,
    flags,
    isAssociated: (flags & ServiceFlag.Associated) !== 0,
    section: section.name,
    definedIn: inf.name,
    displayName: textWithToken(inf, fieldsOf('DisplayName')?.[0]),
    description: textWithToken(inf, fieldsOf('Description')?.[0]),
    type: number('ServiceType'),
    startType: number('StartType'),
    errorControl: number('ErrorControl'),
    binary: text('ServiceBinary'),
    loadOrderGroup: text('LoadOrderGroup'),
    dependencies: list('Dependencies'),
    startName: text('StartName'),
    security: text('Security'),
    sidType: number('ServiceSidType'),
    isDelayedAutoStart: fieldsOf('DelayedAutoStart') && number('DelayedAutoStart') !== 0,
    bootFlags: number('BootFlags'),
    requiredPrivileges: list('RequiredPrivileges'),
    registry: readRegistryEdits(context, lines),
    eventLog: readEventLog(context, at, logSection, logType || 'System', logName || name),
    line: at.line.line,
  };
}

function textWithToken(inf: InfFile, raw: string | undefined): InfText | undefined {
  if (raw === undefined || raw === '') return undefined;
  const token = /^%([^%]+)%$/.exec(raw)?.[1];
  return { text: inf.expand(raw), token: token !== undefined && inf.string(token) !== undefined ? token : undefined };
}

function readEventLog(
  context: InfContext,
  at: InfSourceLine,
  sectionName: string,
  log: string,
  source: string,
): InfEventLog | undefined {
  if (sectionName === '') return undefined;
  const found = context.findSection(at.inf, sectionName);
  if (!found) {
    context.report('MissingSection', `There is no section [${sectionName}] for the event log.`, at);
    return undefined;
  }
  context.spend(found.section.lines.length);
  const lines = found.section.lines.map((line) => ({ inf: found.inf, section: found.section.name, line }));
  return { log, source, registry: readRegistryEdits(context, lines) };
}
