// How Windows ranks who signed a driver (setupapi.h, SIGNERSCORE_*): kept in driver databases as SignerScore.
import { type Certificate, displayName } from './certificate.ts';
import { KeyPurpose } from './object-identifiers.ts';
import type { AnchorOrigin } from './trust-anchors.ts';

export const SignerScore = {
  /** SIGNERSCORE_INBOX: a component of Windows. */
  Inbox: 0x0d00_0003,
  /** SIGNERSCORE_WHQL: tested or attested by Microsoft. */
  HardwareCompatibility: 0x0d00_0005,
  /** SIGNERSCORE_AUTHENTICODE: somebody else whose root is trusted. */
  Authenticode: 0x0f00_0000,
  /** SIGNERSCORE_UNSIGNED. */
  Unsigned: 0x8000_0000,
} as const;
export type SignerScore = (typeof SignerScore)[keyof typeof SignerScore];

/**
 * The score of a valid signature; without a signer that of no signature.
 * @param origin What kind of root the chain of the signer ends in: only one of Microsoft makes a signature of Microsoft.
 */
export function signerScore(signer: Certificate | undefined, origin: AnchorOrigin | undefined): SignerScore {
  if (!signer || !origin) return SignerScore.Unsigned;
  if (origin !== 'microsoft') return SignerScore.Authenticode;
  const has = (purpose: string): boolean => signer.purposes?.includes(purpose) ?? false;
  const name = displayName(signer);
  const isHardware = has(KeyPurpose.HardwareCompatibility) || has(KeyPurpose.AttestedHardware);
  if (name === 'Microsoft Windows Hardware Compatibility Publisher' || isHardware) {
    return SignerScore.HardwareCompatibility;
  }
  if (name === 'Microsoft Windows' || has(KeyPurpose.WindowsComponent)) return SignerScore.Inbox;
  return SignerScore.Authenticode;
}
