// What Test-WindowsDriver says of a package: faults of the INF, of the signature, and conflicts with an image.
import type { InfFindingCode } from '../../inf/inf-finding.ts';
import type { SignatureFindingCode } from './package-signature.ts';

export type ConflictCode =
  | 'NotApplicable'
  | 'WrongArchitecture'
  | 'MissingFile'
  | 'UnreadableFile'
  | 'UnsafePath'
  | 'AlreadyInstalled'
  | 'OlderThanInstalled'
  | 'ExtensionInWindowsPE'
  | 'DuplicateHardwareId'
  | 'InboxShadowed';

export interface DriverFinding {
  readonly code: ConflictCode | SignatureFindingCode | InfFindingCode;
  /** error: adding it fails, or it will not load. warning: it works otherwise than meant. information: worth knowing. */
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
  /** The file at fault, below the folder of the INF, or another INF. */
  readonly file?: string | undefined;
  /** 1-based line of the INF. */
  readonly line?: number | undefined;
}
