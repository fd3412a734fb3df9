// An INF for one Windows: its devices, what installing each does, and the files that the package must have.
import { upcase } from '../base/upcase.ts';
import { InfContext } from './inf-context.ts';
import type { InfFile } from './inf-file.ts';
import type { InfFinding } from './inf-finding.ts';
import { type InfInstall, readInstall, readInstallSection } from './inf-install.ts';
import { type InfModelLine, readModels } from './inf-models.ts';
import { type InfSourceFile, InfSourceFiles } from './inf-source-files.ts';
import type { InfTarget } from './inf-target.ts';
import { extensionClassGuid, type InfVersion, readInfVersion } from './inf-version.ts';

/** device: with models. primitive: [DefaultInstall] only. class: only a device class. none: nothing for this Windows. */
export type InfKind = 'device' | 'extension' | 'primitive' | 'class' | 'none';

export interface InfModel extends InfModelLine {
  /** undefined when the INF has no such section. */
  readonly install: InfInstall | undefined;
}

export interface ResolvedInf {
  readonly name: string;
  readonly target: InfTarget;
  readonly kind: InfKind;
  readonly version: InfVersion;
  readonly models: readonly InfModel[];
  /** The install sections of the models, each once, in the order of their first use. */
  readonly installs: readonly InfInstall[];
  /** [DefaultInstall] of a primitive driver. */
  readonly defaultInstall: InfInstall | undefined;
  /** [ClassInstall32]: HKR is the key of the class. */
  readonly classInstall: InfInstall | undefined;
  /** Source files that are copied on this Windows; the package is incomplete without them. */
  readonly files: readonly InfSourceFile[];
  /** Source files that are declared for this architecture and not copied by any section. */
  readonly otherFiles: readonly InfSourceFile[];
  readonly findings: readonly InfFinding[];
}

export interface ResolveInfOptions {
  /** An INF of the image by name, for Include; undefined when it is not there. */
  readonly include?: ((name: string) => InfFile | undefined) | undefined;
}

/** Resolves an INF for a target. Nothing is thrown but LimitExceeded: what is wrong or missing is in the findings. */
export function resolveInf(inf: InfFile, target: InfTarget, options: ResolveInfOptions = {}): ResolvedInf {
  const context = new InfContext(inf, target, options.include ?? (() => undefined));
  const { findings } = context;
  for (const finding of inf.findings) findings.add(finding);
  const version = readInfVersion(inf, target, findings);
  const installs = new Map<string, InfInstall | undefined>();
  const models = readModels(inf, target, findings).map((model): InfModel => {
    context.spend(1 + model.compatibleIds.length);
    const key = upcase(model.installName);
    if (!installs.has(key)) {
      installs.set(key, readInstall(context, model.installName));
      if (installs.get(key) === undefined) {
        const message = `There is no install section [${model.installName}].`;
        findings.add({
          code: 'MissingSection',
          severity: 'warning',
          message,
          section: model.section,
          line: model.line,
        });
      }
    }
    return { ...model, install: installs.get(key) };
  });
  const found = [...installs.values()].filter((install) => install !== undefined);
  const defaultInstall = models.length > 0 ? undefined : readInstall(context, 'DefaultInstall');
  const classSection = inf.firstSection([
    `ClassInstall32.NT${target.architecture}`,
    'ClassInstall32.NT',
    'ClassInstall32',
  ]);
  const classInstall = classSection && readInstallSection(context, 'ClassInstall32', classSection);
  const sources = new InfSourceFiles(inf, target, findings);
  const all = [...found, defaultInstall, classInstall].filter((install) => install !== undefined);
  const files = referencedFiles(all, sources, context);
  const kind = kindOf(version, models, defaultInstall, classInstall);
  if (kind === 'none') {
    const { architecture, major, minor, build } = target;
    const message = `It has no devices for Windows ${major}.${minor}.${build} on ${architecture}.`;
    findings.add({ code: 'NoModels', severity: 'error', message });
  }
  return {
    name: inf.name,
    target,
    kind,
    version,
    models,
    installs: found,
    defaultInstall,
    classInstall,
    files: [...files.values()],
    otherFiles: [...sources.all].filter((file) => !files.has(upcase(file.path))),
    findings: findings.list,
  };
}

function kindOf(
  version: InfVersion,
  models: readonly InfModel[],
  defaultInstall: InfInstall | undefined,
  classInstall: InfInstall | undefined,
): InfKind {
  if (models.length > 0) return version.classGuid === extensionClassGuid ? 'extension' : 'device';
  if (defaultInstall) return 'primitive';
  return classInstall ? 'class' : 'none';
}

/** Source files by the upper case of their path. A copied file that is no source file is a finding. */
function referencedFiles(
  installs: readonly InfInstall[],
  sources: InfSourceFiles,
  context: InfContext,
): Map<string, InfSourceFile> {
  const files = new Map<string, InfSourceFile>();
  for (const install of installs) {
    context.spend(install.files.length);
    for (const copy of install.files) {
      if (!copy.isOwn) continue;
      const file = sources.find(copy.source);
      if (file) {
        files.set(upcase(file.path), file);
      } else if (!sources.hasLayoutFile) {
        const message = `${copy.source} is copied, but is not among the source files.`;
        context.findings.add({
          code: 'MissingFile',
          severity: 'warning',
          message,
          section: install.section,
          line: copy.line,
        });
      }
    }
    for (const name of install.copyInfs) {
      const file = sources.find(name);
      if (file) files.set(upcase(file.path), file);
    }
  }
  return files;
}
