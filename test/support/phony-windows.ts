// A phony Windows: a tree with everything that identification and servicing look at, made from text and code alone. It
// starts nowhere; its hives, executables and INFs are valid all the same and other programs read them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureToExistingFile, captureToNewFile } from '../../lib/image/capture.ts';
import type { Hive } from '../../lib/registry/hive.ts';
import { hiveFromRegText } from '../../lib/registry/reg-text-import.ts';
import type { CompressionChoice } from '../../lib/wim/compression.ts';
import { editionFiles } from './phony-windows/edition-files.ts';
import { driverStoreFolder, inboxInfs } from './phony-windows/inbox-infs.ts';
import {
  componentsHiveText,
  samHiveText,
  securityHiveText,
  servicingStackFolder,
  softwareHiveText,
  userHiveText,
} from './phony-windows/machine-hives.ts';
import { phonyExecutable } from './phony-windows/portable-executable.ts';
import { driversHiveText, systemHiveText } from './phony-windows/system-hive.ts';
import {
  type PhonyWindowsOptions,
  type PhonyWindowsProfile,
  phonyWindowsProfile,
} from './phony-windows/windows-profile.ts';

export { phonyExecutable } from './phony-windows/portable-executable.ts';
export { type PhonyArchitecture, type PhonyReleaseName, phonyReleaseNames } from './phony-windows/releases.ts';
export type { PhonyWindowsOptions, PhonyWindowsProfile };

/** What DISM installs catalogs of drivers into. */
const CATALOG_FOLDER = '{F750E6C3-38EE-11D1-85E5-00C04FC295EE}';

/** Writes the tree into a folder, which is made if needed. Returns what was written, with all defaults. */
export function writePhonyWindows(directory: string, options: PhonyWindowsOptions = {}): PhonyWindowsProfile {
  const profile = phonyWindowsProfile(options);
  const windows = join(directory, profile.windowsDirectory);
  writeFolders(directory, windows, profile);
  writeHives(directory, windows, profile);
  writeExecutables(windows, profile);
  writeDrivers(windows, profile);
  for (const [name, text] of Object.entries(editionFiles(profile))) {
    writeFileSync(join(windows, 'servicing/Editions', name), text);
  }
  for (const target of profile.targetEditions) {
    const { architecture, versionText } = profile;
    const identity = `Microsoft-Windows-${target}Edition~31bf3856ad364e35~${architecture}~~${versionText}`;
    writeFileSync(join(windows, 'servicing/Packages', `${identity}.mum`), '<?xml version="1.0"?>\r\n<assembly/>\r\n');
  }
  const state = `[State]\r\nImageState=${profile.imageState}\r\n`;
  writeFileSync(join(windows, 'Setup/State/State.ini'), Buffer.from('\uFEFF' + state, 'utf16le'));
  writeFileSync(join(windows, 'win.ini'), '; phony\r\n[fonts]\r\n');
  if (profile.isWindowsPE) writeFileSync(join(windows, 'System32/winpeshl.ini'), '[LaunchApp]\r\n');
  for (let i = 0; i < profile.extraEntries; i++) {
    const folder = join(windows, 'Phony', String(i >> 8).padStart(4, '0'));
    if ((i & 0xff) === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `entry-${i}.txt`), `phony ${i}`);
  }
  return profile;
}

/** Captures one phony Windows for each set of options into a new WIM. */
export async function writePhonyWim(
  path: string,
  images: readonly PhonyWindowsOptions[],
  compression: CompressionChoice = {},
): Promise<PhonyWindowsProfile[]> {
  const profiles: PhonyWindowsProfile[] = [];
  for (const options of images) {
    const tree = mkdtempSync(join(tmpdir(), 'opendism-phony-'));
    try {
      const profile = writePhonyWindows(tree, options);
      const name = `${profile.productName} ${profiles.length + 1}`;
      const request = { imagePath: path, capturePath: tree, name, description: name, ...compression };
      await (profiles.length === 0 ? captureToNewFile(request) : captureToExistingFile(request));
      profiles.push(profile);
    } finally {
      rmSync(tree, { recursive: true, force: true });
    }
  }
  return profiles;
}

