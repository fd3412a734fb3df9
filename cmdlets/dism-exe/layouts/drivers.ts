// The commands on drivers.
import { CommandLineError, win32 } from '../command-line-error.ts';
import { type DismRecord, type Field, field, type Layout, listLines, listOf, plain } from './layout.ts';
import { calendarDate, yesNo } from './wording.ts';

/** Architectures as INF files name them, from PROCESSOR_ARCHITECTURE_* or the names of cmdlets. */
const architectures: Readonly<Record<string, string>> = {
  0: 'x86',
  5: 'arm',
  6: 'ia64',
  9: 'amd64',
  12: 'arm64',
  x64: 'amd64',
};

function architecture(value: unknown): string {
  const text = plain(value).toLowerCase();
  return architectures[text] ?? text;
}

/** The record has the path in the driver store; DISM.exe shows the name of the file alone. */
const fileName = (value: unknown): string => plain(value).replace(/^.*[\\/]/, '');

const columns: readonly Field[] = [
  field('Published Name', 'Driver'),
  field('Original File Name', 'OriginalFileName', fileName),
  field('Inbox', 'Inbox', yesNo),
  field('Class Name', 'ClassName'),
  field('Provider Name', 'ProviderName'),
  field('Date', 'Date', calendarDate),
  field('Version', 'Version'),
];

const packageFields: readonly Field[] = [
  field('Published Name', 'Driver'),
  field('Driver Store Path', 'OriginalFileName'),
  field('Class Name', 'ClassName'),
  field('Class Description', 'ClassDescription'),
  field('Class GUID', 'ClassGuid'),
  field('Date', 'Date', calendarDate),
  field('Version', 'Version'),
  field('Boot Critical', 'BootCritical', yesNo),
];

const deviceFields: readonly Field[] = [
  field('Manufacturer', 'ManufacturerName'),
  field('Description', 'HardwareDescription'),
  field('Architecture', 'Architecture', architecture),
  field('Hardware ID', 'HardwareId'),
  field('Service Name', 'ServiceName'),
  field('Compatible IDs', 'CompatibleIds'),
  field('Exclude IDs', 'ExcludeIds'),
];

function detailLines(records: readonly DismRecord[]): string[] {
  const lines: string[] = [];
  let driver: string | undefined;
  let group: string | undefined;
  for (const record of records) {
    const current = `${plain(record.Driver)}\n${plain(record.OriginalFileName)}`;
    if (current !== driver) {
      lines.push('Driver package information:', '', ...listLines(packageFields, record), '');
      driver = current;
      group = undefined;
    }
    const target = architecture(record.Architecture);
    if (target === '') continue;
    if (target !== group) lines.push(`Drivers for architecture : ${target}`, '');
    group = target;
    lines.push(...listLines(deviceFields, record), '');
  }
  return lines;
}

/** `<verb> 1 of 3 - oem1.inf: <outcome>` for each name. */
function steps(verb: string, outcome: string, names: readonly string[]): string[] {
  return names.map((name, at) => `${verb} ${at + 1} of ${names.length} - ${name}: ${outcome}`);
}

export const driverList: Layout = {
  opening: (context) => [
    context.valueOf('All') === ''
      ? 'Obtaining list of 3rd party drivers from the driver store...'
      : 'Obtaining list of all drivers from the driver store...',
    '',
  ],
  heading: () => ['Driver packages listing:', ''],
  record: listOf(columns),
  columns,
  none: ['(No drivers found in the image matching the criteria)', ''],
};
export const driverDetails: Layout = { whole: detailLines };
/** Files are taken as they are, folders are searched. */
const isFile = (driver: string): boolean => /\.inf$/i.test(driver);

export const installedDrivers: Layout = {
  opening: (context) =>
    context.valuesOf('Driver').every(isFile) ? [] : ['Searching for driver packages to install...'],
  nothing: () =>
    new CommandLineError(
      win32.fileNotFound,
      'No driver packages were found on the specified path.\nVerify that the driver .INF files are in the specified location and try the command again.',
    ),
  whole: (records) => [
    `Found ${records.length} driver package(s) to install.`,
    ...steps(
      'Installing',
      'The driver package was successfully installed.',
      records.map(({ SourcePath }) => plain(SourcePath)),
    ),
  ],
};
export const removedDrivers: Layout = {
  whole: (_, context) => {
    const names = context.valuesOf('Driver');
    return [
      `Found ${names.length} driver package(s) to remove.`,
      ...steps('Removing', 'The driver package was successfully removed.', names),
    ];
  },
};
export const exportedDrivers: Layout = {
  whole: (records) =>
    steps(
      'Exporting',
      'The driver package successfully exported.',
      records.map((record) => plain(record.Driver)),
    ),
};
