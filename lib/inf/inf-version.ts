// [Version]: who made the driver, its class, its date and version, its catalog.
import { FileTime } from '../base/file-time.ts';
import type { InfFile } from './inf-file.ts';
import type { InfFindings } from './inf-finding.ts';
import { parseInfNumber } from './inf-number.ts';
import { type InfTarget, infArchitectures } from './inf-target.ts';

export interface InfDriverVersion {
  /** As written: `07/21/2023,100.93.104.24000`. */
  readonly text: string;
  /** The day at 00:00 UTC. */
  readonly date: FileTime;
  /** Four numbers; parts that are missing are 0. */
  readonly version: readonly [number, number, number, number];
}

export interface InfVersion {
  readonly signature: string;
  readonly className: string;
  /** With braces, lower case; undefined when the INF gives none. */
  readonly classGuid: string | undefined;
  readonly provider: string;
  /** Provider as written, such as `%VENDOR%`. */
  readonly rawProvider: string;
  /** For the target; undefined when the package has none. */
  readonly catalogFile: string | undefined;
  readonly driverVersion: InfDriverVersion | undefined;
  readonly pnpLockdown: boolean;
  /** Installed when Windows meets the device, never before: for drivers that would be boot-critical. */
  readonly dontReflectOffline: boolean;
  /** ClassVer of INFs that define a class, as written. */
  readonly classVersion: string;
  /** Of extension INFs; with braces, lower case. */
  readonly extensionId: string | undefined;
  readonly driverPackageType: string;
}

const guidForm = /^\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/i;

/** The class of extension INFs. */
export const extensionClassGuid = '{e2f84ce7-8efa-411c-aa69-97454ca4cb57}';

/**
 * Parses `mm/dd/yyyy[,w.x.y.z]`, the date with slashes or dashes, American order always. undefined for other text.
 *
 * @param fields the fields of the line.
 */
export function parseDriverVersion(fields: readonly string[]): InfDriverVersion | undefined {
  const day = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$/.exec((fields[0] ?? '').trim());
  if (!day) return undefined;
  const [month, date, year] = [Number(day[1]), Number(day[2]), Number(day[3])];
  const time = new Date(Date.UTC(year, month - 1, date));
  if (year < 1601 || time.getUTCMonth() !== month - 1 || time.getUTCDate() !== date) return undefined;
  const text = (fields[1] ?? '').trim();
  const parts = text === '' ? [] : text.split('.');
  if (parts.length > 4 || parts.some((part) => !/^\d{1,5}$/.test(part.trim()) || Number(part) > 0xffff)) {
    return undefined;
  }
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
  return {
    text: text === '' ? fields[0]!.trim() : `${fields[0]!.trim()},${text}`,
    date: FileTime.fromDate(time),
    version: [a, b, c, d],
  };
}

/** Reads [Version] for a target; faults are findings. */
export function readInfVersion(inf: InfFile, target: InfTarget, findings: InfFindings): InfVersion {
  const section = inf.section('Version');
  const lines = section?.lines ?? [];
  const value = (key: string): string | undefined => inf.value(section ?? 'Version', key);
  const report = (message: string, line?: number): void =>
    findings.add({ code: 'BadValue', severity: 'error', message, section: 'Version', line });
  const lineOf = (key: string): number | undefined => inf.findLine(lines, key)?.line;
  if (!section) {
    findings.add({ code: 'MissingSection', severity: 'error', message: 'There is no [Version] section.' });
  }
  const signature = value('Signature') ?? '';
  if (section && !/^\$(windows nt|windows 95|chicago)\$$/i.test(signature)) {
    report(`The signature "${signature}" is none that Windows knows.`, lineOf('Signature') ?? section.line);
  }
  const guid = (key: string): string | undefined => {
    const text = value(key);
    if (text === undefined || text === '') return undefined;
    if (guidForm.test(text)) return text.toLowerCase();
    report(`${key} "${text}" is no GUID.`, lineOf(key));
    return undefined;
  };
  const driverVer = inf.findLine(lines, 'DriverVer');
  const driverVersion = driverVer && parseDriverVersion(driverVer.values.map((field) => inf.expand(field)));
  if (driverVer && !driverVersion) report('DriverVer is not mm/dd/yyyy,a.b.c.d.', driverVer.line);
  const catalogs = [`CatalogFile.NT${target.architecture}`, 'CatalogFile.NT', 'CatalogFile'];
  return {
    signature,
    className: value('Class') ?? '',
    classGuid: guid('ClassGuid'),
    provider: value('Provider') ?? '',
    rawProvider: inf.findLine(lines, 'Provider')?.values[0] ?? '',
    catalogFile: catalogs.map(value).find((name) => name !== undefined && name !== ''),
    driverVersion,
    pnpLockdown: (parseInfNumber(value('PnpLockdown') ?? '') ?? 0) !== 0,
    dontReflectOffline: (parseInfNumber(value('DontReflectOffline') ?? '') ?? 0) !== 0,
    classVersion: value('ClassVer') ?? '',
    extensionId: guid('ExtensionId'),
    driverPackageType: value('DriverPackageType') ?? '',
  };
}

/** The catalogs that [Version] names, for any target. */
export function catalogNames(inf: InfFile): readonly string[] {
  const keys = ['CatalogFile', 'CatalogFile.NT', ...infArchitectures.map((name) => `CatalogFile.NT${name}`)];
  const names = keys.map((key) => inf.value('Version', key) ?? '').filter((name) => name !== '');
  return [...new Set(names)];
}
