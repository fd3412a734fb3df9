// Optional features.
import { type DismCommand, flag, identity, path } from '../command.ts';
import { featureDetails, featureList } from '../layouts/features.ts';
import { packageName } from './packages.ts';

const featureName = identity('FeatureName', 'The feature.', 'FeatureName', { required: true });
const featureNames = { ...featureName, repeats: true };
const packagePath = path('PackagePath', 'The package that holds it, by its file or folder.', 'PackagePath');
/** Files of features can be removed, and come from elsewhere, from Windows 8 on. */
const images = { since: '6.2' };
const onePackage = [['PackageName', 'PackagePath']];

export const featureCommands: readonly DismCommand[] = [
  {
    name: 'Get-Features',
    help: 'Lists the features of the image or of a package.',
    scope: 'imageOrOnline',
    cmdlet: 'Get-WindowsOptionalFeature',
    options: [packageName, packagePath],
    atMostOne: onePackage,
    layout: featureList,
  },
  {
    name: 'Get-FeatureInfo',
    help: 'Describes a feature.',
    scope: 'imageOrOnline',
    cmdlet: 'Get-WindowsOptionalFeature',
    operand: 'FeatureName',
    options: [featureName, packageName, packagePath],
    atMostOne: onePackage,
    layout: featureDetails,
  },
  {
    name: 'Enable-Feature',
    help: 'Turns features on.',
    scope: 'imageOrOnline',
    cmdlet: 'Enable-WindowsOptionalFeature',
    operand: 'FeatureName',
    options: [
      featureNames,
      packageName,
      path('Source', 'Where the files are, when the image does not hold them.', 'Source', { repeats: true, images }),
      flag('LimitAccess', 'Do not ask Windows Update.', 'LimitAccess', { images }),
      flag('All', 'Turn on the features it needs, too.', 'All', { images }),
    ],
    progress: 'Enabling feature(s)',
  },
  {
    name: 'Disable-Feature',
    help: 'Turns features off.',
    scope: 'imageOrOnline',
    cmdlet: 'Disable-WindowsOptionalFeature',
    operand: 'FeatureName',
    options: [featureNames, packageName, flag('Remove', 'Remove the files of the feature, too.', 'Remove', { images })],
    progress: 'Disabling feature(s)',
  },
];
