// The commands on provisioned apps.
import { type Field, field, type Layout, listOf, plain } from './layout.ts';
import { architecture } from './wording.ts';

const columns: readonly Field[] = [
  field('DisplayName', 'DisplayName'),
  field('Version', 'Version'),
  field('Architecture', 'Architecture', architecture),
  field('ResourceId', 'ResourceId'),
  field('PackageName', 'PackageName'),
  field('Regions', 'Regions'),
];

export const provisionedApps: Layout = { record: listOf(columns), columns };
export const familyNames: Layout = {
  record: (record) => [plain(record.PackageFamilyName ?? record.PackageName), ''],
};
