// The name of a package's folder in the driver store: `<inf>_<architecture>_<hash of the bytes of the INF>`.
import type { InfArchitecture } from './inf-target.ts';

const MULTIPLIER = 39n;
const CHUNK = 8;
/** MULTIPLIER to the power of 0 to CHUNK. */
const powers = Array.from({ length: CHUNK + 1 }, (_, exponent) => MULTIPLIER ** BigInt(exponent));

/**
 * The hash that names a package in the driver store: h = h * 39 + byte over the bytes of the INF as they are, modulo 2^64,
 * as sixteen hexadecimal digits, least significant byte first. Measured on exported driver stores of Windows 7 to 11.
 */
export function storeHash(inf: Uint8Array): string {
  let hash = 0n;
  let at = 0;
  // Eight bytes at a time: 255 * (39^8 - 1) / 38 is below 2^53, so their part is computed with plain numbers.
  for (; at + CHUNK <= inf.length; at += CHUNK) {
    let part = 0;
    for (let i = 0; i < CHUNK; i++) part = part * 39 + inf[at + i]!;
    hash = BigInt.asUintN(64, hash * powers[CHUNK]! + BigInt(part));
  }
  for (; at < inf.length; at++) hash = BigInt.asUintN(64, hash * MULTIPLIER + BigInt(inf[at]!));
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(hash);
  return bytes.toString('hex');
}

/**
 * The folder of a package below `DriverStore\FileRepository`.
 *
 * @param infName the file name of the INF, without folder.
 * @param infBytes its bytes exactly as they are stored.
 * @param release the version of the Windows; Vista and 7 (6.0, 6.1) name the language too, which is always neutral here.
 */
export function storeFolderName(
  infName: string,
  architecture: InfArchitecture,
  infBytes: Uint8Array,
  release: { readonly major: number; readonly minor: number },
): string {
  const hasLanguage = release.major < 6 || (release.major === 6 && release.minor < 2);
  return `${infName.toLowerCase()}_${architecture}_${hasLanguage ? 'neutral_' : ''}${storeHash(infBytes)}`;
}
