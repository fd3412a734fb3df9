// The records of Test-WindowsDriver.
import type { FileTime } from '../lib/base/file-time.ts';
import { defineRecord } from '../lib/host/record.ts';

export interface DriverFindingRecord {
  /** MissingFile, NotSigned, InboxShadowed ... */
  readonly Code: string;
  /** error, warning or information. */
  readonly Severity: string;
  readonly Message: string;
  /** The file at fault, below the folder of the INF, or another INF. */
  readonly File: string;
  /** The line of the INF, from 1. */
  readonly Line: number | null;
}

/** What is wrong with a driver package, or worth knowing. */
export const driverFinding = defineRecord<DriverFindingRecord>('OpenDism.DriverFinding', {
  table: ['Severity', 'Code', 'Message'],
  text: ({ Severity, Code, Message }) => `${Severity}: ${Code}: ${Message}`,
});

export interface DriverTestRecord {
  /** The INF. */
  readonly OriginalFileName: string;
  readonly Provider: string;
  readonly ClassName: string;
  readonly Version: string;
  readonly Date: FileTime | null;
  /** x86, amd64, arm, arm64, ia64. */
  readonly Architectures: readonly string[];
  readonly CatalogFile: string;
  /** Whom the catalog names as its signer; Findings say whether to believe it. */
  readonly Signer: string;
  /** The folders that the driver store would have for it. */
  readonly StoreFolder: readonly string[];
  readonly Findings: readonly DriverFindingRecord[];
  /** The directory or WIM that it was tested for; empty without one. */
  readonly Image: string;
  readonly ImageIndex: number | null;
}

/** Test-WindowsDriver. */
export const driverTest = defineRecord<DriverTestRecord>('OpenDism.DriverTest', {
  list: [
    'OriginalFileName',
    'Provider',
    'ClassName',
    'Version',
    'Date',
    'Architectures',
    'CatalogFile',
    'Signer',
    'StoreFolder',
    { property: 'Findings', format: (value) => (value as readonly DriverFindingRecord[]).map(String).join('\n') },
  ],
});
