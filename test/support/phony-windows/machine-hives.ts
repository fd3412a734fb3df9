// SOFTWARE, COMPONENTS, DEFAULT, SAM, SECURITY and NTUSER.DAT of a phony Windows, as registry text.
import { createHash } from 'node:crypto';
import { languageId } from './languages.ts';
import { binary, expandable, type RegistryValues, registryText, textList } from './registry-text.ts';
import type { PhonyWindowsProfile } from './windows-profile.ts';

const NT = 'Microsoft\\Windows NT\\CurrentVersion';
const WINDOWS = 'Microsoft\\Windows\\CurrentVersion';

/** The text of SOFTWARE. */
export function softwareHiveText(profile: PhonyWindowsProfile): string {
  const systemRoot = `${profile.isWindowsPE ? 'X' : 'C'}:\\${profile.windowsDirectory}`;
  const isModern = profile.major >= 10;
  const hasRevision = isModern || profile.minor >= 3;
  const build = String(profile.build);
  const buildLab = `${build}.${profile.branch}.060621-1200`;
  const architectureTag = profile.architecture === 'x86' ? 'x86fre' : `${profile.architecture}fre`;
  const keys: Record<string, RegistryValues> = {
    '': {},
    Classes: {},
    Clients: {},
    Microsoft: {},
    Policies: {},
    [NT]: {
      CurrentMajorVersionNumber: isModern ? profile.major : undefined,
      CurrentMinorVersionNumber: isModern ? profile.minor : undefined,
      CurrentVersion: isModern ? '6.3' : `${profile.major}.${profile.minor}`,
      CurrentBuild: build,
      CurrentBuildNumber: build,
      UBR: hasRevision ? profile.revision : undefined,
      BuildLab: buildLab,
      BuildLabEx: `${build}.${profile.revision}.${architectureTag}.${profile.branch}.060621-1200`,
      CompositionEditionID: isModern ? profile.editionId : undefined,
      CSDVersion: profile.servicePackLevel === undefined ? undefined : `Service Pack ${profile.servicePackLevel}`,
      DisplayVersion: profile.displayVersion,
      EditionID: profile.editionId,
      InstallationType: profile.installationType,
      PathName: systemRoot,
      ProductName: profile.productName,
      SoftwareType: 'System',
      SystemRoot: systemRoot,
    },
    [WINDOWS]: {
      DevicePath: expandable('%SystemRoot%\\inf'),
      ProgramFilesDir: `${systemRoot.slice(0, 2)}\\Program Files`,
    },
    [`${WINDOWS}\\Setup\\State`]: { ImageState: profile.imageState },
    [`${WINDOWS}\\Setup\\PnpLockdownFiles`]: {},
    [`${WINDOWS}\\Setup\\PnpResources\\Registry\\HKLM`]: {},
    [`${WINDOWS}\\Policies\\System`]: { EnableLUA: 1 },
    [`${WINDOWS}\\SideBySide\\Winners`]: {},
    [`${WINDOWS}\\Component Based Servicing`]: { ServicingStackVersion: undefined },
    [`${WINDOWS}\\Component Based Servicing\\Packages`]: {},
    [`${WINDOWS}\\Component Based Servicing\\Version`]: {
      [profile.versionText]: expandable(`%SystemRoot%\\winsxs\\${servicingStackFolder(profile)}`),
    },
    [`${WINDOWS}\\RunOnce`]: {},
  };
  if (profile.hasDriverDatabase && !profile.isWindowsPE) {
    keys[`${WINDOWS}\\Setup\\ImageServicingData`] = {
      GDRDURevision: 0,
      PKeyConfigVersion: `${profile.versionText};2016-01-01T00:00:00Z`,
      ImageState: profile.imageState,
    };
  }
  if (profile.isWindowsPE) {
    keys[`${NT}\\WinPE`] = { InstRoot: 'X:\\', Version: profile.versionText };
    keys[`${NT}\\WinPE\\OC`] = {};
  }
  for (const store of ['AuthRoot', 'CA', 'Disallowed', 'ROOT', 'TrustedPublisher']) {
    keys[`Microsoft\\SystemCertificates\\${store}\\Certificates`] = {};
  }
  for (const certificate of profile.trustedRoots) {
    const thumbprint = createHash('sha1').update(certificate).digest();
    keys[`Microsoft\\SystemCertificates\\ROOT\\Certificates\\${thumbprint.toString('hex').toUpperCase()}`] = {
      Blob: binary(serializedCertificate(certificate, thumbprint)),
    };
  }
  return registryText('HKEY_LOCAL_MACHINE\\SOFTWARE', keys);
}

/** A certificate as stores keep it: properties of number, 1, length and bytes; 3 is the SHA-1, 32 the certificate. */
function serializedCertificate(certificate: Uint8Array, thumbprint: Uint8Array): Buffer {
  const property = (id: number, bytes: Uint8Array): Buffer => {
    const head = Buffer.alloc(12);
    head.writeUInt32LE(id, 0);
    head.writeUInt32LE(1, 4);
    head.writeUInt32LE(bytes.length, 8);
    return Buffer.concat([head, bytes]);
  };
  return Buffer.concat([property(3, thumbprint), property(32, certificate)]);
}

/** The folder of the servicing stack in WinSxS; the last part stands for a hash that nobody checks here. */
export function servicingStackFolder(profile: PhonyWindowsProfile): string {
  const { architecture, versionText } = profile;
  return `${architecture}_microsoft-windows-servicingstack_31bf3856ad364e35_${versionText}_none_0123456789abcdef`;
}

export function componentsHiveText(profile: PhonyWindowsProfile): string {
  return registryText('HKEY_LOCAL_MACHINE\\COMPONENTS', {
    '': { StoreFormatVersion: '0.0.0.6', StoreArchitecture: binary([9, 0, 0, 0]) },
    'CanonicalData\\Catalogs': {},
    'CanonicalData\\Deployments': {},
    'DerivedData\\Components': {},
    [`DerivedData\\VersionedIndex\\${profile.versionText} (Phony)\\ComponentFamilies`]: {},
    Installers: {},
    ServicingStackVersions: { [profile.versionText]: '2026/1/1:00:00:00.000' },
  });
}

/** The profile of new users, and in DEFAULT the one of the system. */
export function userHiveText(profile: PhonyWindowsProfile): string {
  const language = profile.languages[0]!;
  const id = languageId(language).toString(16).padStart(8, '0');
  return registryText('HKEY_CURRENT_USER', {
    '': {},
    'Control Panel\\Desktop': { PreferredUILanguages: textList(language) },
    'Control Panel\\Desktop\\MuiCached': { MachinePreferredUILanguages: textList(language) },
    'Control Panel\\International': { Locale: id, LocaleName: language },
    Environment: { TEMP: expandable('%USERPROFILE%\\AppData\\Local\\Temp') },
    'Keyboard Layout\\Preload': { '1': id },
    'Keyboard Layout\\Substitutes': {},
    [`Software\\${WINDOWS}\\Run`]: {},
    [`Software\\${WINDOWS}\\RunOnce`]: {},
  });
}

export function samHiveText(): string {
  return registryText('HKEY_LOCAL_MACHINE\\SAM', {
    '': {},
    'SAM\\Domains\\Account\\Users\\Names\\Administrator': {},
    'SAM\\Domains\\Builtin\\Aliases\\00000220': {},
  });
}

export function securityHiveText(): string {
  return registryText('HKEY_LOCAL_MACHINE\\SECURITY', {
    '': {},
    'Policy\\Accounts': {},
    'Policy\\PolAdtEv': {},
    RXACT: {},
  });
}
