// The SYSTEM and DRIVERS hives of a phony Windows, as registry text.
import { encodeGuid } from '../../../lib/registry/value-data.ts';
import { deviceClasses } from './device-classes.ts';
import { driverStoreFolder, type InboxInf } from './inbox-infs.ts';
import { languageId } from './languages.ts';
import { binary, expandable, none, type RegistryValues, registryText, textList } from './registry-text.ts';
import { architectureNumber, type PhonyWindowsProfile } from './windows-profile.ts';

type Keys = Record<string, RegistryValues>;

const COMPUTER_CLASS = '{4d36e966-e325-11ce-bfc1-08002be10318}';
/** 2006-06-21, the date of inbox drivers, as FILETIME. */
const INBOX_DATE = 127_953_216_000_000_000n;

/** The text of SYSTEM. */
export function systemHiveText(profile: PhonyWindowsProfile, infs: readonly InboxInf[]): string {
  const current = `ControlSet${String(profile.controlSet).padStart(3, '0')}`;
  const keys: Keys = {
    '': {},
    Select: { Current: profile.controlSet, Default: profile.controlSet, Failed: 0, LastKnownGood: profile.controlSet },
    MountedDevices: {},
    Setup: { SetupType: 2, SystemSetupInProgress: 1, OOBEInProgress: 1, CmdLine: 'oobe\\windeploy.exe' },
    'Setup\\Status\\SysprepStatus': { CleanupState: 2, GeneralizationState: 7 },
  };
  for (let number = 1; number <= profile.controlSet; number++) {
    const name = `ControlSet${String(number).padStart(3, '0')}`;
    const isCurrent = name === current;
    Object.assign(keys, isCurrent ? controlSet(name, profile, infs) : { [`${name}\\Control\\ProductOptions`]: stale });
  }
  if (profile.hasDriverDatabase) {
    Object.assign(
      keys,
      driverDatabase(
        profile,
        infs.filter((inf) => inf.class.hive === 'SYSTEM'),
        { OemInfMap: binary([0]) },
      ),
    );
  }
  return registryText('HKEY_LOCAL_MACHINE\\SYSTEM', keys);
}

/** What a control set that is not current says. */
const stale = { ProductType: 'LanmanNT', ProductSuite: textList('Stale') };

/** The text of DRIVERS (Windows 8 and later). */
export function driversHiveText(profile: PhonyWindowsProfile, infs: readonly InboxInf[]): string {
  const own = infs.filter((inf) => inf.class.hive === 'DRIVERS');
  return registryText('HKEY_LOCAL_MACHINE\\DRIVERS', { '': {}, ...driverDatabase(profile, own, {}) });
}

function controlSet(name: string, profile: PhonyWindowsProfile, infs: readonly InboxInf[]): Keys {
  const processor = profile.architecture.toUpperCase();
  const keys: Keys = {
    [`${name}\\Control`]: { SystemStartOptions: '', WaitToKillServiceTimeout: '5000' },
    [`${name}\\Control\\ProductOptions`]: {
      ProductType: profile.isServer ? 'ServerNT' : 'WinNT',
      ProductSuite: profile.isWindowsPE ? textList() : textList('Terminal Server'),
      OSProductPfn: profile.major >= 10 ? 'Phony.Windows.48.X00-00000_phony' : undefined,
      OSProductContentId: profile.major >= 10 ? '00000000-0000-0000-0000-000000000048' : undefined,
    },
    [`${name}\\Control\\Windows`]: {
      CSDBuildNumber: profile.servicePackBuild ?? profile.revision,
      CSDVersion: (profile.servicePackLevel ?? 0) << 8,
      Directory: expandable('%SystemRoot%'),
      SystemDirectory: expandable('%SystemRoot%\\system32'),
    },
    [`${name}\\Control\\Session Manager`]: { BootExecute: textList('autocheck autochk *') },
    [`${name}\\Control\\Session Manager\\Environment`]: {
      ComSpec: expandable('%SystemRoot%\\system32\\cmd.exe'),
      OS: 'Windows_NT',
      PROCESSOR_ARCHITECTURE: processor,
    },
    [`${name}\\Control\\Nls\\Language`]: {
      Default: hexLanguage(profile.languages[0]!),
      InstallLanguage: hexLanguage(profile.languages[0]!),
    },
    [`${name}\\Control\\Nls\\Locale`]: { '': hexLanguage(profile.languages[0]!).padStart(8, '0') },
    [`${name}\\Control\\TimeZoneInformation`]: { TimeZoneKeyName: 'Pacific Standard Time', Bias: 480 },
    [`${name}\\Control\\GroupOrderList`]: { 'SCSI miniport': binary([1, 0, 0, 0, 0x19, 0, 0, 0]) },
    [`${name}\\Control\\ServiceGroupOrder`]: {
      List: textList('System Reserved', 'Boot Bus Extender', 'SCSI miniport'),
    },
    [`${name}\\Control\\ComputerName\\ComputerName`]: { ComputerName: 'PHONY' },
    [`${name}\\Control\\MUI\\UILanguages`]: {},
    [`${name}\\Enum`]: {},
    [`${name}\\Hardware Profiles\\0001`]: {},
    [`${name}\\Policies`]: {},
    [`${name}\\Services\\EventLog\\System`]: { File: expandable('%SystemRoot%\\system32\\winevt\\Logs\\System.evtx') },
    [`${name}\\Services\\Tcpip\\Parameters`]: { Hostname: 'PHONY' },
  };
  for (const language of profile.languages) {
    keys[`${name}\\Control\\MUI\\UILanguages\\${language}`] = { LCID: languageId(language), Type: 0x91 };
  }
  for (const { guid, name: className, description } of deviceClasses) {
    keys[`${name}\\Control\\Class\\${guid}`] = { '': description, Class: className, ClassDesc: description };
  }
  if (profile.hal !== undefined) {
    keys[`${name}\\Control\\Class\\${COMPUTER_CLASS}\\0000`] = { MatchingDeviceId: profile.hal };
  }
  if (profile.isWindowsPE) keys[`${name}\\Services\\FBWF`] = { Start: 0, Type: 2, WinPECacheThreshold: 32 };
  for (const service of new Set(infs.flatMap(({ models }) => models.map((model) => model.service)))) {
    if (service === undefined) continue;
    keys[`${name}\\Services\\${service}`] = {
      Type: 1,
      Start: service === 'pci' || service === 'storahci' ? 0 : 3,
      ErrorControl: 1,
      ImagePath: expandable(`System32\\drivers\\${service.toLowerCase()}.sys`),
    };
  }
  if (!profile.hasDriverDatabase) Object.assign(keys, criticalDevices(name, profile, infs));
  return keys;
}

