// /Get-Features and /Get-FeatureInfo.
import { type Field, field, type Layout, listLines, listOf, plain } from './layout.ts';
import { customProperties } from './packages.ts';
import { stateWords, yesNo } from './wording.ts';

const columns: readonly Field[] = [field('Feature Name', 'FeatureName'), field('State', 'State', stateWords)];
const details: readonly Field[] = [
  field('Feature Name', 'FeatureName'),
  field('Display Name', 'DisplayName'),
  field('Description', 'Description'),
  field('Restart Required', 'RestartRequired', yesNo),
  field('State', 'State', stateWords),
];

export const featureList: Layout = {
  heading: (context, first) => {
    const chosen = context.valueOf('PackageName') || context.valueOf('PackagePath');
    return [`Features listing for package : ${chosen || plain(first?.PackageName) || 'the image'}`, ''];
  },
  record: listOf(columns),
  columns,
};
export const featureDetails: Layout = {
  heading: () => ['Feature Information:', ''],
  record: (record) => [...listLines(details, record), '', ...customProperties(record)],
};
