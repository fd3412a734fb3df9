// Driver packages of our own wording, written to a folder, signed by a publisher of the test or not.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { authenticodeHash } from '../../lib/catalog/authenticode-hash.ts';
import { buildCatalog, flatFile } from './catalog-builder.ts';
import { buildPortableExecutable } from './portable-executable.ts';
import type { Holder } from './signing-authority.ts';

export interface SignedPackageOptions {
  /** Without extension: the INF, the driver and the catalog are called so. */
  readonly name: string;
  readonly hardwareIds: readonly string[];
  /** Decorations of [Manufacturer]; default amd64 and any version. */
  readonly decorations?: readonly string[];
  readonly driverVer?: string;
  readonly provider?: string;
  /** An extension INF. */
  readonly isExtension?: boolean;
  /** Who signs the catalog; absent: the catalog is not signed; null: there is none. */
  readonly signer?: Holder | null | undefined;
  /** Leaves the driver file out. */
  readonly withoutDriver?: boolean;
  /** Leaves the driver file out of the catalog. */
  readonly uncovered?: boolean;
}

function infText(options: SignedPackageOptions): string {
  const { name, hardwareIds, decorations = ['NTamd64'], isExtension, signer } = options;
  const extension = ['Class = Extension', 'ClassGuid = {e2f84ce7-8efa-411c-aa69-97454ca4cb57}'];
  const ids = ['ExtensionId = {11111111-2222-3333-4444-555555555555}'];
  return [
    ...['[Version]', 'Signature = "$WINDOWS NT$"', 'Provider = %Maker%'],
    ...(isExtension ? [...extension, ...ids] : ['Class = Net', 'ClassGuid = {4d36e972-e325-11ce-bfc1-08002be10318}']),
    ...[
      `DriverVer = ${options.driverVer ?? '01/02/2024,1.2.3.4'}`,
      ...(signer === null ? [] : [`CatalogFile = ${name}.cat`]),
    ],
    ...['', '[Manufacturer]', `%Maker% = Models,${decorations.join(',')}`, ''],
    ...decorations.flatMap((decoration) => [
      `[Models.${decoration}]`,
      ...hardwareIds.map((id) => `"Device" = Install,${id}`),
      '',
    ]),
    ...['[Install.NT]', 'CopyFiles = Files', '', '[Install.NT.Services]'],
    ...(isExtension ? [] : [`AddService = ${name},2,Service`]),
    ...['', '[Service]', 'ServiceType = 1', 'StartType = 3', 'ErrorControl = 1', `ServiceBinary = %13%\\${name}.sys`],
    ...['', '[Files]', `${name}.sys`, '', '[DestinationDirs]', 'DefaultDestDir = 13'],
    ...['', '[SourceDisksNames]', '1 = "Disk"', '', '[SourceDisksFiles]', `${name}.sys = 1,bin`],
    ...['', '[Strings]', `Maker = "${options.provider ?? 'Contoso'}"`, ''],
  ].join('\r\n');
}

/** Writes a package into a folder, which is made if needed. Returns the path of its INF. */
export function writeSignedPackage(folder: string, options: SignedPackageOptions): string {
  const { name, signer, withoutDriver, uncovered } = options;
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const inf = Buffer.from(infText(options), 'latin1');
  const driver = buildPortableExecutable({ bits: 64 }).bytes;
  const infPath = join(folder, `${name}.inf`);
  writeFileSync(infPath, inf);
  if (!withoutDriver) writeFileSync(join(folder, 'bin', `${name}.sys`), driver);
  if (signer === null) return infPath;
  const digest = Buffer.from(authenticodeHash(driver, 'sha256') ?? '', 'hex');
  const members = [flatFile(`${name}.inf`, inf), { name: `${name}.sys`, kind: 'image', digest } as const];
  writeFileSync(
    join(folder, `${name}.cat`),
    buildCatalog({ files: uncovered ? members.slice(0, 1) : members, signer }),
  );
  return infPath;
}
