// The Windows an INF is resolved for, and the decorations (`NTamd64.10.0...16299`) that say which Windows a section is for.
// Microsoft documents them with the INF Manufacturer section.
import { parseInfNumber } from './inf-number.ts';

export const infArchitectures = ['x86', 'amd64', 'arm', 'arm64', 'ia64'] as const;
export type InfArchitecture = (typeof infArchitectures)[number];

export interface InfTarget {
  readonly architecture: InfArchitecture;
  readonly major: number;
  readonly minor: number;
  readonly build: number;
  /** 1 workstation (the default), 2 domain controller, 3 server. */
  readonly productType?: 1 | 2 | 3 | undefined;
  /** VER_SUITE_* bits. */
  readonly suiteMask?: number | undefined;
}

export interface InfDecoration {
  /** As the INF spells it, such as `NTamd64.6.1`. */
  readonly text: string;
  readonly architecture?: InfArchitecture | undefined;
  readonly major?: number | undefined;
  readonly minor?: number | undefined;
  readonly productType?: number | undefined;
  readonly suiteMask?: number | undefined;
  /** Of Windows 10 1607 and later only. */
  readonly build?: number | undefined;
}

const form =
  /^nt(x86|ia64|amd64|arm64|arm)?(?:\.(\d{0,9})(?:\.(\d{0,9})(?:\.([\dxa-f]{0,10})(?:\.([\dxa-f]{0,10})(?:\.(\d{0,9}))?)?)?)?)?$/i;

/** A TargetOSVersion decoration; undefined for text that is none. */
export function parseDecoration(text: string): InfDecoration | undefined {
  const match = form.exec(text.trim());
  if (!match) return undefined;
  const number = (part: string | undefined): number | undefined => parseInfNumber(part ?? '');
  return {
    text: text.trim(),
    architecture: match[1]?.toLowerCase() as InfArchitecture | undefined,
    major: number(match[2]),
    minor: number(match[3]),
    productType: number(match[4]),
    suiteMask: number(match[5]),
    build: number(match[6]),
  };
}

/** Version numbers in the order of significance. */
function versionOf(decoration: InfDecoration): readonly [number, number, number] {
  return [decoration.major ?? 0, decoration.minor ?? 0, decoration.build ?? 0];
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Whether a decoration admits the target. Without an architecture it is one for x86: since Windows Server 2003 SP1 all
 * others must be named.
 */
export function admits(decoration: InfDecoration, target: InfTarget): boolean {
  if ((decoration.architecture ?? 'x86') !== target.architecture) return false;
  if (compareNumbers(versionOf(decoration), [target.major, target.minor, target.build]) > 0) return false;
  if (decoration.productType !== undefined && decoration.productType !== (target.productType ?? 1)) return false;
  const suites = decoration.suiteMask ?? 0;
  return (suites & (target.suiteMask ?? 0)) === suites;
}

/** Above zero when `a` is the closer description: the higher version, then the one that names product type and suites. */
function compareDecorations(a: InfDecoration, b: InfDecoration): number {
  const rank = (decoration: InfDecoration): number[] => [
    ...versionOf(decoration),
    decoration.productType === undefined ? 0 : 1,
    decoration.suiteMask === undefined ? 0 : 1,
    decoration.architecture === undefined ? 0 : 1,
  ];
  return compareNumbers(rank(a), rank(b));
}

/**
 * The decoration that Windows takes for a target: the highest that admits it; '' when the undecorated section is to be
 * taken; undefined when none fits. The choice is final, also when the section turns out to be empty: that is how INFs
 * exclude a Windows.
 */
export function chooseDecoration(decorations: readonly InfDecoration[], target: InfTarget): string | undefined {
  let best: InfDecoration | undefined;
  for (const decoration of decorations) {
    if (admits(decoration, target) && (best === undefined || compareDecorations(decoration, best) > 0)) {
      best = decoration;
    }
  }
  if (best) return best.text;
  return target.architecture === 'x86' ? '' : undefined;
}

/** The names an install section can have for a target, best first: `.NTamd64`, `.NT`, bare. */
export function decoratedNames(name: string, target: InfTarget): readonly string[] {
  return [`${name}.NT${target.architecture}`, `${name}.NT`, name];
}

/** 0 when equal, else the sign of the difference of two versions. */
export function compareVersions(a: readonly number[], b: readonly number[]): number {
  return Math.sign(compareNumbers(a, b));
}
