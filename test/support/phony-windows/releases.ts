// What tells the releases of Windows apart: version numbers and the texts that registries hold.

/** PROCESSOR_ARCHITECTURE names as Windows spells them in INF decorations and folder names. */
export type PhonyArchitecture = 'x86' | 'amd64' | 'arm' | 'arm64' | 'ia64';

export interface PhonyRelease {
  readonly major: number;
  readonly minor: number;
  readonly build: number;
  /** UBR from 8.1 on, the last part of the version of ntoskrnl.exe always. */
  readonly revision: number;
  /** Control\Windows\CSDBuildNumber; absent: the revision. */
  readonly servicePackBuild?: number;
  readonly servicePackLevel?: number;
  readonly productName: string;
  readonly editionId: string;
  readonly isServer?: true;
  readonly displayVersion?: string;
  readonly branch: string;
}

const releases = {
  'vista-sp2': {
    ...{ major: 6, minor: 0, build: 6002, revision: 18005, servicePackLevel: 2 },
    ...{ productName: 'Windows Vista (TM) Business', editionId: 'Business', branch: 'lh_sp2rtm' },
  },
  '7': {
    ...{ major: 6, minor: 1, build: 7601, revision: 17514, servicePackLevel: 1 },
    ...{ productName: 'Windows 7 Professional', editionId: 'Professional', branch: 'win7sp1_rtm' },
  },
  '8': {
    ...{ major: 6, minor: 2, build: 9200, revision: 16384 },
    ...{ productName: 'Windows 8 Pro', editionId: 'Professional', branch: 'win8_rtm' },
  },
  '8.1': {
    ...{ major: 6, minor: 3, build: 9600, revision: 17415, servicePackBuild: 17415 },
    ...{ productName: 'Windows 8.1 Pro', editionId: 'Professional', branch: 'winblue_r4' },
  },
  '10': {
    ...{ major: 10, minor: 0, build: 19045, revision: 3803, displayVersion: '22H2' },
    ...{ productName: 'Windows 10 Pro', editionId: 'Professional', branch: 'vb_release' },
  },
  '11': {
    ...{ major: 10, minor: 0, build: 26100, revision: 4349, displayVersion: '24H2' },
    ...{ productName: 'Windows 10 Pro', editionId: 'Professional', branch: 'ge_release' },
  },
  'server-2008-sp2': {
    ...{ major: 6, minor: 0, build: 6002, revision: 18005, servicePackLevel: 2, isServer: true as const },
    ...{ productName: 'Windows Server (R) 2008 Standard', editionId: 'ServerStandard', branch: 'lh_sp2rtm' },
  },
  'server-2008-r2': {
    ...{ major: 6, minor: 1, build: 7601, revision: 17514, servicePackLevel: 1, isServer: true as const },
    ...{ productName: 'Windows Server 2008 R2 Standard', editionId: 'ServerStandard', branch: 'win7sp1_rtm' },
  },
  'server-2012': {
    ...{ major: 6, minor: 2, build: 9200, revision: 16384, isServer: true as const },
    ...{ productName: 'Windows Server 2012 Standard', editionId: 'ServerStandard', branch: 'win8_rtm' },
  },
  'server-2012-r2': {
    ...{ major: 6, minor: 3, build: 9600, revision: 17415, isServer: true as const },
    ...{ productName: 'Windows Server 2012 R2 Standard', editionId: 'ServerStandard', branch: 'winblue_r4' },
  },
  'server-2016': {
    ...{ major: 10, minor: 0, build: 14393, revision: 693, isServer: true as const },
    ...{ productName: 'Windows Server 2016 Standard', editionId: 'ServerStandard', branch: 'rs1_release' },
  },
  'server-2019': {
    ...{ major: 10, minor: 0, build: 17763, revision: 3650, isServer: true as const },
    ...{ productName: 'Windows Server 2019 Standard', editionId: 'ServerStandard', branch: 'rs5_release' },
  },
  'server-2022': {
    ...{ major: 10, minor: 0, build: 20348, revision: 587, isServer: true as const, displayVersion: '21H2' },
    ...{ productName: 'Windows Server 2022 Standard', editionId: 'ServerStandard', branch: 'fe_release' },
  },
  'server-2025': {
    ...{ major: 10, minor: 0, build: 26100, revision: 1742, isServer: true as const, displayVersion: '24H2' },
    ...{ productName: 'Windows Server 2025 Standard', editionId: 'ServerStandard', branch: 'ge_release' },
  },
  'winpe-2': {
    ...{ major: 6, minor: 0, build: 6001, revision: 18000, servicePackLevel: 1 },
    ...{ productName: 'Windows Vista (TM) Ultimate', editionId: 'WindowsPE', branch: 'longhorn_rtm' },
  },
  'winpe-3': {
    ...{ major: 6, minor: 1, build: 7601, revision: 17514, servicePackLevel: 1 },
    ...{ productName: 'Windows 7 Ultimate', editionId: 'WindowsPE', branch: 'win7sp1_rtm' },
  },
  'winpe-4': {
    ...{ major: 6, minor: 2, build: 9200, revision: 16384 },
    ...{ productName: 'Windows 8 Pro', editionId: 'WindowsPE', branch: 'win8_rtm' },
  },
  'winpe-5': {
    ...{ major: 6, minor: 3, build: 9600, revision: 17415, servicePackBuild: 17415 },
    ...{ productName: 'Windows 8.1 Pro', editionId: 'WindowsPE', branch: 'winblue_r4' },
  },
  'winpe-10': {
    ...{ major: 10, minor: 0, build: 19041, revision: 1, displayVersion: '2004' },
    ...{ productName: 'Windows 10 Enterprise', editionId: 'WindowsPE', branch: 'vb_release' },
  },
  winpe: {
    ...{ major: 10, minor: 0, build: 26100, revision: 1, displayVersion: '24H2' },
    ...{ productName: 'Windows 10 Enterprise', editionId: 'WindowsPE', branch: 'ge_release' },
  },
} satisfies Record<string, PhonyRelease>;

export type PhonyReleaseName = keyof typeof releases;
export const phonyReleaseNames = Object.keys(releases) as readonly PhonyReleaseName[];

/** The numbers and texts of a release. */
export function phonyRelease(name: PhonyReleaseName): PhonyRelease {
  return releases[name];
}