/** What Windows 7 and older start devices by before the driver store can be read. */
function criticalDevices(name: string, profile: PhonyWindowsProfile, infs: readonly InboxInf[]): Keys {
  const keys: Keys = { [`${name}\\Control\\CriticalDeviceDatabase`]: {} };
  for (const inf of infs) {
    if (inf.class.hive !== 'SYSTEM') continue;
    for (const { id, service } of inf.models) {
      keys[`${name}\\Control\\CriticalDeviceDatabase\\${id.replaceAll('\\', '#')}`] = {
        ClassGUID: inf.class.guid,
        Service: service,
        DriverPackageId: driverStoreFolder(inf, profile.architecture, false),
      };
    }
  }
  return keys;
}

function driverDatabase(profile: PhonyWindowsProfile, infs: readonly InboxInf[], more: RegistryValues): Keys {
  const keys: Keys = {
    DriverDatabase: {
      Version: (profile.major << 24) | (profile.minor << 16),
      SchemaVersion: 0x10000,
      Architecture: architectureNumber[profile.architecture],
      UpdateDate: binary(quad(INBOX_DATE)),
      SetupStatus: 0,
      ...more,
    },
    'DriverDatabase\\DeviceIds': {},
    'DriverDatabase\\DriverFiles': {},
    'DriverDatabase\\DriverInfFiles': {},
    'DriverDatabase\\DriverPackages': {},
  };
  for (const inf of infs) {
    const folder = driverStoreFolder(inf, profile.architecture, true);
    const sections = [...new Set(inf.models.map((model) => model.section))];
    keys[`DriverDatabase\\DriverInfFiles\\${inf.name}`] = {
      '': textList(folder),
      Active: folder,
      Configurations: sections.length > 0 ? textList(...sections) : undefined,
    };
    const classIndex = `DriverDatabase\\DeviceIds\\${inf.class.guid}`;
    keys[classIndex] = { ...keys[classIndex], [inf.name]: none() };
    const path = `DriverDatabase\\DriverPackages\\${folder}`;
    keys[path] = {
      '': inf.name,
      Version: binary(versionBlob(profile, inf)),
      InfName: inf.name,
      Provider: 'Phony inbox drivers',
      SignerScore: 0x0d000003,
      StatusFlags: sections.length > 0 ? 0x12 : undefined,
    };
    for (const { id, section, service } of inf.models) {
      const device = `DriverDatabase\\DeviceIds\\${id.includes('\\') ? id : `\\${id}`}`.replaceAll('\\\\', '\\');
      keys[device] = { ...keys[device], [inf.name]: binary([1, 0xff, 0, 0]) };
      keys[`${path}\\Configurations\\${section}`] = { ConfigFlags: 0, ConfigScope: 7, Service: service };
      keys[`${path}\\Descriptors\\${id}`] = { Configuration: section, Manufacturer: '%phony%' };
    }
    if (sections.length > 0) keys[`${path}\\Strings`] = { phony: 'Phony inbox drivers' };
  }
  return keys;
}

/** DriverPackages\<folder>!Version of an inbox package. */
function versionBlob(profile: PhonyWindowsProfile, inf: InboxInf): Buffer {
  const blob = Buffer.alloc(48);
  blob.writeUInt16LE(0xffff, 0);
  blob.writeUInt16LE(architectureNumber[profile.architecture], 2);
  blob.set(encodeGuid(inf.class.guid)!, 8);
  blob.writeBigUInt64LE(INBOX_DATE, 24);
  [profile.revision, profile.build, profile.minor, profile.major].forEach((part, i) => {
    blob.writeUInt16LE(part, 32 + 2 * i);
  });
  return blob;
}

function quad(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function hexLanguage(name: string): string {
  return languageId(name).toString(16).padStart(4, '0');
}
