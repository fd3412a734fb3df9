// /Get-Packages and /Get-PackageInfo.
import { type DismRecord, type Field, field, type Layout, listLines, listOf, plain } from './layout.ts';
import { shortTime, stateWords, yesNo } from './wording.ts';

const columns: readonly Field[] = [
  field('Package Identity', 'PackageName'),
  field('State', 'PackageState', stateWords),
  field('Release Type', 'ReleaseType', stateWords),
  field('Install Time', 'InstallTime', shortTime),
];

const details: readonly Field[] = [
  field('Package Identity', 'PackageName'),
  field('Applicable', 'Applicable', yesNo),
  field('Copyright', 'Copyright'),
  field('Company', 'Company'),
  field('Creation Time', 'CreationTime', shortTime),
  field('Description', 'Description'),
  field('Install Client', 'InstallClient'),
  field('Install Package Name', 'InstallPackageName'),
  field('Install Time', 'InstallTime', shortTime),
  field('Last Update Time', 'LastUpdateTime', shortTime),
  field('Name', 'DisplayName'),
  field('Product Name', 'ProductName'),
  field('Product Version', 'ProductVersion'),
  field('Release Type', 'ReleaseType', stateWords),
  field('Restart Required', 'RestartRequired', yesNo),
  field('Support Information', 'SupportInformation'),
  field('State', 'PackageState', stateWords),
  field('Completely offline capable', 'CompletelyOfflineCapable', yesNo),
  field('Self servicing package', 'SelfServicingPackage', yesNo),
  field('Capability Identity', 'CapabilityId'),
];

const feature: readonly Field[] = [field('Feature Name', 'FeatureName'), field('State', 'State', stateWords)];

/** `Path\Name : Value` lines below their heading, or that there are none. */
export function customProperties(record: DismRecord): string[] {
  const properties = record.CustomProperties ?? record['Custom Properties'];
  if (!Array.isArray(properties) || properties.length === 0) return ['(No custom properties found)', ''];
  const lines = (properties as DismRecord[]).map((property) => {
    const name = [property.Path, property.Name].map(plain).filter((part) => part !== '');
    return `${name.join('\\')} : ${plain(property.Value)}`;
  });
  return ['Custom Properties:', '', ...lines, ''];
}

function featureLines(record: DismRecord): string[] {
  if (!Array.isArray(record.Features) || record.Features.length === 0)
    return ['(No features found for this package)', ''];
  const lines = (record.Features as DismRecord[]).flatMap(listOf(feature));
  return [`Features listing for package : ${plain(record.PackageName)}`, '', ...lines];
}

export const packageList: Layout = { heading: () => ['Packages listing:', ''], record: listOf(columns), columns };
export const packageDetails: Layout = {
  heading: () => ['Package information:', ''],
  record: (record) => [...listLines(details, record), '', ...customProperties(record), ...featureLines(record)],
};
