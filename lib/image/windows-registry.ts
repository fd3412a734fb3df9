// What the SOFTWARE and SYSTEM hives say about their Windows. Every value may be missing or of another type than Windows
// gives it; then it is as if it were not there.
import { languageNameOfHex } from '../base/language-id.ts';
import type { Hive } from '../registry/hive.ts';
import type { HiveKey } from '../registry/hive-key.ts';
import { currentControlSet } from '../registry/hive-paths.ts';

/** A text that is there and not empty. */
function text(key: HiveKey | undefined, name: string): string | undefined {
  const found = key?.getText(name)?.trim();
  return found === '' ? undefined : found;
}

/** A number that is there as REG_DWORD or as decimal text, as CSDBuildNumber of SOFTWARE is. */
function number(key: HiveKey | undefined, name: string): number | undefined {
  return key?.getDword(name);
}

/** Texts and numbers of a key by their names, as far as they are there. */
function collect(key: HiveKey | undefined, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = key?.getDword(name)?.toString() ?? text(key, name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

export interface SoftwareFacts {
  readonly major: number | undefined;
  readonly minor: number | undefined;
  readonly build: number | undefined;
  /** UBR. */
  readonly revision: number | undefined;
  /** The second part of BuildLabEx, where there is no UBR. */
  readonly labRevision: number | undefined;
  readonly editionId: string | undefined;
  readonly installationType: string | undefined;
  readonly productName: string | undefined;
  readonly hasWindowsPEKey: boolean;
  readonly servicingStackVersions: readonly string[];
  readonly details: Readonly<Record<string, string>>;
}

const windowsNT = 'Microsoft\\Windows NT\\CurrentVersion';
const windows = 'Microsoft\\Windows\\CurrentVersion';

function decimal(digits: string | undefined): number | undefined {
  return digits !== undefined && /^\d{1,9}$/.test(digits) ? Number(digits) : undefined;
}

/** The facts of SOFTWARE. */
export function softwareFacts(software: Hive): SoftwareFacts {
  const { root } = software;
  const current = root.subkey(windowsNT);
  const version = /^(\d{1,5})\.(\d{1,5})$/.exec(text(current, 'CurrentVersion') ?? '');
  const major = number(current, 'CurrentMajorVersionNumber');
  // From Windows 10 on CurrentVersion stays 6.3.
  const [fallbackMajor, fallbackMinor] = major === undefined ? [version?.[1], version?.[2]] : [];
  const lab = text(current, 'BuildLabEx')?.split('.');
  return {
    major: major ?? decimal(fallbackMajor),
    minor: number(current, 'CurrentMinorVersionNumber') ?? decimal(fallbackMinor),
    // CurrentBuild held "1.511.1 () (Obsolete data - do not use)" in Windows Vista.
    build: decimal(text(current, 'CurrentBuild')) ?? decimal(text(current, 'CurrentBuildNumber')),
    revision: number(current, 'UBR'),
    labRevision: decimal(lab?.[1]),
    editionId: text(current, 'EditionID'),
    installationType: text(current, 'InstallationType'),
    productName: text(current, 'ProductName'),
    hasWindowsPEKey: current?.subkey('WinPE') !== undefined,
    servicingStackVersions: root.subkey(`${windows}\\Component Based Servicing\\Version`)?.valueNames() ?? [],
    details: {
      ...collect(current, [
        ...['BuildLab', 'BuildLabEx', 'CompositionEditionID', 'CSDVersion', 'DisplayVersion', 'PathName', 'ReleaseId'],
        'SystemRoot',
      ]),
      ...collect(root.subkey(`${windows}\\Setup\\State`), ['ImageState']),
      ...collect(root.subkey(`${windows}\\Setup\\ImageServicingData`), ['GDRDURevision', 'PKeyConfigVersion']),
      ...collect(current?.subkey('WinPE'), ['InstRoot']),
    },
  };
}

export interface SystemFacts {
  readonly controlSet: string | undefined;
  readonly productType: string | undefined;
  readonly productSuite: readonly string[];
  readonly hal: string | undefined;
  readonly servicePackBuild: number | undefined;
  readonly servicePackLevel: number | undefined;
  readonly languages: readonly string[];
  readonly defaultLanguage: string | undefined;
  /** PROCESSOR_ARCHITECTURE as the environment of the system has it. */
  readonly architecture: string | undefined;
  readonly details: Readonly<Record<string, string>>;
}

/** The class of the computer; its first device is the HAL. */
const COMPUTER = '{4D36E966-E325-11CE-BFC1-08002BE10318}';

/** The facts of SYSTEM, from the control set that the next start uses. */
export function systemFacts(system: Hive): SystemFacts {
  const controlSet = currentControlSet(system);
  const control = controlSet === undefined ? undefined : system.root.subkey(`${controlSet}\\Control`);
  const product = control?.subkey('ProductOptions');
  const servicePack = control?.subkey('Windows');
  const level = number(servicePack, 'CSDVersion');
  const languages = [...(control?.subkey('MUI\\UILanguages')?.subkeyNames() ?? [])];
  const defaultLanguage = languageNameOfHex(text(control?.subkey('Nls\\Language'), 'InstallLanguage') ?? '');
  return {
    controlSet,
    productType: text(product, 'ProductType'),
    productSuite: (product?.getTextList('ProductSuite') ?? []).filter((name) => name !== ''),
    hal: text(control?.subkey(`Class\\${COMPUTER}\\0000`), 'MatchingDeviceId'),
    servicePackBuild: number(servicePack, 'CSDBuildNumber'),
    servicePackLevel: level === undefined ? undefined : level >>> 8,
    languages,
    defaultLanguage: languages.find((name) => name.toLowerCase() === defaultLanguage?.toLowerCase()) ?? defaultLanguage,
    architecture: text(control?.subkey('Session Manager\\Environment'), 'PROCESSOR_ARCHITECTURE'),
    details: {
      ...collect(product, ['OSProductContentId', 'OSProductPfn']),
      ...collect(system.root.subkey('Setup\\Status\\SysprepStatus'), ['GeneralizationState']),
    },
  };
}
