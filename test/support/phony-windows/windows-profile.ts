// The options of a phony Windows with everything filled in: what the writers of hives, files and INFs go by.
import { type PhonyArchitecture, type PhonyRelease, type PhonyReleaseName, phonyRelease } from './releases.ts';

export interface PhonyWindowsOptions {
  /** Default '11'. */
  readonly release?: PhonyReleaseName;
  /** Default amd64. */
  readonly architecture?: PhonyArchitecture;
  /** EditionID; default what the release is usually seen with. */
  readonly edition?: string;
  /** Client, Server, Server Core ...; default by release. */
  readonly installationType?: string;
  /** The first is the default; default en-US. */
  readonly languages?: readonly string[];
  /** Replaces the numbers of the release, such as { build: 29000 } for a Windows nobody has seen. */
  readonly version?: Partial<Pick<PhonyRelease, 'major' | 'minor' | 'build' | 'revision'>>;
  /** The Windows folder below the root; default Windows. */
  readonly windowsDirectory?: string;
  /** The number of the current control set; default 1. Others then exist too, with other contents. */
  readonly controlSet?: number;
  /** Class\{computer}\0000\MatchingDeviceId; default acpiapic before 8, none later, as in generalised images. */
  readonly hal?: string;
  /** IMAGE_STATE_...; default IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE. */
  readonly imageState?: string;
  /** Certificates (DER) of the root store of the machine. */
  readonly trustedRoots?: readonly Uint8Array[];
  /** servicing\Editions with these editions as targets of the present one; default none. */
  readonly targetEditions?: readonly string[];
  /** This many small files more, below Windows\Phony. */
  readonly extraEntries?: number;
  /** About this many bytes more in SYSTEM and in SOFTWARE, or in each of them. */
  readonly hivePadding?: number | HivePadding;
}

/** Bytes more, by hive. */
export interface HivePadding {
  readonly SYSTEM: number;
  readonly SOFTWARE: number;
}

/** Options with their defaults. */
export interface PhonyWindowsProfile extends PhonyRelease {
  readonly release: PhonyReleaseName;
  readonly architecture: PhonyArchitecture;
  readonly installationType: string;
  readonly languages: readonly string[];
  readonly windowsDirectory: string;
  readonly controlSet: number;
  readonly hal: string | undefined;
  readonly imageState: string;
  readonly trustedRoots: readonly Uint8Array[];
  readonly targetEditions: readonly string[];
  readonly extraEntries: number;
  readonly hivePadding: HivePadding;
  /** From Windows 8 on drivers are in the DriverDatabase. */
  readonly hasDriverDatabase: boolean;
  readonly isWindowsPE: boolean;
  /** 10.0.26100.4349. */
  readonly versionText: string;
}

/** PROCESSOR_ARCHITECTURE_* of the Windows SDK. */
export const architectureNumber: Readonly<Record<PhonyArchitecture, number>> = {
  x86: 0,
  arm: 5,
  ia64: 6,
  amd64: 9,
  arm64: 12,
};

/** Fills in the defaults. */
export function phonyWindowsProfile(options: PhonyWindowsOptions): PhonyWindowsProfile {
  const name = options.release ?? '11';
  const release = { ...phonyRelease(name), ...options.version };
  const hasDriverDatabase = release.major > 6 || release.minor >= 2;
  const isWindowsPE = name.startsWith('winpe');
  return {
    ...release,
    release: name,
    architecture: options.architecture ?? 'amd64',
    editionId: options.edition ?? release.editionId,
    installationType: options.installationType ?? (isWindowsPE ? 'WindowsPE' : release.isServer ? 'Server' : 'Client'),
    languages: options.languages ?? ['en-US'],
    windowsDirectory: options.windowsDirectory ?? 'Windows',
    controlSet: options.controlSet ?? 1,
    hal: options.hal ?? (hasDriverDatabase ? undefined : 'acpiapic'),
    imageState: options.imageState ?? 'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE',
    trustedRoots: options.trustedRoots ?? [],
    targetEditions: options.targetEditions ?? [],
    extraEntries: options.extraEntries ?? 0,
    hivePadding:
      typeof options.hivePadding === 'object'
        ? options.hivePadding
        : { SYSTEM: options.hivePadding ?? 0, SOFTWARE: options.hivePadding ?? 0 },
    hasDriverDatabase,
    isWindowsPE,
    versionText: [release.major, release.minor, release.build, release.revision].join('.'),
  };
}
