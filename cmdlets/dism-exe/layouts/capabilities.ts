// /Get-Capabilities and /Get-CapabilityInfo.
import { type Field, field, type Layout, listOf, plain } from './layout.ts';
import { byteCount, stateWords } from './wording.ts';

const columns: readonly Field[] = [field('Capability Identity', 'Name'), field('State', 'State', stateWords)];
const details: readonly Field[] = [
  field('Capability Identity', 'Name'),
  field('Name', 'Name', (identity) => plain(identity).split('~')[0]!),
  field('State', 'State', stateWords),
  field('Display Name', 'DisplayName'),
  field('Description', 'Description'),
  field('Download Size', 'DownloadSize', byteCount),
  field('Install Size', 'InstallSize', byteCount),
];

export const capabilityList: Layout = { heading: () => ['Capability listing:', ''], record: listOf(columns), columns };
export const capabilityDetails: Layout = {
  heading: () => ['Capability information:', ''],
  record: listOf(details),
};
