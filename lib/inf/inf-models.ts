// [Manufacturer] and the models sections: which devices the INF drives on a target, and by which install section.
import type { InfFile } from './inf-file.ts';
import type { InfFindings } from './inf-finding.ts';
import {
  chooseDecoration,
  type InfArchitecture,
  type InfDecoration,
  type InfTarget,
  parseDecoration,
} from './inf-target.ts';

/** A line of a models section. */
export interface InfModelLine {
  readonly description: string;
  /** As written, such as `%VirtioScsi.DeviceDesc%`. */
  readonly rawDescription: string;
  readonly manufacturer: string;
  readonly rawManufacturer: string;
  /** The install section as the line names it, without decoration. */
  readonly installName: string;
  /** Empty for a model that is chosen by hand only. */
  readonly hardwareId: string;
  readonly compatibleIds: readonly string[];
  /** The models section, with its decoration. */
  readonly section: string;
  readonly line: number;
}

interface Manufacturer {
  readonly name: string;
  readonly rawName: string;
  readonly models: string;
  readonly decorations: readonly InfDecoration[];
  readonly line: number;
}

function manufacturers(inf: InfFile, findings?: InfFindings): Manufacturer[] {
  return inf.lines('Manufacturer').map(({ key, values, line }) => {
    const rawName = key ?? values[0] ?? '';
    const name = inf.expand(rawName);
    // Without an equals sign the name of the manufacturer is that of its models section too.
    const models = key === undefined ? name : inf.expand(values[0] ?? '');
    const decorations: InfDecoration[] = [];
    for (const field of values.slice(1)) {
      const text = inf.expand(field);
      const decoration = parseDecoration(text);
      if (decoration) {
        decorations.push(decoration);
      } else if (text !== '') {
        const message = `"${text}" names no version of Windows.`;
        findings?.add({ code: 'BadValue', severity: 'warning', message, section: 'Manufacturer', line });
      }
    }
    return { name, rawName, models, decorations, line };
  });
}

/** The architectures that the INF declares anything for: in [Manufacturer], or by its [DefaultInstall] sections. */
export function declaredArchitectures(inf: InfFile): readonly InfArchitecture[] {
  const found = new Set<InfArchitecture>();
  for (const { decorations } of manufacturers(inf)) {
    if (decorations.length === 0) found.add('x86');
    for (const decoration of decorations) found.add(decoration.architecture ?? 'x86');
  }
  for (const { name } of inf.sections) {
    const match = /^DefaultInstall(?:\.(NT\w*))?$/i.exec(name);
    if (match) found.add(parseDecoration(match[1] ?? '')?.architecture ?? 'x86');
  }
  return [...found];
}

/** The lowest targets that the decorations of the INF declare, one for each decoration; Vista where no version is said. */
export function declaredTargets(inf: InfFile): readonly InfTarget[] {
  const targets: InfTarget[] = [];
  const add = (decoration: InfDecoration | undefined): void => {
    const { architecture = 'x86', major = 6, minor = 0, productType, suiteMask, build = 0 } = decoration ?? {};
    const type = productType === 2 || productType === 3 ? productType : 1;
    targets.push({ architecture, major, minor, build, productType: type, suiteMask: suiteMask ?? 0 });
  };
  for (const { decorations } of manufacturers(inf)) {
    if (decorations.length === 0) add(undefined);
    for (const decoration of decorations) add(decoration);
  }
  for (const { name } of inf.sections) {
    const match = /^DefaultInstall(?:\.(NT\w*))?$/i.exec(name);
    if (match) add(parseDecoration(match[1] ?? ''));
  }
  return targets;
}

/** The models for a target, in the order of the file. */
export function readModels(inf: InfFile, target: InfTarget, findings: InfFindings): InfModelLine[] {
  const models: InfModelLine[] = [];
  const read = new Set<string>();
  for (const maker of manufacturers(inf, findings)) {
    const decoration = chooseDecoration(maker.decorations, target);
    if (decoration === undefined || maker.models === '') continue;
    const name = decoration === '' ? maker.models : `${maker.models}.${decoration}`;
    const section = inf.section(name);
    // An INF can name one section for several manufacturers; its devices are the same ones.
    if (section && read.has(section.name)) continue;
    if (!section) {
      // Undecorated names are written for old systems beside decorated ones, and often lead nowhere.
      if (decoration === '' && maker.decorations.length > 0) continue;
      const message = `There is no section [${name}] with the models of ${maker.name}.`;
      findings.add({ code: 'MissingSection', severity: 'warning', message, section: 'Manufacturer', line: maker.line });
      continue;
    }
    read.add(section.name);
    for (const { key, values, line } of section.lines) {
      if (key === undefined) {
        const message = 'A line of models has no equals sign.';
        findings.add({ code: 'BadLine', severity: 'warning', message, section: section.name, line });
        continue;
      }
      const [installName = '', hardwareId = '', ...others] = values.map((field) => inf.expand(field).trim());
      models.push({
        description: inf.expand(key),
        rawDescription: key,
        manufacturer: maker.name,
        rawManufacturer: maker.rawName,
        installName,
        hardwareId,
        compatibleIds: others.filter((id) => id !== ''),
        section: section.name,
        line,
      });
    }
  }
  return models;
}