function writeFolders(directory: string, windows: string, profile: PhonyWindowsProfile): void {
  const below = [
    ...['Boot', 'Fonts', 'INF', 'Logs/CBS', 'Logs/DISM', 'Panther', 'Setup/State', 'Temp'],
    ...['System32/CatRoot2', `System32/CatRoot/${CATALOG_FOLDER}`, 'System32/config', 'System32/drivers'],
    ...['System32/DriverStore/FileRepository', 'System32/DriverStore/Temp', 'System32/spp/tokens/skus'],
    ...['servicing/Editions', 'servicing/Packages', 'servicing/Sessions'],
    ...[`servicing/Version/${profile.versionText}`, `WinSxS/${servicingStackFolder(profile)}`],
    ...['WinSxS/Backup', 'WinSxS/Catalogs', 'WinSxS/FileMaps', 'WinSxS/Manifests', 'WinSxS/Temp'],
    ...profile.languages.flatMap((language) => [`System32/${language}`, `System32/DriverStore/${language}`]),
  ];
  for (const folder of below) mkdirSync(join(windows, folder), { recursive: true });
  for (const folder of ['Users/Default', 'Users/Public', 'Program Files', 'ProgramData/Microsoft/Windows']) {
    mkdirSync(join(directory, folder), { recursive: true });
  }
}

function writeHives(directory: string, windows: string, profile: PhonyWindowsProfile): void {
  const config = join(windows, 'System32/config');
  const infs = inboxInfs(profile.architecture, profile.versionText);
  const texts: Record<string, string> = {
    SYSTEM: systemHiveText(profile, infs),
    SOFTWARE: softwareHiveText(profile),
    COMPONENTS: componentsHiveText(profile),
    DEFAULT: userHiveText(profile),
    SAM: samHiveText(),
    SECURITY: securityHiveText(),
  };
  if (profile.hasDriverDatabase) texts.DRIVERS = driversHiveText(profile, infs);
  for (const [name, text] of Object.entries(texts)) {
    const hive = hiveFromRegText(text, { rootName: 'ROOT', minorVersion: name === 'SAM' ? 3 : 5 });
    if (name === 'SYSTEM' || name === 'SOFTWARE') pad(hive, profile.hivePadding[name]);
    writeFileSync(join(config, name), hive.toBytes());
  }
  writeFileSync(join(directory, 'Users/Default/NTUSER.DAT'), hiveFromRegText(userHiveText(profile)).toBytes());
}

/** Fills a hive with values of a thousand bytes. */
function pad(hive: Hive, bytes: number): void {
  if (bytes === 0) return;
  const data = new Uint8Array(1000).fill(0x50);
  for (let i = 0; i < bytes / 1100; i++) {
    hive.root.create(`Phony\\${String(i >> 6).padStart(5, '0')}\\${i}`).setValue('Padding', 'REG_BINARY', data);
  }
}

function writeExecutables(windows: string, profile: PhonyWindowsProfile): void {
  const { architecture, versionText: version } = profile;
  const productName = 'Microsoft® Windows® Operating System';
  for (const name of ['kernel32.dll', 'ntdll.dll', 'ntoskrnl.exe', 'winload.efi', 'winload.exe']) {
    const bytes = phonyExecutable({ architecture, version, productName, originalName: name });
    writeFileSync(join(windows, 'System32', name), bytes);
  }
  const loader = phonyExecutable({ architecture, version, originalName: 'bootmgfw.efi' });
  mkdirSync(join(windows, 'Boot/EFI'), { recursive: true });
  writeFileSync(join(windows, 'Boot/EFI/bootmgfw.efi'), loader);
}

function writeDrivers(windows: string, profile: PhonyWindowsProfile): void {
  const { architecture, versionText: version, hasDriverDatabase } = profile;
  for (const inf of inboxInfs(architecture, version)) {
    const folder = driverStoreFolder(inf, architecture, hasDriverDatabase);
    const store = join(windows, 'System32/DriverStore/FileRepository', folder);
    mkdirSync(store);
    writeFileSync(join(store, inf.name), inf.bytes);
    writeFileSync(join(windows, 'INF', inf.name), inf.bytes);
    for (const driver of inf.drivers) {
      const bytes = phonyExecutable({ architecture, version, isDriver: true, originalName: driver });
      writeFileSync(join(store, driver), bytes);
      writeFileSync(join(windows, 'System32/drivers', driver), bytes);
    }
  }
}
